/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listener: one kernel socket that waits for clients at one address.
 */
#ifndef SSK_LISTENER_H
#define SSK_LISTENER_H

#include <linux/list.h>
#include <linux/workqueue.h>

#include "address.h"

struct sock;
struct socket;
struct ssk_service;

/**
 * struct ssk_listener - a listening socket
 * @service: the service that gets its connections
 * @sock: the socket
 * @address: where it is bound
 * @stopping: no more drain work is to be queued
 * @drain: takes children off the accept queue that no connection was made for
 * @node: in &ssk_service.listeners
 *
 * The sk_user_data of @sock, and of its children until they are accepted,
 * points here. Children look at it in softirq under RCU.
 */
struct ssk_listener {
	struct ssk_service	*service;
	struct socket		*sock;
	struct ssk_address	address;
	bool			stopping;
	struct delayed_work	drain;
	struct list_head	node;
};

/* listener.c */
struct ssk_listener *ssk_listener_start(struct ssk_service *service,
					const struct ssk_address *address);
void ssk_listeners_stop(struct list_head *listeners);

/* accept.c */
void ssk_accept(struct ssk_listener *listener, struct sock *sk);
void ssk_accept_drain(struct work_struct *work);

/* callbacks.c */
void ssk_callbacks_install_listener(struct ssk_listener *listener);

#endif /* SSK_LISTENER_H */
