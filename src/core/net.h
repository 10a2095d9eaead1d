/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network namespace: its services and its /proc/net/syncsock.
 */
#ifndef SSK_NET_H
#define SSK_NET_H

#include <linux/list.h>
#include <linux/mutex.h>

struct net;
struct proc_dir_entry;
struct seq_file;
struct ssk_service;

/**
 * struct ssk_net - what the core keeps for a network namespace
 * @net: the namespace
 * @node: in the registry's list of namespaces
 * @lock: protects @services for those who look at them in /proc
 * @services: one for each handler, by &ssk_service.node
 */
struct ssk_net {
	struct net		*net;
	struct list_head	node;
	struct mutex		lock;	/* protects services */
	struct list_head	services;
};

/* registry.c */
int ssk_registry_init(void);
void ssk_registry_exit(void);
struct ssk_net *ssk_net(const struct net *net);

/* proc_conns.c */
bool ssk_proc_conns_init(struct proc_dir_entry *dir, struct net *net);

/* proc_latency.c */
bool ssk_proc_latency_init(struct proc_dir_entry *dir);

typedef void ssk_show_service_fn(struct seq_file *seq,
				 struct ssk_service *service);

/* proc.c */
void ssk_proc_show_services(struct seq_file *seq, ssk_show_service_fn *show);
int ssk_proc_init(struct net *net);
void ssk_proc_exit(struct net *net);

#endif /* SSK_NET_H */
