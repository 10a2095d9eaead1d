// SPDX-License-Identifier: GPL-2.0
/*
 * Closing: in order, by reset, and the end that all connections come to.
 */
#include <linux/export.h>
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "conn.h"
#include "handler.h"

void syncsock_close(struct syncsock_conn *conn)
{
	if (conn->state != SSK_CONN_OPEN)
		return;
	conn->state = SSK_CONN_CLOSING;
	ssk_conn_timer_start(conn);
}
EXPORT_SYMBOL_GPL(syncsock_close);

void syncsock_abort(struct syncsock_conn *conn)
{
	if (conn->state == SSK_CONN_DEAD)
		return;
	conn->state = SSK_CONN_ABORTING;
}
EXPORT_SYMBOL_GPL(syncsock_abort);

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
	if (conn->state != SSK_CONN_CLOSING && conn->state != SSK_CONN_LINGER)
		return;

	ssk_conn_timer_note(conn);
	if (conn->state == SSK_CONN_CLOSING) {
		ssk_tx_flush(conn, MSG_MORE);
		if (!conn->tx.count) {
			conn->state = SSK_CONN_LINGER;
			ssk_tx_drop(conn);
			send_fin(conn->sk);
		}
	}
	syncsock_rx_advance(conn, syncsock_rx_len(conn));
}

/**
 * ssk_close_reason() - why TCP has closed a socket
 * @conn: a connection whose socket is in TCP_CLOSE
 *
 * Return: the reason for the handler.
 */
enum syncsock_close_reason ssk_close_reason(const struct syncsock_conn *conn)
{
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
	if (conn->state == SSK_CONN_OPEN && !conn->tx.count &&
	    tcp_rtx_and_write_queues_empty(conn->sk)) {
		conn->expired = true;
		syncsock_close(conn);
		ssk_conn_run(conn);
	} else {
		ssk_close_die(conn, SYNCSOCK_CLOSE_TIMEOUT);
	}
}

/**
 * ssk_close_die() - end a connection for its handler
 * @conn: the connection
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

	conn->state = SSK_CONN_DEAD;
	percpu_counter_dec(&conn->service->open);
	ssk_tx_drop(conn);
	ssk_stat_inc(conn->service->stats, SSK_STAT_closed);
	if (conn->sk->sk_state != TCP_CLOSE)
		ssk_stat_inc(conn->service->stats, SSK_STAT_aborted);
	if (ops->closed)
		ops->closed(conn, reason);
	ssk_release(conn);
}
