/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A property that holds whatever the input is. */
#define require(property)						\
	do {								\
		if (!(property)) {					\
			fprintf(stderr, "%s:%d: not true: %s\n",	\
				__FILE__, __LINE__, #property);		\
			abort();					\
		}							\
	} while (0)

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* In memory of its own, so that reading one byte more is found. */
static inline void *exact_copy(const void *data, size_t len)
{
	void *copy = malloc(len);

	require(copy || !len);
	if (len)
		memcpy(copy, data, len);
	return copy;
}

#endif /* FUZZ_H */
