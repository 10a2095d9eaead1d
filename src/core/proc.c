// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/syncsock: a header line, then one record a line.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <net/net_namespace.h>

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

	dir = proc_net_mkdir(net, "syncsock", net->proc_net);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_net_single("stats", 0444, dir, stats_show, NULL) ||
	    !proc_create_net_single("latency", 0444, dir, latency_show, NULL) ||
	    !proc_create_net_single("listeners", 0444, dir, listeners_show,
				    NULL)) {
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
