// SPDX-License-Identifier: GPL-2.0
/*
 * The upcall: calling the handler for whatever has happened.
 *
 * It looks at the state of the socket rather than at the reason why TCP
 * called: whatever changed, in whatever order TCP says so, and also while
 * an upcall is already on the stack, it is seen. What to call the handler
 * for follows from that state alone.
 */
#include <linux/export.h>
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "conn.h"
#include "handler.h"
#include "trace.h"

static enum ssk_stat upcall_context(const struct syncsock_conn *conn)
{
	if (conn->in_softirq)
		return SSK_STAT_upcalls_softirq;
	return current->flags & PF_WQ_WORKER ? SSK_STAT_upcalls_worker :
					       SSK_STAT_upcalls_process;
}

/*
 * The peer's data is at its end for the handler: FIN was received, and what
 * is unread is part of a message that will never be complete. While the
 * handler has no room to send, or no memory to keep what it has seen, it may
 * have left whole messages, and while its budget is used up or it has paused
 * there are bytes that it has not seen.
 */
static bool peer_is_done(const struct syncsock_conn *conn)
{
	if (!(conn->sk->sk_shutdown & RCV_SHUTDOWN))
		return false;
	return !conn->rx.len ||
	       !(conn->rx.again || conn->tx.blocked ||
		 ssk_conn_is_paused(conn));
}

/*
 * Bytes above the budget are hidden from all that follows, unless the handler
 * needs more. The time is looked at when the handler asks for more after it has
 * consumed something, so that every upcall makes progress and a single message
 * costs no second look at the clock.
 */
static void set_budget(struct syncsock_conn *conn, u64 now)
{
	const struct ssk_limits *limits = &conn->service->limits;
	struct ssk_rx *rx = &conn->rx;
	u32 budget, available;

	budget = max_t(u32, READ_ONCE(limits->budget_bytes), rx->need);
	available = tcp_inq(conn->sk);
	rx->len = min(available, budget);
	rx->hidden = available - rx->len;
	rx->until = now + (u64)READ_ONCE(limits->budget_us) * NSEC_PER_USEC;
}

/* An upcall begins: what it will see of the received bytes is bounded. */
static inline void begin(struct syncsock_conn *conn, u64 now)
{
	ssk_conn_begin(conn);
	conn->rx.again = SSK_RX_AGAIN_NOT;
	if (!skb_queue_empty(&conn->sk->sk_receive_queue))
		set_budget(conn, now);
	trace_upcall_begin(conn);
}

/*
 * Who takes long is moved to a worker, and who was moved comes back when it
 * no longer does.
 */
static void judge_time(struct syncsock_conn *conn, u64 ns)
{
	u64 limit = (u64)READ_ONCE(conn->service->limits.offload_us) *
		    NSEC_PER_USEC;

	if (conn->context == SSK_CONTEXT_SOFTIRQ && limit && ns > limit) {
		ssk_stat_inc(conn->service->stats, SSK_STAT_offloaded);
		WRITE_ONCE(conn->context, SSK_CONTEXT_SLOW);
		trace_offload(conn, ns);
	} else if (conn->context == SSK_CONTEXT_SLOW &&
		   (!limit || ns <= limit / 2)) {
		WRITE_ONCE(conn->context, SSK_CONTEXT_SOFTIRQ);
		trace_offload(conn, ns);
	}
}

/*
 * Whether the handler is to be called for received bytes: there are as many as
 * it needs, or as there can be. TCP also calls below sk_rcvlowat, when memory
 * or the window run out.
 */
static inline bool is_ready(const struct syncsock_conn *conn)
{
	u32 len = conn->rx.len;

	return len && !ssk_conn_is_paused(conn) &&
	       (len >= conn->rx.need ||
		conn->sk->sk_shutdown & RCV_SHUTDOWN ||
		syncsock_rx_full(conn));
}

static inline int call_received(struct syncsock_conn *conn)
{
	struct ssk_stats __percpu *stats = conn->service->stats;
	int messages;

	ssk_stat_inc(stats, upcall_context(conn));
	if (conn->rx.need)
		ssk_rx_clear_need(conn);
	messages = conn->service->handler->ops->received(conn);
	if (messages > 0)
		ssk_stat_add(stats, SSK_STAT_messages, messages);
	return messages;
}

/*
 * Let the handler read. If it has left everything, a message may be longer
 * than the budget: it is shown all there is. If it is longer than the receive
 * buffer, that is the end.
 */
static void receive(struct syncsock_conn *conn)
{
	int err;

	err = call_received(conn);
	if (err >= 0 && !conn->rx.consumed && ssk_rx_lift_budget(&conn->rx) &&
	    conn->state == SSK_CONN_OPEN && is_ready(conn))
		err = call_received(conn);
	if (err < 0)
		syncsock_abort(conn);
	else if (!conn->rx.consumed && ssk_rx_is_stuck(conn))
		ssk_close_oversized(conn);
}

/*
 * What the budget has hidden is for another upcall, soon, if the handler had
 * its share in this one. Otherwise it waits for something else.
 */
static void defer_hidden(struct syncsock_conn *conn)
{
	if (!ssk_rx_lift_budget(&conn->rx) || !conn->rx.consumed ||
	    conn->state != SSK_CONN_OPEN || ssk_conn_is_paused(conn))
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_deferred);
	conn->rx.again = SSK_RX_AGAIN_TURN;
	trace_defer(conn, conn->rx.len);
	ssk_schedule(conn);
}

/*
 * Give TCP what the handler has sent. Return the time, which TCP has looked at
 * if it sends.
 */
static u64 flush_at(struct syncsock_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);
	u64 before = tp->tcp_clock_cache;

	if (conn->state == SSK_CONN_OPEN)
		ssk_tx_flush(conn, 0);
	return tp->tcp_clock_cache != before ? tp->tcp_clock_cache :
					       tcp_clock_ns();
}

static void note_time(struct syncsock_conn *conn, u64 start, u64 began, u64 end)
{
	struct ssk_stats __percpu *stats = conn->service->stats;

	ssk_stat_latency(stats, SSK_LATENCY_UPCALL, end - began);
	ssk_stat_latency(stats, SSK_LATENCY_RESPONSE, end - start);
	judge_time(conn, end - began);
}

/*
 * Everything that there is to tell the handler of an open connection. What has
 * waited for this upcall has done so since before @now.
 */
static void tell_handler(struct syncsock_conn *conn, u64 now)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;
	u64 start = conn->rx.since ?: now;
	u64 began = 0;
	bool receives;

	if (conn->tx.blocked) {
		ssk_tx_flush(conn, 0);
		if (ssk_tx_unblock(conn) && ops->writable)
			ops->writable(conn);
	}

	/* It may have said so only now. */
	if (conn->rx.len < conn->rx.need)
		ssk_rx_lift_budget(&conn->rx);
	receives = conn->state == SSK_CONN_OPEN && is_ready(conn);
	if (receives) {
		began = tcp_clock_ns();
		receive(conn);
	}
	defer_hidden(conn);
	conn->rx.since = conn->rx.again ? start : 0;

	if (conn->state == SSK_CONN_OPEN && !conn->peer_closed &&
	    peer_is_done(conn)) {
		conn->peer_closed = true;
		if (ops->peer_closed)
			ops->peer_closed(conn);
		else
			syncsock_close(conn);
	}

	if (receives)
		note_time(conn, start, began, flush_at(conn));
	else if (conn->state == SSK_CONN_OPEN)
		ssk_tx_flush(conn, 0);
}

/*
 * What was asked of the connection since its last upcall. What was posted
 * before it was asked to end is done first. Both wait for the handshake,
 * unless it is not wanted any more.
 */
static void do_asked(struct syncsock_conn *conn)
{
	bool open = conn->state != SSK_CONN_CONNECTING;
	bool shutdown = open && test_and_clear_bit(SSK_ASKED_SHUTDOWN,
						   &conn->asked);
	bool close = test_and_clear_bit(SSK_ASKED_CLOSE, &conn->asked);
	bool abort = test_and_clear_bit(SSK_ASKED_ABORT, &conn->asked);

	if (test_and_clear_bit(SSK_ASKED_WINDOW, &conn->asked))
		ssk_rx_open_window(conn);
	if (open && test_and_clear_bit(SSK_ASKED_POST, &conn->asked))
		ssk_mailbox_run(conn);
	if (shutdown)
		syncsock_shutdown(conn);
	if (close)
		syncsock_close(conn);
	if (abort)
		syncsock_abort(conn);
}

/* The handshake of an outgoing connection may be complete. */
static void connected(struct syncsock_conn *conn)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;

	if ((1 << conn->sk->sk_state) &
	    (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE))
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_connected);
	/* Where TCP received it, which is not always where we are now. */
	if (READ_ONCE(conn->sk->sk_incoming_cpu) != conn->cpu)
		ssk_stat_inc(conn->service->stats, SSK_STAT_connected_away);
	trace_connected(conn);
	ssk_conn_move(conn, SSK_EVENT_CONNECTED);
	ssk_conn_timer_start(conn);
	if (ops->connected && ops->connected(conn) < 0)
		syncsock_abort(conn);
}

/*
 * TCP is done with the socket and the handler with what was received. After
 * syncsock_shutdown() the peer's FIN can close the socket with its last bytes
 * unread.
 */
static bool is_over(const struct syncsock_conn *conn)
{
	return conn->sk->sk_state == TCP_CLOSE &&
	       (conn->state != SSK_CONN_OPEN || conn->sk->sk_err ||
		conn->peer_closed);
}

/*
 * Whether TCP calls sk_write_space() when there may be room: when what it has to
 * send is acknowledged, or its probe of the peer's closed window is answered. It
 * has a timer for that, or sets it when it is done with the present segment.
 */
static bool tcp_will_call(const struct sock *sk)
{
	return !tcp_rtx_and_write_queues_empty(sk);
}

/* TCP had no memory for anything. */
static noinline void retry(struct syncsock_conn *conn)
{
	ssk_stat_inc(conn->service->stats, SSK_STAT_no_memory);
	ssk_conn_timer_retry(conn);
}

/* The end of every upcall: what the handler decided takes effect. */
static inline void finish(struct syncsock_conn *conn)
{
	if (conn->state != SSK_CONN_OPEN || conn->tx.state != SSK_TX_OPEN)
		ssk_close_advance(conn);
	ssk_rx_finish(conn);

	if (conn->state == SSK_CONN_ABORTING || is_over(conn))
		ssk_close_die(conn, ssk_close_reason(conn));
	else if (conn->tx.blocked && !tcp_will_call(conn->sk))
		retry(conn);
}

/**
 * ssk_conn_run() - the upcall: do whatever a connection's state asks for
 * @conn: the connection
 * @now: the time, by tcp_clock_ns()
 *
 * Called by TCP through callbacks.c, by the connection's timer, and from the
 * run queues. TCP may call back from inside, for instance sk_write_space()
 * from sendmsg(); that needs no second run.
 *
 * Context: Softirq; process context with bottom halves disabled; or a worker,
 * with bottom halves enabled. The socket is locked. Does not sleep.
 */
void ssk_conn_run(struct syncsock_conn *conn, u64 now)
{
	if (conn->runner || conn->state == SSK_CONN_DEAD)
		return;
	begin(conn, now);
	if (conn->state == SSK_CONN_CONNECTING)
		connected(conn);
	if (READ_ONCE(conn->asked) & SSK_ASKED_UPCALL)
		do_asked(conn);
	if (conn->state == SSK_CONN_OPEN && !is_over(conn))
		tell_handler(conn, now);
	finish(conn);
	trace_upcall_end(conn, now);
	ssk_conn_end(conn);
}

/**
 * ssk_conn_kick() - run a connection without being called by TCP
 * @conn: a connection that the caller has a reference to, or the timer of
 *
 * If process context owns the socket, it is the release or the end of the
 * service, a worker, or somebody who aborts the socket: a worker can wait for
 * that.
 *
 * A dead connection does not set its timer, so that the release can stop it.
 * The owner of the socket may be ending it now; its worker finds that out.
 *
 * Context: Softirq. Takes the socket's spinlock.
 */
void ssk_conn_kick(struct syncsock_conn *conn)
{
	bh_lock_sock(conn->sk);
	if (READ_ONCE(conn->state) != SSK_CONN_DEAD) {
		if (sock_owned_by_user(conn->sk)) {
			ssk_schedule_worker(conn);
		} else {
			ssk_conn_run(conn, tcp_clock_ns());
			ssk_conn_timer_check(conn);
		}
	}
	bh_unlock_sock(conn->sk);
}

/**
 * ssk_conn_accepted() - the first upcall of a connection
 * @conn: a connection that was attached just now
 *
 * TCP has looked at the clock when it began with the handshake's last segment.
 *
 * Context: as ssk_conn_run().
 */
void ssk_conn_accepted(struct syncsock_conn *conn)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;
	u64 now = tcp_sk(conn->sk)->tcp_clock_cache;

	ssk_stat_inc(conn->service->stats, SSK_STAT_accepted);
	trace_accept(conn);
	begin(conn, now);
	if (ops->accepted && ops->accepted(conn) < 0)
		syncsock_abort(conn);
	if (conn->state == SSK_CONN_OPEN)
		ssk_tx_flush(conn, 0);
	ssk_conn_timer_start(conn);
	finish(conn);
	trace_upcall_end(conn, now);
	ssk_conn_end(conn);
}
