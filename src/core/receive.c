// SPDX-License-Identifier: GPL-2.0
/*
 * The receive cursor: reading TCP's in-order queue where it lies.
 *
 * During an upcall nobody else touches the queue: the socket is locked, and
 * what we call ourselves (sending, acknowledging) only appends to other
 * queues. So the cursor can remember a packet from one call to the next, and
 * consumed packets stay until ssk_rx_finish() tells TCP.
 */
#include <linux/export.h>
#include <linux/sched/clock.h>
#include <linux/skbuff.h>
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "conn.h"
#include "handler.h"

/* The sequence number of the next byte for the handler. */
static u32 cursor_seq(const struct syncsock_conn *conn)
{
	return tcp_sk(conn->sk)->copied_seq + conn->rx.consumed;
}

/*
 * The packet that holds the byte at the cursor, and the byte's place in it.
 * There must be such a byte. A packet may begin before the end of the one
 * before it (an overlapping segment that came out of order), which is why
 * the place follows from sequence numbers.
 */
static struct sk_buff *cursor_skb(struct syncsock_conn *conn, u32 *offset)
{
	struct ssk_rx *rx = &conn->rx;
	struct sock *sk = conn->sk;
	u32 seq = cursor_seq(conn);

	/*
	 * tcp_recv_skb() frees packets before the sequence number that it is
	 * asked for, so it may only ever be asked for TCP's own position.
	 */
	if (!rx->skb)
		rx->skb = tcp_recv_skb(sk, tcp_sk(sk)->copied_seq, offset);

	for (;;) {
		*offset = seq - TCP_SKB_CB(rx->skb)->seq;
		if (*offset < rx->skb->len)
			return rx->skb;
		rx->skb = skb_peek_next(rx->skb, &sk->sk_receive_queue);
	}
}

/*
 * The longest run of bytes in memory at @offset of @skb, which may hold data
 * in its head, in page fragments and in a list of packets (GRO makes those).
 * All of them are mapped: the module is for kernels without high memory.
 */
static const void *skb_run(const struct sk_buff *skb, u32 offset, size_t *len)
{
	const struct sk_buff *part;
	u32 end = skb_headlen(skb);
	int i;

	BUILD_BUG_ON(IS_ENABLED(CONFIG_HIGHMEM));

	if (offset < end) {
		*len = end - offset;
		return skb->data + offset;
	}

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];
		u32 start = end;

		end += skb_frag_size(frag);
		if (offset < end) {
			*len = end - offset;
			return skb_frag_address(frag) + (offset - start);
		}
	}

	skb_walk_frags(skb, part) {
		if (offset - end < part->len)
			return skb_run(part, offset - end, len);
		end += part->len;
	}

	WARN_ON_ONCE(1);
	return NULL;
}

size_t syncsock_rx_len(const struct syncsock_conn *conn)
{
	return tcp_inq(conn->sk) - conn->rx.consumed - conn->rx.hidden;
}
EXPORT_SYMBOL_GPL(syncsock_rx_len);

/**
 * ssk_rx_set_budget() - bound what an upcall sees
 * @conn: the connection, at the beginning of an upcall
 * @now: local_clock()
 *
 * Bytes above the budget are hidden. The time is looked at when the handler
 * asks for more after it has consumed something, so that every upcall makes
 * progress and a single message costs no second look at the clock.
 *
 * Context: an upcall.
 */
void ssk_rx_set_budget(struct syncsock_conn *conn, u64 now)
{
	const struct ssk_limits *limits = &conn->service->limits;
	u32 budget = READ_ONCE(limits->budget_bytes);
	struct ssk_rx *rx = &conn->rx;
	u32 available = tcp_inq(conn->sk);

	rx->hidden = available > budget ? available - budget : 0;
	rx->until = now + (u64)READ_ONCE(limits->budget_us) * NSEC_PER_USEC;
}

/**
 * ssk_rx_lift_budget() - show what was hidden
 * @conn: the connection
 *
 * Context: an upcall.
 * Return: whether there was something.
 */
bool ssk_rx_lift_budget(struct syncsock_conn *conn)
{
	u32 hidden = conn->rx.hidden;

	conn->rx.hidden = 0;
	return hidden;
}

/* Hide the rest if the handler has worked, and for longer than it may. */
static bool is_out_of_time(struct syncsock_conn *conn)
{
	struct ssk_rx *rx = &conn->rx;

	if (!rx->consumed || local_clock() < rx->until)
		return false;
	rx->hidden += syncsock_rx_len(conn);
	return true;
}

const void *syncsock_rx_peek(struct syncsock_conn *conn, size_t *len)
{
	struct sk_buff *skb;
	const void *data;
	u32 offset;

	if (!syncsock_rx_len(conn) || is_out_of_time(conn))
		return NULL;

	skb = cursor_skb(conn, &offset);
	data = skb_run(skb, offset, len);
	*len = min(*len, syncsock_rx_len(conn));
	return data;
}
EXPORT_SYMBOL_GPL(syncsock_rx_peek);

size_t syncsock_rx_copy(struct syncsock_conn *conn, void *buf, size_t len)
{
	struct sk_buff_head *queue = &conn->sk->sk_receive_queue;
	u32 seq = cursor_seq(conn);
	struct sk_buff *skb;
	size_t left;
	u32 offset;

	len = min(len, syncsock_rx_len(conn));
	if (!len)
		return 0;

	skb = cursor_skb(conn, &offset);
	for (left = len;;) {
		u32 part = min_t(size_t, left, skb->len - offset);

		if (WARN_ON_ONCE(skb_copy_bits(skb, offset, buf, part)))
			return len - left;
		buf += part;
		left -= part;
		if (!left)
			return len;

		seq += part;
		do {
			skb = skb_peek_next(skb, queue);
			offset = seq - TCP_SKB_CB(skb)->seq;
		} while (offset >= skb->len);
	}
}
EXPORT_SYMBOL_GPL(syncsock_rx_copy);

void syncsock_rx_advance(struct syncsock_conn *conn, size_t len)
{
	size_t available = syncsock_rx_len(conn);

	if (WARN_ONCE(len > available,
		      "syncsock: %s: consumed %zu of %zu bytes\n",
		      conn->service->handler->ops->name, len, available))
		len = available;
	conn->rx.consumed += len;
}
EXPORT_SYMBOL_GPL(syncsock_rx_advance);

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

	rx->skb = NULL;
	rx->hidden = 0;
	if (!rx->consumed)
		return;
	ssk_stat_add(conn->service->stats, SSK_STAT_bytes_received,
		     rx->consumed);
	tcp_read_done(conn->sk, rx->consumed);
	rx->consumed = 0;
}
