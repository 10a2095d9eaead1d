// SPDX-License-Identifier: GPL-2.0
/*
 * The receive cursor: reading TCP's in-order queue where it lies.
 *
 * During an upcall nobody else touches the queue: the socket is locked, and
 * what we call ourselves (sending, acknowledging) only appends to other
 * queues. So the cursor can remember a packet from one call to the next, and
 * consumed packets stay until ssk_rx_finish() tells TCP. For the same reason it is
 * counted only once, when the upcall begins, how many bytes there are.
 */
#include <linux/export.h>
#include <linux/skbuff.h>
#include <net/inet_common.h>
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "../compat.h"
#include "conn.h"
#include "cursor.h"
#include "handler.h"
#include "trace.h"

/* How long the buffer may be full of a message that is not complete. */
#define FULL_TIME	HZ

/* The packet that holds the byte at the cursor. There must be such a byte. */
static inline struct sk_buff *cursor_skb(struct syncsock_conn *conn,
					 u32 *offset)
{
	const struct sk_buff_head *queue = &conn->sk->sk_receive_queue;
	struct ssk_rx *rx = &conn->rx;

	if (!rx->skb)
		rx->skb = skb_peek(queue);
	rx->skb = ssk_cursor_find(queue, rx->skb, ssk_rx_seq(conn), offset);
	return rx->skb;
}

size_t syncsock_rx_len(const struct syncsock_conn *conn)
{
	return conn->rx.len;
}
EXPORT_SYMBOL_GPL(syncsock_rx_len);

/* Hide the rest if the handler has worked, and for longer than it may. */
static bool is_out_of_time(struct ssk_rx *rx)
{
	if (!rx->consumed || tcp_clock_ns() < rx->until)
		return false;
	rx->hidden += rx->len;
	rx->len = 0;
	return true;
}

/**
 * ssk_rx_peek() - syncsock_rx_peek(), however late it is
 * @conn: the connection
 * @len: where to store the length
 *
 * Context: an upcall.
 * Return: the first byte, or NULL.
 */
const void *ssk_rx_peek(struct syncsock_conn *conn, size_t *len)
{
	struct sk_buff *skb;
	const void *data;
	u32 offset;

	if (!conn->rx.len)
		return NULL;
	skb = cursor_skb(conn, &offset);
	data = ssk_cursor_run(skb, offset, len);
	*len = min_t(size_t, *len, conn->rx.len);
	return data;
}

const void *syncsock_rx_peek(struct syncsock_conn *conn, size_t *len)
{
	if (!conn->rx.len || is_out_of_time(&conn->rx))
		return NULL;
	return ssk_rx_peek(conn, len);
}
EXPORT_SYMBOL_GPL(syncsock_rx_peek);

size_t syncsock_rx_copy(struct syncsock_conn *conn, void *buf, size_t len)
{
	struct sk_buff *skb;
	u32 offset;

	len = min_t(size_t, len, conn->rx.len);
	if (!len)
		return 0;
	skb = cursor_skb(conn, &offset);
	ssk_cursor_copy(&conn->sk->sk_receive_queue, skb, ssk_rx_seq(conn),
			buf, len);
	return len;
}
EXPORT_SYMBOL_GPL(syncsock_rx_copy);

const void *syncsock_rx_linear(struct syncsock_conn *conn, void *buf,
			       size_t len)
{
	const void *data;
	size_t run;

	if (len > conn->rx.len)
		return NULL;
	data = syncsock_rx_peek(conn, &run);
	if (!data || run >= len)
		return data;
	syncsock_rx_copy(conn, buf, len);
	return buf;
}
EXPORT_SYMBOL_GPL(syncsock_rx_linear);

void syncsock_rx_advance(struct syncsock_conn *conn, size_t len)
{
	struct ssk_rx *rx = &conn->rx;

	if (WARN_ONCE(len > rx->len,
		      "syncsock: %s: consumed %zu of %u bytes\n",
		      conn->service->handler->ops->name, len, rx->len))
		len = rx->len;
	rx->consumed += len;
	rx->len -= len;
}
EXPORT_SYMBOL_GPL(syncsock_rx_advance);

/**
 * ssk_rx_rewind() - take back what was consumed
 * @conn: the connection
 * @consumed: &ssk_rx.consumed as it was before
 *
 * Context: the same upcall.
 */
void ssk_rx_rewind(struct syncsock_conn *conn, u32 consumed)
{
	struct ssk_rx *rx = &conn->rx;

	rx->len += rx->consumed - consumed;
	rx->consumed = consumed;
	rx->skb = NULL;
}

/*
 * The most bytes that a receive buffer can be made to hold, as
 * tcp_set_rcvlowat() has it.
 */
static size_t most_to_need(const struct sock *sk)
{
	int most = sk->sk_rcvbuf;

	if (!(sk->sk_userlocks & SOCK_RCVBUF_LOCK))
		most = READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_rmem[2]);
	return most >> 1;
}

/*
 * inet_stream_ops has the way to tcp_set_rcvlowat(), which both families use.
 * It calls our sk_data_ready() at once if enough is there: in an upcall,
 * where that does nothing. If it has made the buffer larger, it leaves it to
 * others to tell the peer.
 */
int syncsock_rx_need(struct syncsock_conn *conn, size_t len)
{
	struct sock *sk = conn->sk;
	int before;

	if (conn->state == SSK_CONN_DEAD)
		return -EPIPE;
	if (len > most_to_need(sk))
		return -EMSGSIZE;
	before = sk->sk_rcvbuf;
	conn->rx.need = len;
	inet_stream_ops.set_rcvlowat(sk, len);
	if (sk->sk_rcvbuf > before) {
		set_bit(SSK_ASKED_WINDOW, &conn->asked);
		ssk_schedule(conn);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_rx_need);

/**
 * ssk_rx_clear_need() - let TCP call for any byte again
 * @conn: the connection
 *
 * Context: an upcall.
 */
void ssk_rx_clear_need(struct syncsock_conn *conn)
{
	conn->rx.need = 0;
	WRITE_ONCE(conn->sk->sk_rcvlowat, 1);
}

/*
 * tcp_data_queue() drops segments when the buffer is full, and nothing comes
 * any more when the window is. Kept data will make room again.
 */
bool syncsock_rx_full(const struct syncsock_conn *conn)
{
	const struct sock *sk = conn->sk;

	if (conn->state == SSK_CONN_DEAD || atomic_read(&conn->rx.kept))
		return false;
	return !tcp_receive_window(tcp_sk(sk)) ||
	       atomic_read(&sk->sk_rmem_alloc) > READ_ONCE(sk->sk_rcvbuf);
}
EXPORT_SYMBOL_GPL(syncsock_rx_full);

/*
 * Whether the handler has left everything, and nothing that it waits for but
 * more bytes could change that.
 */
static bool waits_for_more(const struct syncsock_conn *conn)
{
	return conn->state == SSK_CONN_OPEN && !conn->tx.blocked &&
	       !conn->rx.again && !ssk_conn_is_paused(conn) &&
	       !(conn->sk->sk_shutdown & RCV_SHUTDOWN);
}

/**
 * ssk_rx_is_stuck() - whether a message is longer than the receive buffer
 * @conn: the connection, whose handler has left everything
 *
 * TCP may still make room for more: by a larger buffer, or by putting packets
 * together, which it does when the next one comes. So it is given time.
 *
 * Context: an upcall.
 * Return: whether nothing has changed for FULL_TIME.
 */
bool ssk_rx_is_stuck(struct syncsock_conn *conn)
{
	u32 expected = tcp_sk(conn->sk)->rcv_nxt;
	struct ssk_rx *rx = &conn->rx;

	if (!waits_for_more(conn) || !syncsock_rx_full(conn)) {
		rx->full = false;
		return false;
	}
	if (!rx->full || rx->full_at != expected) {
		rx->full = true;
		rx->full_at = expected;
		rx->full_since = tcp_jiffies32;
	}
	if (tcp_jiffies32 - rx->full_since >= FULL_TIME)
		return true;
	ssk_conn_timer_soon(conn, FULL_TIME);
	return false;
}

/**
 * ssk_rx_open_window() - tell the peer that there is room again
 * @conn: a connection that had kept data, which was put
 *
 * TCP itself does so when bytes are read.
 *
 * Context: an upcall.
 */
void ssk_rx_open_window(struct syncsock_conn *conn)
{
	struct tcp_sock *tp = tcp_sk(conn->sk);

	if (conn->sk->sk_shutdown & RCV_SHUTDOWN ||
	    2 * tcp_receive_window(tp) > tp->window_clamp)
		return;
	ssk_compat_send_ack(conn->sk);
}

/* Whether there is too little room to offer any, as __tcp_select_window() has it. */
static bool is_full(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	int full = min_t(int, tp->window_clamp, tcp_full_space(sk));
	int mss = min_t(int, inet_csk(sk)->icsk_ack.rcv_mss, full);
	int space = tcp_space(sk);

	return space < full >> 1 &&
	       round_down(space, 1 << tp->rx_opt.rcv_wscale) <
	       max(tcp_full_space(sk) >> 4, mss);
}

/*
 * The peer has used up its window, and what the handler has left keeps TCP from
 * opening it again.
 */
static noinline void note_window(struct syncsock_conn *conn)
{
	struct ssk_rx *rx = &conn->rx;

	if (rx->window_closed || tcp_receive_window(tcp_sk(conn->sk)) ||
	    !is_full(conn->sk))
		return;
	rx->window_closed = true;
	ssk_stat_inc(conn->service->stats, SSK_STAT_window_closed);
}

/**
 * ssk_rx_finish() - tell TCP what an upcall has consumed
 * @conn: the connection
 *
 * tcp_read_done() frees the packets, opens the window and decides about an
 * acknowledgment. It comes after the response was given to TCP, so that the
 * response has carried the acknowledgment already.
 *
 * Context: the end of an upcall.
 */
void ssk_rx_finish(struct syncsock_conn *conn)
{
	struct ssk_rx *rx = &conn->rx;
	u32 left = rx->len;

	rx->skb = NULL;
	rx->len = 0;
	rx->hidden = 0;
	if (rx->consumed) {
		ssk_stat_add(conn->service->stats, SSK_STAT_bytes_received,
			     rx->consumed);
		trace_receive(conn, rx->consumed);
		tcp_read_done(conn->sk, rx->consumed);
		rx->consumed = 0;
		rx->full = false;
		rx->window_closed = false;
	}
	if (left)
		note_window(conn);
}
