// SPDX-License-Identifier: GPL-2.0
/*
 * Counters: their names, and adding them up.
 */
#include <linux/cpumask.h>

#include "stats.h"

#define SSK_COUNTER(name, help) { #name, help }
const struct ssk_counter ssk_counters[SSK_STAT_COUNT] = {
#include "counters.h"
};

#undef SSK_COUNTER

/**
 * ssk_stat_read() - add up a counter over all CPUs
 * @stats: the counters
 * @stat: which
 *
 * Context: Any. The sum is not a snapshot: CPUs go on counting meanwhile.
 * Return: the sum.
 */
u64 ssk_stat_read(const struct ssk_stats __percpu *stats, enum ssk_stat stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->value[stat]);
	return sum;
}

/**
 * ssk_latency_read() - add up a bucket of latencies over all CPUs
 * @stats: the counters
 * @latency: of what
 * @bucket: which
 *
 * Context: Any, as ssk_stat_read().
 * Return: the sum.
 */
u64 ssk_latency_read(const struct ssk_stats __percpu *stats,
		     enum ssk_latency latency, unsigned int bucket)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->latency[latency][bucket]);
	return sum;
}
