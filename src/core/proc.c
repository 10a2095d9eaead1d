// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/syncsock: a header line, then one record a line.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <net/net_namespace.h>
#include <net/snmp.h>

#include "../compat.h"
#include "acceptor.h"
#include "fault.h"
#include "handler.h"
#include "listener.h"
#include "net.h"
#include "service.h"

/**
 * ssk_proc_show_services() - show every service of the reader's namespace
 * @seq: a file of a network namespace
 * @show: shows one service
 *
 * Context: Process context. May sleep.
 */
void ssk_proc_show_services(struct seq_file *seq, ssk_show_service_fn *show)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(seq));
	struct ssk_service *service;

	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node)
		show(seq, service);
	mutex_unlock(&sn->lock);
}

static void show_stats(struct seq_file *seq, struct ssk_service *service)
{
	int i;

	for (i = 0; i < SSK_STAT_COUNT; i++)
		seq_printf(seq, "%s %s %llu\n", service->handler->ops->name,
			   ssk_counters[i].name,
			   ssk_stat_read(service->stats, i));
}

static int stats_show(struct seq_file *seq, void *v)
{
	seq_puts(seq, "handler counter value\n");
	ssk_proc_show_services(seq, show_stats);
	return 0;
}

/* What stats has, with what it means; the same in every namespace. */
static int counters_show(struct seq_file *seq, void *v)
{
	int i;

	seq_puts(seq, "counter help\n");
	for (i = 0; i < SSK_STAT_COUNT; i++)
		seq_printf(seq, "%s %s\n", ssk_counters[i].name,
			   ssk_counters[i].help);
	return 0;
}

/* What the kernel counts for a CPU, in all namespaces or in this one. */
struct kernel_count {
	const char	*name;
	int		mib;
};

static const struct kernel_count kernel_counts[] = {
	{ "listen_overflows", LINUX_MIB_LISTENOVERFLOWS },
	{ "listen_drops", LINUX_MIB_LISTENDROPS },
	{ "prune_called", LINUX_MIB_PRUNECALLED },
	{ "rcv_pruned", LINUX_MIB_RCVPRUNED },
	{ "backlog_drop", LINUX_MIB_TCPBACKLOGDROP },
	{ "rcvq_drop", LINUX_MIB_TCPRCVQDROP },
	{ "zero_window_drop", LINUX_MIB_TCPZEROWINDOWDROP },
};

static void show_kernel_counts(struct seq_file *seq, const struct net *net,
			       int cpu)
{
	const struct linux_mib *mib = per_cpu_ptr(net->mib.net_statistics, cpu);
	const struct softnet_data *sd = per_cpu_ptr(&softnet_data, cpu);
	int i;

	seq_printf(seq, " %u %u %u", READ_ONCE(sd->processed),
		   ssk_compat_softnet_dropped(cpu),
		   READ_ONCE(sd->time_squeeze));
	for (i = 0; i < ARRAY_SIZE(kernel_counts); i++)
		seq_printf(seq, " %lu", READ_ONCE(mib->mibs[kernel_counts[i].mib]));
}

/* The counters of which each CPU has its column, in this order. */
static const enum ssk_stat cpu_stats[] = {
	SSK_STAT_accepted,
	SSK_STAT_refused_no_memory,
	SSK_STAT_refused_limit,
	SSK_STAT_refused_rate,
	SSK_STAT_refused_memory,
	SSK_STAT_upcalls_softirq,
	SSK_STAT_upcalls_process,
	SSK_STAT_upcalls_worker,
	SSK_STAT_migrations,
	SSK_STAT_deferred,
	SSK_STAT_window_closed,
	SSK_STAT_send_blocked,
	SSK_STAT_no_memory,
};

/* A line for a CPU that is online or has counted anything. */
static void show_cpu(struct seq_file *seq, const struct ssk_service *service,
		     int cpu)
{
	const struct ssk_stats *stats = per_cpu_ptr(service->stats, cpu);
	u64 sum = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(cpu_stats); i++)
		sum += READ_ONCE(stats->value[cpu_stats[i]]);
	if (!sum && !cpu_online(cpu))
		return;
	seq_printf(seq, "%s %d", service->handler->ops->name, cpu);
	for (i = 0; i < ARRAY_SIZE(cpu_stats); i++)
		seq_printf(seq, " %llu", READ_ONCE(stats->value[cpu_stats[i]]));
	show_kernel_counts(seq, service->net, cpu);
	seq_putc(seq, '\n');
}

static void show_cpus(struct seq_file *seq, struct ssk_service *service)
{
	int cpu;

	for_each_possible_cpu(cpu)
		show_cpu(seq, service, cpu);
}

static int cpus_show(struct seq_file *seq, void *v)
{
	int i;

	seq_puts(seq, "handler cpu");
	for (i = 0; i < ARRAY_SIZE(cpu_stats); i++)
		seq_printf(seq, " %s", ssk_counters[cpu_stats[i]].name);
	seq_puts(seq, " softnet_processed softnet_dropped softnet_time_squeeze");
	for (i = 0; i < ARRAY_SIZE(kernel_counts); i++)
		seq_printf(seq, " %s", kernel_counts[i].name);
	seq_putc(seq, '\n');
	ssk_proc_show_services(seq, show_cpus);
	return 0;
}

/*
 * How many connections wait to be accepted, at most how many may, and how many
 * were dropped, at all sockets of a listener.
 */
static void show_listener(struct seq_file *seq, struct ssk_service *service,
			  const struct ssk_listener *listener)
{
	unsigned int sockets = 0, waiting = 0, most = 0, drops = 0;
	char text[SSK_ADDRESS_TEXT_SIZE];
	const struct ssk_acceptor *acceptor;

	list_for_each_entry(acceptor, &listener->acceptors, node) {
		const struct sock *sk = acceptor->sock->sk;

		sockets++;
		waiting += READ_ONCE(sk->sk_ack_backlog);
		most += READ_ONCE(sk->sk_max_ack_backlog);
		drops += atomic_read(&sk->sk_drops);
	}
	seq_printf(seq, "%s %s %u %u %u %u\n", service->handler->ops->name,
		   ssk_address_print(service->net, &listener->address, text),
		   sockets, waiting, most, drops);
}

static void show_listeners(struct seq_file *seq, struct ssk_service *service)
{
	const struct ssk_listener *listener;

	mutex_lock(&service->lock);
	list_for_each_entry(listener, &service->listeners, node)
		show_listener(seq, service, listener);
	mutex_unlock(&service->lock);
}

static int listeners_show(struct seq_file *seq, void *v)
{
	seq_puts(seq, "handler address sockets waiting most drops\n");
	ssk_proc_show_services(seq, show_listeners);
	return 0;
}

static bool create(struct proc_dir_entry *dir, const char *name,
		   int (*show)(struct seq_file *seq, void *v))
{
	return !ssk_fault() &&
	       proc_create_net_single(name, 0444, dir, show, NULL);
}

/**
 * ssk_proc_init() - make /proc/net/syncsock
 * @net: in this network namespace
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int ssk_proc_init(struct net *net)
{
	struct proc_dir_entry *dir;

	dir = ssk_fault() ? NULL :
		proc_net_mkdir(net, "syncsock", net->proc_net);
	if (!dir)
		return -ENOMEM;
	if (!create(dir, "stats", stats_show) ||
	    !create(dir, "counters", counters_show) ||
	    !ssk_proc_latency_init(dir) ||
	    !ssk_proc_conns_init(dir, net) ||
	    !create(dir, "cpus", cpus_show) ||
	    !create(dir, "listeners", listeners_show)) {
		ssk_proc_exit(net);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ssk_proc_exit() - remove /proc/net/syncsock
 * @net: from this network namespace
 *
 * Context: Process context. Waits for those who are reading.
 */
void ssk_proc_exit(struct net *net)
{
	remove_proc_subtree("syncsock", net->proc_net);
}
