// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that everybody knows: position by position the same in each run.
 */
#include <stdlib.h>
#include <string.h>

#include "load.h"

/* Messages begin at different positions, so that one is not taken for another. */
#define STARTS	65536

static char *bytes;

/* Scrambles a number: a generator of fixed seed that can begin anywhere. */
unsigned long scramble(unsigned long x)
{
	x = (x + 1) * 0x9e3779b97f4a7c15UL;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
	return x ^ x >> 31;
}

/* Makes pattern_at() good for messages of len bytes. */
void pattern_setup(size_t len)
{
	unsigned long word;
	size_t i;

	len += STARTS + sizeof(word);
	bytes = malloc(len);
	if (!bytes)
		die("out of memory");
	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		word = scramble(i);
		memcpy(bytes + i, &word, sizeof(word));
	}
}

/* The bytes of the message with that number; message 0 begins the pattern. */
const char *pattern_at(unsigned long number)
{
	return bytes + number * 4099 % STARTS;
}
