// SPDX-License-Identifier: GPL-2.0
/*
 * A log-linear histogram. Small values have a bucket each; above them each
 * power of two is divided into HISTOGRAM_SUB buckets of one width.
 */
#include "histogram.h"

/* How many low bits of a value its bucket does not tell. */
static unsigned int shift_of(unsigned long value)
{
	unsigned int bits;

	if (value < HISTOGRAM_SUB)
		return 0;
	bits = 64 - __builtin_clzl(value);
	return bits - HISTOGRAM_SUB_BITS - 1;
}

static unsigned long bucket_of(unsigned long value)
{
	unsigned int shift = shift_of(value);

	return shift * HISTOGRAM_SUB + (value >> shift);
}

/* The largest value that a bucket counts. */
static unsigned long last_of(unsigned long bucket)
{
	unsigned int shift;

	if (bucket < 2 * HISTOGRAM_SUB)
		return bucket;
	shift = bucket / HISTOGRAM_SUB - 1;
	return (((bucket % HISTOGRAM_SUB) + HISTOGRAM_SUB + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, unsigned long value)
{
	h->buckets[bucket_of(value)]++;
	h->count++;
	if (value > h->max)
		h->max = value;
}

/*
 * The smallest value that so many of a thousand do not exceed, as far as the
 * buckets tell.
 */
unsigned long histogram_quantile(const struct histogram *h,
				 unsigned int per_mille)
{
	unsigned long rank = (h->count * per_mille + 999) / 1000;
	unsigned long i, seen = 0;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen && seen >= rank)
			return last_of(i) < h->max ? last_of(i) : h->max;
	}
	return h->max;
}

/* As pairs: the largest value of a bucket that is not empty, and its count. */
void histogram_print(const struct histogram *h, FILE *to)
{
	const char *separator = "";
	unsigned long i;

	fputc('[', to);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!h->buckets[i])
			continue;
		fprintf(to, "%s[%lu, %lu]", separator, last_of(i),
			h->buckets[i]);
		separator = ", ";
	}
	fputc(']', to);
}
