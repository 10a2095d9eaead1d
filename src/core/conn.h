/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection, from its acceptance to the release of its socket.
 *
 * Life of a connection
 * --------------------
 * accept.c attaches a connection to a child socket, which from then on calls
 * callbacks.c. Everything that happens to the connection happens with its
 * socket locked and bottom halves disabled: by TCP in softirq, by TCP in
 * process context when release_sock() replays the backlog, by the
 * connection's timer, or by ssk_conn_stop() for a service that ends.
 *
 *	OPEN ---> CLOSING ---> LINGER ---.
 *	  |          |            |       v
 *	  +----------+------------+---> DEAD ---> released
 *
 * A callback never destroys: TCP goes on with the socket after it. It makes
 * the connection DEAD, which calls the handler's @closed and queues the
 * connection for release.c, where process context gives the socket back.
 *
 * References: the attachment to the socket holds one until the release, as
 * do the run queue, and who walks &ssk_service.conns while it works on a
 * connection. Each connection counts in &ssk_service.users. The timer
 * holds none: the release stops it for good before it drops its reference.
 */
#ifndef SSK_CONN_H
#define SSK_CONN_H

#include <linux/list.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/timer.h>
#include <net/sock.h>
#include <syncsock/conn.h>
#include <syncsock/handler.h>

#include "receive.h"
#include "send.h"
#include "service.h"

/**
 * enum ssk_conn_state - what a connection still does
 * @SSK_CONN_OPEN: the handler receives and sends
 * @SSK_CONN_CLOSING: the handler has closed; what it sent moves into TCP's
 *	queue, then FIN. What arrives is discarded
 * @SSK_CONN_LINGER: FIN is in TCP's queue. What arrives is discarded until
 *	TCP has closed or the linger time is over
 * @SSK_CONN_ABORTING: the handler has aborted; becomes DEAD before the
 *	running upcall ends
 * @SSK_CONN_DEAD: @closed was called; waits for its release
 */
enum ssk_conn_state {
	SSK_CONN_OPEN,
	SSK_CONN_CLOSING,
	SSK_CONN_LINGER,
	SSK_CONN_ABORTING,
	SSK_CONN_DEAD,
};

/**
 * struct syncsock_conn - a connection
 * @sk: its socket, referenced; the socket's sk_user_data points back
 * @service: the service it belongs to
 * @state: see &enum ssk_conn_state
 * @running: an upcall is on the stack; TCP may call back into it
 * @peer_closed: the handler was told that the peer's data is at its end
 * @expired: it was closed because of a timeout
 * @scheduled: it is in a CPU's run queue, which has a reference
 * @rx: receive cursor
 * @tx: what the handler sent and TCP has not taken
 * @timer: ends a connection without progress, tries again to send
 * @una: what the peer had acknowledged when @timer looked last
 * @una_at: when that had changed, in tcp_jiffies32
 * @refs: references
 * @cpu: the CPU that accepted it
 * @node: in &ssk_service.conns of @cpu
 * @run_node: in a CPU's run queue
 * @release_node: in the release queue
 * @priv: the handler's private memory
 *
 * All but @refs, @node, @run_node and @release_node is protected by the socket's lock.
 */
struct syncsock_conn {
	struct sock		*sk;
	struct ssk_service	*service;
	enum ssk_conn_state	state;
	bool			running;
	bool			peer_closed;
	bool			expired;
	bool			scheduled;
	struct ssk_rx		rx;
	struct ssk_tx		tx;
	struct timer_list	timer;
	u32			una;
	u32			una_at;

	refcount_t		refs;
	int			cpu;
	struct list_head	node;
	struct llist_node	run_node;
	struct llist_node	release_node;

	unsigned long		priv[];
};

/* conn.c */
struct syncsock_conn *ssk_conn_alloc(struct ssk_service *service);
void ssk_conn_attach(struct syncsock_conn *conn, struct sock *sk);
void ssk_conn_put(struct syncsock_conn *conn);
void ssk_conn_run(struct syncsock_conn *conn);
void ssk_conn_accepted(struct syncsock_conn *conn);
void ssk_conn_kick(struct syncsock_conn *conn, bool from_queue);
void ssk_conn_refuse(struct syncsock_conn *conn);
void ssk_conn_stop_all(struct ssk_service *service);

/* callbacks.c */
int ssk_callbacks_init(void);
void ssk_callbacks_install_conn(struct syncsock_conn *conn);
void ssk_callbacks_remove(struct sock *sk);

/* close.c */
void ssk_close_advance(struct syncsock_conn *conn);
void ssk_close_die(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason);
void ssk_close_expired(struct syncsock_conn *conn);
enum syncsock_close_reason ssk_close_reason(const struct syncsock_conn *conn);

/* timer.c */
void ssk_conn_timer(struct timer_list *timer);
void ssk_conn_timer_start(struct syncsock_conn *conn);
void ssk_conn_timer_check(struct syncsock_conn *conn);
void ssk_conn_timer_note(struct syncsock_conn *conn);
void ssk_conn_timer_retry(struct syncsock_conn *conn);

/* schedule.c */
void ssk_schedule_init(void);
void ssk_schedule_exit(void);
void ssk_schedule(struct syncsock_conn *conn);

/* release.c */
int ssk_release_init(void);
void ssk_release_exit(void);
void ssk_release(struct syncsock_conn *conn);
void ssk_release_flush(void);

#endif /* SSK_CONN_H */
