/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An acceptor: one of the kernel's listening sockets behind a listener.
 */
#ifndef SSK_ACCEPTOR_H
#define SSK_ACCEPTOR_H

#include <linux/list.h>

struct socket;
struct ssk_listener;

/* The cpu of an acceptor that is for every CPU without one of its own. */
#define SSK_ACCEPTOR_ANY	(-1)

/**
 * struct ssk_acceptor - a listening socket
 * @listener: what it is for
 * @sock: the socket
 * @cpu: the CPU whose handshakes begin here, or SSK_ACCEPTOR_ANY
 * @node: in &ssk_listener.acceptors
 *
 * The sk_user_data of @sock, and of its children until they are accepted,
 * points here. Children look at it in softirq under RCU.
 */
struct ssk_acceptor {
	struct ssk_listener	*listener;
	struct socket		*sock;
	int			cpu;
	struct list_head	node;
};

struct ssk_acceptor *ssk_acceptor_open(struct ssk_listener *listener, int cpu);

/* callbacks.c */
void ssk_callbacks_install_acceptor(struct ssk_acceptor *acceptor);

#endif /* SSK_ACCEPTOR_H */
