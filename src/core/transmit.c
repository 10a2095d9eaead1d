// SPDX-License-Identifier: GPL-2.0
/*
 * The way from the handler's sends to TCP's queue.
 *
 * At the end of an upcall TCP gets references to all that was sent in as few
 * calls as possible, so a burst of responses leaves in as few segments as its
 * size allows. What TCP does not take waits here.
 */
#include <linux/mm.h>
#include <net/tcp.h>

#include "../compat.h"
#include "conn.h"
#include "data.h"
#include "fault.h"
#include "socket.h"
#include "trace.h"
#include "watermark.h"

void ssk_tx_init(struct ssk_tx *tx)
{
	INIT_LIST_HEAD(&tx->spliced);
}

/*
 * From here on TCP calls sk_write_space(), until ssk_tx_unblock() or
 * ssk_tx_drop().
 */
void ssk_tx_block(struct syncsock_conn *conn)
{
	if (conn->tx.blocked)
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_send_blocked);
	conn->tx.blocked = true;
	trace_send_blocked(conn);
	ssk_socket_block();
}

static void unblock(struct syncsock_conn *conn)
{
	if (!conn->tx.blocked)
		return;
	conn->tx.blocked = false;
	ssk_socket_unblock();
}

/**
 * ssk_tx_unblock() - see whether a blocked connection has room again
 * @conn: the connection
 *
 * For TCP's buffer the threshold is TCP's own for waking up a writer: a third
 * of the buffer must be free, so that it does not go back and forth with
 * every packet.
 *
 * Context: an upcall.
 * Return: true if the handler was told that there is no room, and there is.
 */
bool ssk_tx_unblock(struct syncsock_conn *conn)
{
	const struct ssk_limits *limits = &conn->service->limits;
	const struct sock *sk = conn->sk;
	bool wanted;

	if (!conn->tx.blocked || conn->tx.bytes ||
	    sk_stream_wspace(sk) <= 0 ||
	    sk_stream_wspace(sk) < sk_stream_min_wspace(sk) ||
	    !ssk_watermark_is_low(ssk_tx_queued(conn),
				  READ_ONCE(limits->send_low_bytes),
				  READ_ONCE(limits->send_high_bytes)))
		return false;
	unblock(conn);
	trace_writable(conn);
	wanted = conn->tx.wanted && ssk_tx_can_send(conn);
	conn->tx.wanted = false;
	return wanted;
}

/**
 * ssk_tx_truncate() - undo ssk_tx_append()s
 * @tx: what to truncate
 * @bytes: how many bytes are to be left
 *
 * Context: an upcall.
 */
void ssk_tx_truncate(struct ssk_tx *tx, u32 bytes)
{
	while (tx->bytes > bytes) {
		struct bio_vec *last = &tx->piece[tx->count - 1];
		u32 cut = min(last->bv_len, tx->bytes - bytes);

		last->bv_len -= cut;
		tx->bytes -= cut;
		if (!last->bv_len) {
			put_page(last->bv_page);
			tx->count--;
		}
	}
}

/**
 * ssk_tx_append_data() - put kept data at the end of everything
 * @tx: where to
 * @data: the data, with its reference
 *
 * Context: an upcall.
 */
void ssk_tx_append_data(struct ssk_tx *tx, struct syncsock_data *data)
{
	tx->bytes += data->bytes;
	tx->spliced_bytes += data->bytes;
	list_add_tail(&data->post.node, &tx->spliced);
}

/*
 * Drop the first @bytes bytes of @count parts. Return how many parts are
 * left, at the beginning.
 */
static unsigned int consume(struct bio_vec *part, unsigned int count,
			    u32 bytes)
{
	unsigned int done = 0;

	while (bytes && bytes >= part[done].bv_len) {
		bytes -= part[done].bv_len;
		put_page(part[done].bv_page);
		done++;
	}
	count -= done;
	if (!count)
		return 0;
	memmove(part, part + done, count * sizeof(*part));
	if (bytes) {
		part->bv_offset += bytes;
		part->bv_len -= bytes;
	}
	return count;
}

/* TCP is always given at least so many segments in one call. */
#define MIN_SEGMENTS	8

/* Smaller ones TCP never makes: 68 bytes with its header of up to 60. */
#define LEAST_SEGMENT	8

/*
 * How many of @bytes bytes to give to TCP in one call.
 *
 * After 16 new packets in one call TCP processes the backlog if process
 * context owns the socket, which would bring it back here and could sleep.
 * Stay well below that: a packet ends with its 17th fragment, which is no
 * more than a page, and its options may take what mss_cache does not know of
 * (tcp_current_mss()). A peer whose window was never more than a few bytes
 * makes TCP send less than TCP_MIN_MSS (tcp_bound_to_half_wnd()). On the other
 * hand, each call but the last sends what it has got.
 */
static u32 at_once(const struct sock *sk, u32 bytes)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	u32 segments, least;

	if (bytes <= MIN_SEGMENTS * TCP_MIN_MSS &&
	    tp->mss_cache >= TCP_MIN_MSS + MAX_TCP_OPTION_SPACE)
		return bytes;
	segments = sk_can_gso(sk) ? 4 * tp->gso_segs : 0;
	segments = max_t(u32, segments, MIN_SEGMENTS);
	least = max_t(int, tp->mss_cache - MAX_TCP_OPTION_SPACE, LEAST_SEGMENT);
	return min3(bytes, segments * least,
		    (u32)(4 * MAX_SKB_FRAGS * PAGE_SIZE));
}

/*
 * Give @bytes bytes of parts to TCP.
 *
 * Return: how many bytes are left. If that is not 0, the connection is
 * blocked and tried again when sk_write_space() or the timer says so.
 */
static u32 send_parts(struct syncsock_conn *conn, struct bio_vec *part,
		      unsigned int *count, u32 bytes, int flags)
{
	struct sock *sk = conn->sk;

	while (bytes) {
		u32 len = at_once(sk, bytes);
		int sent;

		sent = ssk_fault() ? -ENOMEM :
			ssk_compat_send_vec(sk, part, *count, len,
					    MSG_DONTWAIT | MSG_NOSIGNAL |
					    (len < bytes ? flags | MSG_MORE :
							   flags));
		if (sent <= 0) {
			ssk_tx_block(conn);
			break;
		}
		ssk_stat_inc(conn->service->stats, SSK_STAT_sends);
		ssk_stat_add(conn->service->stats, SSK_STAT_bytes_sent, sent);
		*count = consume(part, *count, sent);
		conn->tx.bytes -= sent;
		trace_send(conn, sent);
		bytes -= sent;
	}
	return bytes;
}

/*
 * Our own copies are nobody else's pages, which spares a copy where the
 * device cannot compute checksums.
 */
static bool send_pieces(struct syncsock_conn *conn, int flags)
{
	struct ssk_tx *tx = &conn->tx;
	u32 bytes = tx->bytes - tx->spliced_bytes;

	if (tx->spliced_bytes)
		flags |= MSG_MORE;
	if (!tx->foreign)
		flags |= MSG_NO_SHARED_FRAGS;
	if (send_parts(conn, tx->piece, &tx->count, bytes, flags))
		return false;
	tx->foreign = false;
	return true;
}

static noinline void send_data(struct syncsock_conn *conn, int flags)
{
	struct ssk_tx *tx = &conn->tx;
	struct syncsock_data *data, *next;

	list_for_each_entry_safe(data, next, &tx->spliced, post.node) {
		bool last = list_is_last(&data->post.node, &tx->spliced);

		tx->spliced_bytes -= data->bytes;
		data->bytes = send_parts(conn, data->part, &data->count,
					 data->bytes,
					 last ? flags : flags | MSG_MORE);
		tx->spliced_bytes += data->bytes;
		if (data->bytes)
			return;
		list_del(&data->post.node);
		syncsock_data_put(data);
	}
}

/**
 * ssk_tx_flush() - give TCP what is to be sent
 * @conn: the connection
 * @flags: MSG_MORE if more, or FIN, is to follow at once
 *
 * Context: an upcall.
 */
void ssk_tx_flush(struct syncsock_conn *conn, int flags)
{
	if (!conn->tx.bytes)
		return;
	if (!ssk_tcp_takes_bytes(conn)) {
		ssk_tx_drop(conn);
		return;
	}
	if (send_pieces(conn, flags) && conn->tx.spliced_bytes)
		send_data(conn, flags);
}

static void drop_parts(struct ssk_tx *tx)
{
	struct syncsock_data *data, *next;

	list_for_each_entry_safe(data, next, &tx->spliced, post.node) {
		list_del(&data->post.node);
		syncsock_data_put(data);
	}
	tx->count = consume(tx->piece, tx->count,
			    tx->bytes - tx->spliced_bytes);
	tx->bytes = 0;
	tx->spliced_bytes = 0;
}

/**
 * ssk_tx_drop() - forget what was to be sent
 * @conn: a connection that cannot or will not send it any more
 *
 * Context: the socket is locked.
 */
void ssk_tx_drop(struct syncsock_conn *conn)
{
	if (conn->tx.bytes)
		drop_parts(&conn->tx);
	unblock(conn);
}
