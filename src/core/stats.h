/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a service, one set for each CPU, added up when they are read.
 */
#ifndef SSK_STATS_H
#define SSK_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

#define SSK_COUNTER(name) SSK_STAT_##name
enum ssk_stat {
#include "counters.h"
	SSK_STAT_COUNT
};

#undef SSK_COUNTER

struct ssk_stats {
	u64 value[SSK_STAT_COUNT];
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

u64 ssk_stat_read(const struct ssk_stats __percpu *stats, enum ssk_stat stat);

#endif /* SSK_STATS_H */
