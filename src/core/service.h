/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A service is a handler in a network namespace: its listeners, its
 * connections, its counters and its sysctl directory.
 */
#ifndef SSK_SERVICE_H
#define SSK_SERVICE_H

#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/percpu-refcount.h>
#include <linux/stddef.h>
#include <linux/sysctl.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "conns.h"
#include "limits.h"
#include "stats.h"

struct ssk_address;
struct ssk_handler;
struct syncsock_handler;

/**
 * struct ssk_service - a handler in a network namespace
 * @handler: the handler
 * @net: the network namespace
 * @stats: counters
 * @conns: connections that were not yet released, by their home
 * @users: connections that are not yet freed
 * @limits: what it may use
 * @cpus: the CPUs that are to serve; changed under @lock, read by anybody, who
 *	may see some of a change before the rest
 * @open: connections that the handler has
 * @next_accept: for ssk_rate_allow()
 * @unused: when @users was killed and is at its end
 * @memory_work: adds up what the connections use
 * @memory_kib: what it has found last, and
 * @memory_seen: when that was, in jiffies
 * @latency_begin: what its histograms had when they were begun anew; protected
 *	by &ssk_net.lock
 * @lock: protects @listeners; serialises changes of the listening addresses
 * @listeners: in the order in which their addresses were given
 * @sysctl: net.syncsock.<name>
 * @node: in &ssk_net.services, also for readers under RCU
 *
 * It outlives its listeners and its connections, which hold plain pointers
 * to it: ssk_service_exit() waits for them.
 */
struct ssk_service {
	/* Read by every request on every CPU, and hardly ever written. */
	struct ssk_handler		*handler;
	struct net			*net;
	struct ssk_stats __percpu	*stats;
	struct ssk_conns __percpu	*conns;
	struct percpu_ref		users;
	struct ssk_limits		limits;
	cpumask_var_t			cpus;

	/* Written as connections come and go, on any CPU. */
	struct percpu_counter		open ____cacheline_aligned_in_smp;
	atomic64_t			next_accept;

	/* The rest is for process context, but what memory.c has seen. */
	struct completion		unused;
	struct work_struct		memory_work;
	u64				memory_kib;
	unsigned long			memory_seen;

	u64		latency_begin[SSK_LATENCY_COUNT][SSK_LATENCY_BUCKETS];

	struct mutex			lock;	/* protects listeners */
	struct list_head		listeners;

	struct ctl_table_header		*sysctl;
	struct list_head		node;
};

/* What a request reads shares no cache line with what is written. */
#define SSK_SERVICE_READ_MOSTLY(member)					\
	static_assert(offsetofend(struct ssk_service, member) <=	\
		      offsetof(struct ssk_service, open))
SSK_SERVICE_READ_MOSTLY(handler);
SSK_SERVICE_READ_MOSTLY(net);
SSK_SERVICE_READ_MOSTLY(stats);
SSK_SERVICE_READ_MOSTLY(conns);
SSK_SERVICE_READ_MOSTLY(users);
SSK_SERVICE_READ_MOSTLY(limits);
SSK_SERVICE_READ_MOSTLY(cpus);
#undef SSK_SERVICE_READ_MOSTLY
#ifdef CONFIG_SMP
static_assert(IS_ALIGNED(offsetof(struct ssk_service, open), SMP_CACHE_BYTES));
static_assert(IS_ALIGNED(sizeof(struct ssk_service), SMP_CACHE_BYTES));
#endif

int ssk_service_init(struct ssk_service *service, struct ssk_handler *handler,
		     struct net *net);
void ssk_service_exit(struct ssk_service *service);
void ssk_service_stop(struct ssk_service *service);
bool ssk_service_has_too_many(struct ssk_service *service);
bool ssk_service_is_full(struct ssk_service *service);
int ssk_service_listen(struct ssk_service *service, const char *text);
int ssk_service_addresses(struct ssk_service *service,
			  struct ssk_address *list);
int ssk_service_serve_on(struct ssk_service *service,
			 const struct cpumask *cpus);

/* registry.c */
struct ssk_service *ssk_service_find(const struct net *net,
				     const struct syncsock_handler *ops);

#endif /* SSK_SERVICE_H */
