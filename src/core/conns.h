/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connections of a service that have one home, and going through them.
 */
#ifndef SSK_CONNS_H
#define SSK_CONNS_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct ssk_service;
struct syncsock_conn;

/**
 * struct ssk_conns - the connections of a service that have one home
 * @lock: protects @all and @young; taken with bottom halves disabled
 * @all: the connections, by &syncsock_conn.node, the oldest first; and the marks
 *	of who goes through them, which are connections without a service
 * @young: those behind them, that the next sweep may give a timer, see young.c
 * @sweep: gives them theirs
 */
struct ssk_conns {
	spinlock_t		lock;	/* protects all, young */
	struct list_head	all;
	struct list_head	young;
	struct timer_list	sweep;
};

/* conns.c */
void ssk_conns_init(struct ssk_conns *conns);
void ssk_conns_exit(struct ssk_conns *conns);
void ssk_conns_add(struct syncsock_conn *conn);
void ssk_conns_remove(struct syncsock_conn *conn);
void ssk_conns_begin(struct ssk_conns *conns, struct syncsock_conn *mark);
struct syncsock_conn *ssk_conns_get(struct ssk_conns *conns,
				    struct syncsock_conn *mark);
void ssk_conns_advance(struct ssk_conns *conns, struct syncsock_conn *mark,
		       struct syncsock_conn *conn);
void ssk_conns_end(struct ssk_conns *conns, struct syncsock_conn *mark);
void ssk_conns_visit(struct ssk_service *service,
		     void (*visit)(struct syncsock_conn *conn, void *arg),
		     void *arg);
void ssk_conns_end_all(struct ssk_conns *conns);

/* young.c */
void ssk_young_init(struct ssk_conns *conns);
void ssk_young_exit(struct ssk_conns *conns);
void ssk_young_add(struct ssk_conns *conns, struct syncsock_conn *conn);
void ssk_young_sweep(struct ssk_conns *conns);

#endif /* SSK_CONNS_H */
