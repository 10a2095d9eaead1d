/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a service, one set for each CPU, added up when they are read.
 */
#ifndef SSK_STATS_H
#define SSK_STATS_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/types.h>

#define SSK_COUNTER(name) SSK_STAT_##name
enum ssk_stat {
#include "counters.h"
	SSK_STAT_COUNT
};

#undef SSK_COUNTER

/*
 * Latencies are counted by their order of magnitude: bucket n has those from
 * 2^n to 2^(n + 1) - 1 nanoseconds, the last one also everything above.
 */
#define SSK_LATENCY_BUCKETS	32

struct ssk_stats {
	u64 value[SSK_STAT_COUNT];
	u64 latency[SSK_LATENCY_BUCKETS];
};

extern const char *const ssk_stat_names[SSK_STAT_COUNT];

static inline void ssk_stat_add(struct ssk_stats __percpu *stats,
				enum ssk_stat stat, u64 value)
{
	this_cpu_add(stats->value[stat], value);
}

static inline void ssk_stat_inc(struct ssk_stats __percpu *stats,
				enum ssk_stat stat)
{
	this_cpu_inc(stats->value[stat]);
}

static inline unsigned int ssk_latency_bucket(u64 ns)
{
	return ns ? min(ilog2(ns), SSK_LATENCY_BUCKETS - 1) : 0;
}

static inline void ssk_stat_latency(struct ssk_stats __percpu *stats, u64 ns)
{
	this_cpu_inc(stats->latency[ssk_latency_bucket(ns)]);
}

u64 ssk_stat_read(const struct ssk_stats __percpu *stats, enum ssk_stat stat);
u64 ssk_latency_read(const struct ssk_stats __percpu *stats,
		     unsigned int bucket);

#endif /* SSK_STATS_H */
