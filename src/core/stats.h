/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a service, one set for each CPU, added up when they are read.
 */
#ifndef SSK_STATS_H
#define SSK_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

/*
 * Every counter with its name in /proc/net/syncsock/stats: the one list that
 * the enum and the table of names are made from.
 *
 * accepted		connections that the handler got
 * refused		connections that the handler did not get, for want of
 *			memory
 * closed		connections whose end the handler was told
 * released		sockets given back to the kernel
 * aborted		connections that were reset from our side
 * upcalls_softirq	runs of a handler's operations in softirq
 * upcalls_process	the same in process context, when TCP replays a backlog
 * bytes_received	bytes that handlers consumed
 * bytes_sent		bytes that TCP took
 * send_blocked		times a connection had no room to send
 */
#define SSK_STATS(counter)		\
	counter(accepted)		\
	counter(refused)		\
	counter(closed)			\
	counter(released)		\
	counter(aborted)		\
	counter(upcalls_softirq)	\
	counter(upcalls_process)	\
	counter(bytes_received)		\
	counter(bytes_sent)		\
	counter(send_blocked)

#define SSK_STAT_ENUM(name) SSK_STAT_##name,
enum ssk_stat {
	SSK_STATS(SSK_STAT_ENUM)
	SSK_STAT_COUNT
};

#undef SSK_STAT_ENUM

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
