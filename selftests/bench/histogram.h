/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdio.h>

/* Each power of two has this many buckets: a value is known to 1 in 128. */
#define HISTOGRAM_SUB_BITS	7
#define HISTOGRAM_SUB		128
#define HISTOGRAM_BUCKETS	((64 - HISTOGRAM_SUB_BITS + 1) * HISTOGRAM_SUB)

struct histogram {
	unsigned long	count;
	unsigned long	max;
	unsigned long	buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, unsigned long value);
unsigned long histogram_quantile(const struct histogram *h,
				 unsigned int per_mille);
void histogram_print(const struct histogram *h, FILE *to);

#endif /* HISTOGRAM_H */
