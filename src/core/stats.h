/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a service, one set for each CPU, added up when they are read.
 */
#ifndef SSK_STATS_H
#define SSK_STATS_H

#include <linux/kconfig.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "latency.h"

#define SSK_COUNTER(name, ...) SSK_STAT_##name
enum ssk_stat {
#include "counters.h"
	SSK_STAT_COUNT
};

#undef SSK_COUNTER

struct ssk_stats {
	u64 value[SSK_STAT_COUNT];
	u64 latency[SSK_LATENCY_COUNT][SSK_LATENCY_BUCKETS];
};

/**
 * struct ssk_counter - what a counter is called, and what it counts
 * @name: in /proc/net/syncsock/stats
 * @help: in /proc/net/syncsock/counters
 */
struct ssk_counter {
	const char	*name;
	const char	*help;
};

extern const struct ssk_counter ssk_counters[SSK_STAT_COUNT];

/* See Kbuild. */
#define SSK_STATS_ON	(!__is_defined(SYNCSOCK_NO_STATS))

static inline void ssk_stat_add(struct ssk_stats __percpu *stats,
				enum ssk_stat stat, u64 value)
{
	if (SSK_STATS_ON)
		this_cpu_add(stats->value[stat], value);
}

static inline void ssk_stat_inc(struct ssk_stats __percpu *stats,
				enum ssk_stat stat)
{
	if (SSK_STATS_ON)
		this_cpu_inc(stats->value[stat]);
}

static inline void ssk_stat_latency(struct ssk_stats __percpu *stats,
				    enum ssk_latency latency, u64 ns)
{
	if (SSK_STATS_ON)
		this_cpu_inc(stats->latency[latency][ssk_latency_bucket(ns)]);
}

u64 ssk_stat_read(const struct ssk_stats __percpu *stats, enum ssk_stat stat);
u64 ssk_latency_read(const struct ssk_stats __percpu *stats,
		     enum ssk_latency latency, unsigned int bucket);

#endif /* SSK_STATS_H */
