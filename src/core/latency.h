/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms of how long something took.
 *
 * Latencies are counted by their order of magnitude: bucket n has those from
 * 2^n to 2^(n + 1) - 1 nanoseconds, the last one also everything above.
 */
#ifndef SSK_LATENCY_H
#define SSK_LATENCY_H

#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define SSK_LATENCY_BUCKETS	32

/**
 * enum ssk_latency - what is measured of a call for received bytes
 * @SSK_LATENCY_UPCALL: the handler's call, and giving TCP its response
 * @SSK_LATENCY_RESPONSE: the same from when TCP began with the segment
 */
enum ssk_latency {
	SSK_LATENCY_UPCALL,
	SSK_LATENCY_RESPONSE,
	SSK_LATENCY_COUNT
};

static inline unsigned int ssk_latency_bucket(u64 ns)
{
	return ns ? min(ilog2(ns), SSK_LATENCY_BUCKETS - 1) : 0;
}

/* The least latency of a bucket, in nanoseconds. */
static inline u64 ssk_latency_from(unsigned int bucket)
{
	return bucket ? 1ULL << bucket : 0;
}

/**
 * ssk_latency_percentile() - a bound that so many latencies do not exceed
 * @buckets: how many latencies each bucket has
 * @permille: of all of them
 *
 * Return: the end of the bucket that the percentile is in, in nanoseconds; 0
 * if there are none.
 */
static inline u64 ssk_latency_percentile(const u64 *buckets,
					 unsigned int permille)
{
	u64 total = 0, seen = 0;
	unsigned int i;

	for (i = 0; i < SSK_LATENCY_BUCKETS; i++)
		total += buckets[i];
	for (i = 0; i < SSK_LATENCY_BUCKETS; i++) {
		seen += buckets[i];
		if (seen && seen >= total - div_u64(total * (1000 - permille), 1000))
			return (1ULL << (i + 1)) - 1;
	}
	return 0;
}

#endif /* SSK_LATENCY_H */
