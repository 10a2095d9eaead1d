/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection, from its acceptance to the release of its socket.
 *
 * accept.c or connect.c attaches a connection to a socket, which from then on
 * calls callbacks.c. Everything that happens to the connection happens in
 * upcall.c with its socket locked: called by TCP in softirq, by TCP in process
 * context when release_sock() replays the backlog, by the connection's timer,
 * or by the run queues of schedule.c; and in ssk_conn_stop_all() for a service
 * that ends. Bottom halves are disabled, but for those that a worker runs.
 * What anybody else wants from the connection they leave in
 * &syncsock_conn.asked or in the mailbox, and schedule it.
 *
 * A callback never destroys: TCP goes on with the socket after it. It makes
 * the connection DEAD, which calls the handler's @closed and queues the
 * connection for release.c, where process context gives the socket back.
 *
 * References: the attachment to the socket holds one until the release, as
 * do a run queue, who walks &ssk_service.conns while it works on a
 * connection, kept data, and whoever called syncsock_conn_get(). Each
 * connection counts in &ssk_service.users. The timer holds none: the release
 * stops it for good before it drops its reference.
 */
#ifndef SSK_CONN_H
#define SSK_CONN_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <syncsock/conn.h>
#include <syncsock/handler.h>

#include "mailbox.h"
#include "receive.h"
#include "service.h"
#include "state.h"
#include "transmit.h"

/**
 * enum ssk_conn_asked - what was asked of a connection, in any context
 * @SSK_ASKED_RUN: it is in a run queue, which has a reference
 * @SSK_ASKED_PAUSE: syncsock_pause(), until syncsock_resume()
 * @SSK_ASKED_POST: there may be something in the mailbox
 * @SSK_ASKED_WINDOW: kept data was put: the window may be opened
 * @SSK_ASKED_SHUTDOWN: syncsock_shutdown()
 * @SSK_ASKED_CLOSE: syncsock_close()
 * @SSK_ASKED_ABORT: syncsock_abort()
 */
enum ssk_conn_asked {
	SSK_ASKED_RUN,
	SSK_ASKED_PAUSE,
	SSK_ASKED_POST,
	SSK_ASKED_WINDOW,
	SSK_ASKED_SHUTDOWN,
	SSK_ASKED_CLOSE,
	SSK_ASKED_ABORT,
};

/* What the next upcall has to do something about. */
#define SSK_ASKED_UPCALL						\
	(BIT(SSK_ASKED_POST) | BIT(SSK_ASKED_WINDOW) |			\
	 BIT(SSK_ASKED_SHUTDOWN) | BIT(SSK_ASKED_CLOSE) |		\
	 BIT(SSK_ASKED_ABORT))

/**
 * enum ssk_conn_context - where the operations of a connection run
 * @SSK_CONTEXT_SOFTIRQ: where TCP calls
 * @SSK_CONTEXT_SLOW: in a worker, as long as they take too long for softirq
 * @SSK_CONTEXT_WORKER: in a worker, because the handler wants it
 */
enum ssk_conn_context {
	SSK_CONTEXT_SOFTIRQ,
	SSK_CONTEXT_SLOW,
	SSK_CONTEXT_WORKER,
} __packed;

/**
 * struct syncsock_conn - a connection
 * @sk: its socket, referenced; NULL until connect.c has made one
 * @service: the service it belongs to
 * @asked: bits of enum ssk_conn_asked
 * @runner: the task on whose stack an upcall is, or NULL; TCP may call back
 *	into it
 * @in_softirq: @runner was interrupted by that softirq
 * @state: see &enum ssk_conn_state
 * @context: see &enum ssk_conn_context
 * @peer_closed: the handler was told that the peer's data is at its end
 * @expired: it was closed because of a timeout
 * @outgoing: it was made by syncsock_connect()
 * @quiet: it was closed in order when it ended: no reset is needed
 * @young: its timer was not set yet; young.c soon will
 * @error: what @closed is to find, a negative errno
 * @cpu: its home, see home.c, whose run queues it is in
 * @rx: receive cursor
 * @tx: what the handler sent and TCP has not taken
 * @timer: ends a connection without progress, tries again to send
 * @una: what the peer had acknowledged when @timer looked last
 * @una_at: when that had changed, in tcp_jiffies32
 * @resumed_at: when it was resumed last
 * @began_at: when it was accepted or asked for, in tcp_jiffies32
 * @migrations: how often TCP called on another CPU than the home
 * @mailbox: posts that wait
 * @refs: references
 * @node: in &ssk_service.conns of @cpu
 * @run_node: in a CPU's run queue
 * @release_node: in the release queue
 * @priv: the handler's private memory
 *
 * All but @asked, @young, @resumed_at, @mailbox, @refs, @node, @run_node and
 * @release_node is protected by the socket's lock; @context is written under
 * it and read by anybody.
 */
struct syncsock_conn {
	struct sock		*sk;
	struct ssk_service	*service;
	unsigned long		asked;
	struct task_struct	*runner;
	enum ssk_conn_state	state;
	enum ssk_conn_context	context;
	bool			in_softirq;
	bool			peer_closed;
	bool			expired;
	bool			outgoing;
	bool			quiet;
	bool			young;
	int			error;
	int			cpu;
	struct ssk_rx		rx;
	struct ssk_tx		tx;
	struct timer_list	timer;
	u32			una;
	u32			una_at;
	u32			resumed_at;
	u32			began_at;
	u32			migrations;

	refcount_t		refs;
	struct ssk_mailbox	mailbox;
	struct list_head	node;
	struct llist_node	run_node;
	struct llist_node	release_node;

	unsigned long		priv[];
};

/*
 * An upcall begins or ends. A softirq may interrupt one that a worker runs,
 * on the same stack, but is not part of it.
 */
static inline void ssk_conn_begin(struct syncsock_conn *conn)
{
	/* In this order: a softirq that comes in between must not see @runner first. */
	WRITE_ONCE(conn->in_softirq, in_serving_softirq());
	WRITE_ONCE(conn->runner, current);
}

static inline void ssk_conn_end(struct syncsock_conn *conn)
{
	WRITE_ONCE(conn->runner, NULL);
}

/* Whether the caller is inside an upcall of @conn, with its lock. */
static inline bool ssk_conn_is_running(const struct syncsock_conn *conn)
{
	return READ_ONCE(conn->runner) == current &&
	       READ_ONCE(conn->in_softirq) == (bool)in_serving_softirq();
}

/* Apply an event; false if it changes nothing. ssk_conn_kick() may be looking. */
static inline bool ssk_conn_move(struct syncsock_conn *conn,
				 enum ssk_conn_event event)
{
	enum ssk_conn_state before = conn->state;

	WRITE_ONCE(conn->state, ssk_state_after(before, event));
	return conn->state != before;
}

/* A client that has not sent anything yet. The socket is locked. */
static inline bool ssk_conn_is_silent(const struct syncsock_conn *conn)
{
	return !conn->outgoing && !tcp_sk(conn->sk)->bytes_received;
}

static inline bool ssk_conn_is_paused(const struct syncsock_conn *conn)
{
	return test_bit(SSK_ASKED_PAUSE, &conn->asked);
}

/*
 * Whether TCP still takes bytes; sendmsg() would return -EPIPE otherwise.
 * The socket is locked.
 */
static inline bool ssk_tcp_takes_bytes(const struct syncsock_conn *conn)
{
	const struct sock *sk = conn->sk;

	return (1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) &&
	       !(sk->sk_shutdown & SEND_SHUTDOWN) && !sk->sk_err;
}

/*
 * Whether the handler may send: not before the handshake, nor after what ends
 * the connection or our direction of it. The socket is locked.
 */
static inline bool ssk_tx_can_send(const struct syncsock_conn *conn)
{
	return conn->state == SSK_CONN_OPEN && conn->tx.state == SSK_TX_OPEN &&
	       ssk_tcp_takes_bytes(conn);
}

/* The sequence number of the next byte for the handler. */
static inline u32 ssk_rx_seq(const struct syncsock_conn *conn)
{
	return tcp_sk(conn->sk)->copied_seq + conn->rx.consumed;
}

/* What was sent and is not yet acknowledged by the peer. */
static inline u32 ssk_tx_queued(const struct syncsock_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);

	return tp->write_seq - tp->snd_una + conn->tx.bytes;
}

/* conn.c */
struct syncsock_conn *ssk_conn_alloc(struct ssk_service *service);
void ssk_conn_enlist(struct syncsock_conn *conn);
void ssk_conn_attach(struct syncsock_conn *conn, struct sock *sk);
bool ssk_conn_drop(struct syncsock_conn *conn);
void ssk_conn_free(struct ssk_service *service, struct syncsock_conn **conns,
		   size_t count);
void ssk_conn_refuse(struct syncsock_conn *conn);
void ssk_conn_stop_all(struct ssk_service *service);

/* upcall.c */
void ssk_conn_run(struct syncsock_conn *conn, u64 now);
void ssk_conn_accepted(struct syncsock_conn *conn);
void ssk_conn_kick(struct syncsock_conn *conn);

/* callbacks.c */
int ssk_callbacks_init(void);
void ssk_callbacks_install_conn(struct syncsock_conn *conn);
void ssk_callbacks_remove_child(struct sock *sk);
void ssk_callbacks_remove_closed(struct sock *sk);
void ssk_callbacks_remove_conn(struct sock *sk);

/* close.c */
void ssk_close_advance(struct syncsock_conn *conn);
void ssk_close_die(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason);
void ssk_close_oversized(struct syncsock_conn *conn);
void ssk_close_expired(struct syncsock_conn *conn);
enum syncsock_close_reason ssk_close_reason(const struct syncsock_conn *conn);

/* discard.c */
void ssk_discard(struct syncsock_conn *conn);

/* timer.c */
void ssk_conn_timer(struct timer_list *timer);
void ssk_conn_timer_start(struct syncsock_conn *conn);
void ssk_conn_timer_check(struct syncsock_conn *conn);
void ssk_conn_timer_note(struct syncsock_conn *conn);
void ssk_conn_timer_soon(struct syncsock_conn *conn, unsigned long time);
void ssk_conn_timer_retry(struct syncsock_conn *conn);

/* schedule.c */
int ssk_schedule_init(void);
void ssk_schedule_exit(void);
void ssk_schedule(struct syncsock_conn *conn);
void ssk_schedule_worker(struct syncsock_conn *conn);

/* connect.c */
int ssk_connect_init(void);
void ssk_connect_exit(void);
void ssk_connect_flush(void);

/* release.c */
int ssk_release_init(void);
void ssk_release_exit(void);
void ssk_release(struct syncsock_conn *conn);
void ssk_release_flush(void);

#endif /* SSK_CONN_H */
