/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listener: where a service waits for clients at one address.
 */
#ifndef SSK_LISTENER_H
#define SSK_LISTENER_H

#include <linux/list.h>
#include <linux/workqueue.h>

#include "address.h"

struct sock;
struct request_sock;
struct ssk_acceptor;
struct ssk_service;

/**
 * enum ssk_refusal - why a client is reset before its handler gets it
 * @SSK_REFUSAL_NO_MEMORY: there is no memory for a connection
 * @SSK_REFUSAL_LIMIT: &ssk_limits.connections
 * @SSK_REFUSAL_RATE: &ssk_limits.connections_per_second
 * @SSK_REFUSAL_MEMORY: &ssk_limits.memory_kib
 *
 * In the order of the counters refused_*. Users of the tracepoint know the
 * numbers.
 */
enum ssk_refusal {
	SSK_REFUSAL_NO_MEMORY,
	SSK_REFUSAL_LIMIT,
	SSK_REFUSAL_RATE,
	SSK_REFUSAL_MEMORY,
};

/*
 * The sockets of a group belong to a user of their own, from this id on. None
 * of these is given to people: user namespaces and directories of users stay
 * far below.
 */
#define SSK_FIRST_OWNER	0xfff00000U
#define SSK_GROUPS_MAX	0x000ff000U

/**
 * struct ssk_listener - the sockets that listen at an address
 * @service: the service that gets their connections
 * @address: where they are bound
 * @group: tells their group from others; negative if there is only one
 * @acceptors: the sockets, the first for every CPU that has none of its own;
 *	only added to before the listener is among those of its service
 * @stopping: no more work is to be queued
 * @drain: takes children off the accept queues that no connection was made for
 * @stale: looks for children whose handshake never ends
 * @node: in &ssk_service.listeners
 */
struct ssk_listener {
	struct ssk_service	*service;
	struct ssk_address	address;
	int			group;
	struct list_head	acceptors;
	bool			stopping;
	struct delayed_work	drain;
	struct delayed_work	stale;
	struct list_head	node;
};

/* Whether there is a socket for each CPU. */
static inline bool ssk_listener_is_group(const struct ssk_listener *listener)
{
	return listener->group >= 0;
}

/* listener.c */
struct ssk_listener *ssk_listener_start(struct ssk_service *service,
					const struct ssk_address *address);
void ssk_listeners_stop(struct list_head *listeners);

/* spread.c */
int ssk_listener_spread(struct ssk_listener *listener);

/* accept.c */
void ssk_accept_unlink(struct sock *listening, struct request_sock *prev,
		       struct request_sock *req);
bool ssk_accept_take(struct sock *listening, const struct sock *child);
void ssk_accept(struct ssk_acceptor *acceptor, struct sock *sk);
void ssk_accept_drain(struct work_struct *work);

/* stale.c */
void ssk_stale_work(struct work_struct *work);
void ssk_stale_watch(struct ssk_listener *listener);
void ssk_stale_clear(struct ssk_listener *listener);

#endif /* SSK_LISTENER_H */
