// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/syncsock: a header line, then one record a line.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <net/net_namespace.h>

#include "fault.h"
#include "handler.h"
#include "listener.h"
#include "net.h"
#include "service.h"

static int stats_show(struct seq_file *seq, void *v)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(seq));
	struct ssk_service *service;
	int i;

	seq_puts(seq, "handler counter value\n");
	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node)
		for (i = 0; i < SSK_STAT_COUNT; i++)
			seq_printf(seq, "%s %s %llu\n",
				   service->handler->ops->name,
				   ssk_stat_names[i],
				   ssk_stat_read(service->stats, i));
	mutex_unlock(&sn->lock);
	return 0;
}

/* How long the handlers' calls for received bytes took; empty buckets are left out. */
static int latency_show(struct seq_file *seq, void *v)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(seq));
	struct ssk_service *service;
	unsigned int i;

	seq_puts(seq, "handler from_ns count\n");
	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node) {
		for (i = 0; i < SSK_LATENCY_BUCKETS; i++) {
			u64 count = ssk_latency_read(service->stats, i);

			if (count)
				seq_printf(seq, "%s %llu %llu\n",
					   service->handler->ops->name,
					   i ? 1ULL << i : 0, count);
		}
	}
	mutex_unlock(&sn->lock);
	return 0;
}

/* The counters of which each CPU has its column, in this order. */
static const enum ssk_stat cpu_stats[] = {
	SSK_STAT_accepted,
	SSK_STAT_upcalls_softirq,
	SSK_STAT_upcalls_process,
	SSK_STAT_migrations,
	SSK_STAT_deferred,
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
	seq_putc(seq, '\n');
}

static int cpus_show(struct seq_file *seq, void *v)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(seq));
	struct ssk_service *service;
	int i, cpu;

	seq_puts(seq, "handler cpu");
	for (i = 0; i < ARRAY_SIZE(cpu_stats); i++)
		seq_printf(seq, " %s", ssk_stat_names[cpu_stats[i]]);
	seq_putc(seq, '\n');
	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node)
		for_each_possible_cpu(cpu)
			show_cpu(seq, service, cpu);
	mutex_unlock(&sn->lock);
	return 0;
}

static int listeners_show(struct seq_file *seq, void *v)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(seq));
	struct ssk_listener *listener;
	struct ssk_service *service;
	char text[SSK_ADDRESS_TEXT_SIZE];

	seq_puts(seq, "handler address\n");
	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node) {
		mutex_lock(&service->lock);
		list_for_each_entry(listener, &service->listeners, node)
			seq_printf(seq, "%s %s\n",
				   service->handler->ops->name,
				   ssk_address_print(service->net,
						     &listener->address,
						     text));
		mutex_unlock(&service->lock);
	}
	mutex_unlock(&sn->lock);
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
	    !create(dir, "latency", latency_show) ||
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
