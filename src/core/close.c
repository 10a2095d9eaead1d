// SPDX-License-Identifier: GPL-2.0
/*
 * Closing: in order, by reset, and the end that all connections come to.
 */
#include <linux/export.h>
#include <net/tcp.h>

#include "conn.h"
#include "handler.h"
#include "trace.h"

/*
 * Outside of an upcall, leave word for the next one, which comes soon. Inside
 * of one, that takes effect at once.
 *
 * Return: whether the caller is to act.
 */
static bool is_now(struct syncsock_conn *conn, enum ssk_conn_asked what)
{
	if (ssk_conn_is_running(conn))
		return true;
	/* Pairs with do_asked(): posts of the caller come first. */
	smp_mb__before_atomic();
	set_bit(what, &conn->asked);
	ssk_schedule(conn);
	return false;
}

static void end_sending(struct syncsock_conn *conn)
{
	if (conn->tx.state == SSK_TX_OPEN)
		conn->tx.state = SSK_TX_ENDING;
}

void syncsock_shutdown(struct syncsock_conn *conn)
{
	if (is_now(conn, SSK_ASKED_SHUTDOWN) && conn->state == SSK_CONN_OPEN)
		end_sending(conn);
}
EXPORT_SYMBOL_GPL(syncsock_shutdown);

static void close(struct syncsock_conn *conn)
{
	if (!ssk_conn_move(conn, SSK_EVENT_CLOSE))
		return;
	end_sending(conn);
	ssk_conn_timer_start(conn);
}

void syncsock_close(struct syncsock_conn *conn)
{
	if (is_now(conn, SSK_ASKED_CLOSE))
		close(conn);
}
EXPORT_SYMBOL_GPL(syncsock_close);

void syncsock_abort(struct syncsock_conn *conn)
{
	if (is_now(conn, SSK_ASKED_ABORT))
		ssk_conn_move(conn, SSK_EVENT_ABORT);
}
EXPORT_SYMBOL_GPL(syncsock_abort);

void syncsock_pause(struct syncsock_conn *conn)
{
	if (test_and_set_bit(SSK_ASKED_PAUSE, &conn->asked))
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_paused);
	trace_pause(conn);
}
EXPORT_SYMBOL_GPL(syncsock_pause);

void syncsock_resume(struct syncsock_conn *conn)
{
	if (!ssk_conn_is_paused(conn))
		return;
	WRITE_ONCE(conn->resumed_at, tcp_jiffies32);
	if (!test_and_clear_bit(SSK_ASKED_PAUSE, &conn->asked))
		return;
	trace_resume(conn);
	ssk_schedule(conn);
}
EXPORT_SYMBOL_GPL(syncsock_resume);

void syncsock_offload(struct syncsock_conn *conn, bool on)
{
	WRITE_ONCE(conn->context,
		   on ? SSK_CONTEXT_WORKER : SSK_CONTEXT_SOFTIRQ);
	trace_offload(conn, 0);
}
EXPORT_SYMBOL_GPL(syncsock_offload);

/* Close our direction, as inet_shutdown() does. */
static void send_fin(struct sock *sk)
{
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	sk->sk_prot->shutdown(sk, SEND_SHUTDOWN);
}

/**
 * ssk_close_advance() - go on with closing a connection, as far as possible
 * @conn: the connection
 *
 * The last data is given to TCP with MSG_MORE, so that FIN joins its segment.
 *
 * The receive side stays open: TCP answers data with a reset if it was shut
 * down, or if the socket was closed, and a reset may reach the peer before
 * it has read our response. What arrives is discarded instead.
 *
 * Context: the end of an upcall.
 */
void ssk_close_advance(struct syncsock_conn *conn)
{
	struct ssk_tx *tx = &conn->tx;

	if (tx->state == SSK_TX_ENDING && (conn->state == SSK_CONN_OPEN ||
					   conn->state == SSK_CONN_CLOSING)) {
		ssk_tx_flush(conn, MSG_MORE);
		if (!tx->bytes) {
			tx->state = SSK_TX_ENDED;
			ssk_tx_drop(conn);
			send_fin(conn->sk);
		}
	}
	if (conn->state == SSK_CONN_CLOSING) {
		ssk_conn_timer_note(conn);
		ssk_discard(conn);
	}
}

/**
 * ssk_close_reason() - why a connection ends
 * @conn: a connection that was aborted, or whose socket is in TCP_CLOSE
 *
 * Return: the reason for the handler.
 */
enum syncsock_close_reason ssk_close_reason(const struct syncsock_conn *conn)
{
	if (conn->state == SSK_CONN_ABORTING && !conn->sk->sk_err)
		return conn->error == -EMSGSIZE ? SYNCSOCK_CLOSE_OVERSIZED :
						  SYNCSOCK_CLOSE_ABORTED;
	if (conn->state == SSK_CONN_CONNECTING &&
	    conn->sk->sk_err != ETIMEDOUT)
		return SYNCSOCK_CLOSE_CONNECT;

	switch (conn->sk->sk_err) {
	case 0:
		return conn->expired ? SYNCSOCK_CLOSE_TIMEOUT :
				       SYNCSOCK_CLOSED;
	case ECONNRESET:
	case EPIPE:
		return SYNCSOCK_CLOSE_PEER_RESET;
	case ECONNABORTED:
		return SYNCSOCK_CLOSE_ABORTED;
	default:
		return SYNCSOCK_CLOSE_TIMEOUT;
	}
}

/* Which time it was that is over. */
static enum ssk_stat expired_time(const struct syncsock_conn *conn)
{
	if (conn->state == SSK_CONN_CONNECTING)
		return SSK_STAT_timed_out_connect;
	if (conn->state != SSK_CONN_OPEN)
		return SSK_STAT_timed_out_linger;
	return ssk_conn_is_silent(conn) ? SSK_STAT_timed_out_first_byte :
					  SSK_STAT_timed_out_idle;
}

/**
 * ssk_close_expired() - end a connection that was too long without progress
 * @conn: the connection
 *
 * An open connection that owes its peer nothing ends in order. One whose peer
 * does not take what was sent, or does not close in its turn, is reset.
 *
 * Context: as ssk_conn_run(), outside of an upcall.
 */
void ssk_close_expired(struct syncsock_conn *conn)
{
	ssk_stat_inc(conn->service->stats, SSK_STAT_timed_out);
	ssk_stat_inc(conn->service->stats, expired_time(conn));
	if (conn->state == SSK_CONN_OPEN && !conn->tx.bytes &&
	    tcp_rtx_and_write_queues_empty(conn->sk)) {
		conn->expired = true;
		close(conn);
		ssk_conn_run(conn, tcp_clock_ns());
	} else {
		conn->error = -ETIMEDOUT;
		ssk_close_die(conn, SYNCSOCK_CLOSE_TIMEOUT);
	}
}

/**
 * ssk_close_oversized() - end a connection whose message does not fit
 * @conn: the connection
 *
 * Context: an upcall.
 */
void ssk_close_oversized(struct syncsock_conn *conn)
{
	conn->error = -EMSGSIZE;
	syncsock_abort(conn);
}

static_assert(SSK_STAT_closed_oversized - SSK_STAT_closed_in_order ==
	      SYNCSOCK_CLOSE_OVERSIZED);

/**
 * ssk_close_die() - end a connection for its handler
 * @conn: the connection; without a socket, if none could be made
 * @reason: why
 *
 * If TCP has not closed the socket, the release will.
 *
 * Context: as ssk_conn_run().
 */
void ssk_close_die(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;

	conn->quiet = conn->state == SSK_CONN_CLOSING;
	ssk_conn_move(conn, SSK_EVENT_END);
	percpu_counter_dec(&conn->service->open);
	ssk_mailbox_close(conn);
	ssk_tx_drop(conn);
	ssk_stat_inc(conn->service->stats, SSK_STAT_closed);
	ssk_stat_inc(conn->service->stats, SSK_STAT_closed_in_order + reason);
	if (conn->sk) {
		if (!conn->error)
			conn->error = -conn->sk->sk_err;
		if (conn->sk->sk_state == TCP_CLOSE)
			ssk_callbacks_remove_closed(conn->sk);
	}
	trace_close(conn, reason);
	if (ops->closed)
		ops->closed(conn, reason);
	ssk_release(conn);
}
