// SPDX-License-Identifier: GPL-2.0
/*
 * Sending from softirq.
 *
 * What a handler sends is copied once, into pages of the CPU that runs it,
 * and at the end of the upcall TCP gets references to all of it in one call:
 * a burst of responses leaves in as few segments as its size allows. A page
 * per socket, as TCP's own copying would use here, would cost up to 32 KiB
 * for every idle connection.
 *
 * The socket of sockets
 * ---------------------
 * TCP expects a struct socket behind a sock that sends: it sets SOCK_NOSPACE
 * there when there is no room, waits on its queue, and calls sk_write_space()
 * only if it finds the flag. All connections share one, which outlives them.
 * SOCK_NOSPACE is therefore set as long as any connection is blocked, and
 * each connection's own ssk_tx.blocked says which one.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/percpu.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <syncsock/tx.h>

#include "../compat.h"
#include "conn.h"

static struct socket *shared_socket;

/*
 * How many connections are blocked, with SOCK_NOSPACE of the shared socket.
 * The lock is taken when a connection begins or ends to be blocked, never
 * for one that has room.
 */
static DEFINE_SPINLOCK(blocked_lock);
static unsigned int blocked_conns;

/*
 * The page that this CPU copies into. Used with bottom halves disabled, one
 * connection at a time.
 */
static DEFINE_PER_CPU(struct page_frag, tx_page);

int ssk_send_init(void)
{
	return sock_create_lite(PF_INET, SOCK_STREAM, IPPROTO_TCP,
				&shared_socket);
}

/* Every socket that ssk_send_adopt() touched must have been closed. */
void ssk_send_exit(void)
{
	int cpu;

	WARN_ON(blocked_conns);
	for_each_possible_cpu(cpu) {
		struct page_frag *frag = per_cpu_ptr(&tx_page, cpu);

		if (frag->page)
			put_page(frag->page);
		frag->page = NULL;
	}
	sock_release(shared_socket);
}

/**
 * ssk_send_adopt() - put the shared socket behind a child socket
 * @sk: a child that was accepted
 *
 * As sock_graft() does for one of its own.
 *
 * Context: @sk is locked; takes its sk_callback_lock.
 */
void ssk_send_adopt(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	rcu_assign_pointer(sk->sk_wq, &shared_socket->wq);
	sk_set_socket(sk, shared_socket);
	write_unlock_bh(&sk->sk_callback_lock);
}

/**
 * ssk_send_disown() - take the shared socket away from a child socket
 * @sk: a child that no longer has our callbacks
 *
 * TCP's own sk_write_space() would clear SOCK_NOSPACE for everybody.
 *
 * Context: @sk is locked; takes its sk_callback_lock.
 */
void ssk_send_disown(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	RCU_INIT_POINTER(sk->sk_wq, NULL);
	sk_set_socket(sk, NULL);
	write_unlock_bh(&sk->sk_callback_lock);
}

/*
 * From here on TCP calls sk_write_space(). TCP may have set the flag itself,
 * in vain: the lock sees to it that the last word is ours. While a connection
 * is counted, nobody clears the flag.
 */
static void block(struct syncsock_conn *conn)
{
	if (conn->tx.blocked)
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_send_blocked);
	spin_lock(&blocked_lock);
	conn->tx.blocked = true;
	blocked_conns++;
	set_bit(SOCK_NOSPACE, &shared_socket->flags);
	spin_unlock(&blocked_lock);
}

static void unblock(struct syncsock_conn *conn)
{
	if (!conn->tx.blocked)
		return;
	spin_lock(&blocked_lock);
	conn->tx.blocked = false;
	if (!--blocked_conns)
		clear_bit(SOCK_NOSPACE, &shared_socket->flags);
	spin_unlock(&blocked_lock);
}

/**
 * ssk_tx_unblock() - see whether a blocked connection has room again
 * @conn: the connection
 *
 * The threshold is TCP's own for waking up a writer: a third of the buffer
 * must be free, so that it does not go back and forth with every packet.
 *
 * Context: an upcall.
 * Return: true if the connection was blocked and no longer is.
 */
bool ssk_tx_unblock(struct syncsock_conn *conn)
{
	const struct sock *sk = conn->sk;

	if (!conn->tx.blocked || conn->tx.count ||
	    sk_stream_wspace(sk) <= 0 ||
	    sk_stream_wspace(sk) < sk_stream_min_wspace(sk))
		return false;
	unblock(conn);
	return true;
}

/* Whether TCP still takes bytes; sendmsg() would return -EPIPE otherwise. */
static bool can_send(const struct sock *sk)
{
	return (1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) &&
	       !(sk->sk_shutdown & SEND_SHUTDOWN) && !sk->sk_err;
}

/* Forget the first @bytes bytes of what is to be sent. */
static void tx_consume(struct ssk_tx *tx, u32 bytes)
{
	unsigned int done = 0;

	tx->bytes -= bytes;
	while (bytes && bytes >= tx->piece[done].bv_len) {
		bytes -= tx->piece[done].bv_len;
		put_page(tx->piece[done].bv_page);
		done++;
	}
	tx->count -= done;
	memmove(tx->piece, tx->piece + done, tx->count * sizeof(*tx->piece));
	if (bytes) {
		tx->piece[0].bv_offset += bytes;
		tx->piece[0].bv_len -= bytes;
	}
}

/**
 * ssk_tx_drop() - forget what was to be sent
 * @conn: a connection that cannot or will not send it any more
 *
 * Context: the socket is locked.
 */
void ssk_tx_drop(struct syncsock_conn *conn)
{
	tx_consume(&conn->tx, conn->tx.bytes);
	unblock(conn);
}

/**
 * ssk_tx_flush() - give TCP what is to be sent
 * @conn: the connection
 * @flags: MSG_MORE if more, or FIN, is to follow at once
 *
 * What TCP does not take stays, blocks the connection, and is tried again
 * when sk_write_space() or the timer says so.
 *
 * Context: an upcall.
 */
void ssk_tx_flush(struct syncsock_conn *conn, int flags)
{
	struct ssk_tx *tx = &conn->tx;
	struct sock *sk = conn->sk;

	while (tx->count) {
		/*
		 * After more than 16 new packets in one call TCP processes
		 * the backlog if process context owns the socket, which would
		 * bring it back here and could sleep. Stay well below that:
		 * packets may become smaller than mss_cache says.
		 */
		u32 most = 8 * max_t(u32, tcp_sk(sk)->mss_cache,
				      TCP_MIN_MSS);
		u32 len = min(tx->bytes, most);
		int sent;

		if (!can_send(sk)) {
			ssk_tx_drop(conn);
			return;
		}
		sent = ssk_compat_send_vec(sk, tx->piece, tx->count, len,
					   MSG_DONTWAIT | MSG_NOSIGNAL |
					   MSG_NO_SHARED_FRAGS |
					   (len < tx->bytes ? MSG_MORE :
							      flags));
		if (sent <= 0) {
			block(conn);
			return;
		}
		ssk_stat_add(conn->service->stats, SSK_STAT_bytes_sent, sent);
		tx_consume(tx, sent);
	}
}

/*
 * How many bytes one send may have now: as TCP does, take a whole one as long
 * as there is any room. What TCP then refuses waits in the pieces, of which
 * enough must be free; others are given to TCP at once.
 */
static size_t room(struct syncsock_conn *conn)
{
	struct ssk_tx *tx = &conn->tx;

	if (conn->state != SSK_CONN_OPEN || !can_send(conn->sk))
		return 0;
	if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND) {
		ssk_tx_flush(conn, 0);
		if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND)
			return 0;
	}
	return sk_stream_wspace(conn->sk) > (int)tx->bytes ?
	       SYNCSOCK_SEND_MAX : 0;
}

size_t syncsock_room(struct syncsock_conn *conn)
{
	size_t bytes = room(conn);

	if (!bytes && conn->state == SSK_CONN_OPEN)
		block(conn);
	return bytes;
}
EXPORT_SYMBOL_GPL(syncsock_room);

/*
 * Append a piece that lies in this CPU's page, to the last piece if it
 * directly follows it. The reference keeps skb_page_frag_refill() from
 * using the page from its beginning again before TCP has its own; both are
 * operations on the CPU's own page, as TCP does when it copies.
 */
static void tx_append(struct ssk_tx *tx, const struct page_frag *frag,
		      u32 len)
{
	struct bio_vec *last = tx->count ? &tx->piece[tx->count - 1] : NULL;

	tx->bytes += len;
	if (last && last->bv_page == frag->page &&
	    last->bv_offset + last->bv_len == frag->offset) {
		last->bv_len += len;
		return;
	}
	get_page(frag->page);
	bvec_set_page(&tx->piece[tx->count++], frag->page, len, frag->offset);
}

/* Undo tx_append()s until only the first @bytes bytes are left. */
static void tx_truncate(struct ssk_tx *tx, u32 bytes)
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

int syncsock_send(struct syncsock_conn *conn, const void *buf, size_t len)
{
	struct page_frag *frag = this_cpu_ptr(&tx_page);
	struct ssk_tx *tx = &conn->tx;
	u32 before;

	lockdep_assert(softirq_count());

	if (conn->state != SSK_CONN_OPEN || !can_send(conn->sk))
		return -EPIPE;
	if (len > SYNCSOCK_SEND_MAX)
		return -EMSGSIZE;
	if (len > room(conn)) {
		block(conn);
		return -EAGAIN;
	}

	before = tx->bytes;
	while (len) {
		u32 part;

		if (!skb_page_frag_refill(1, frag, GFP_ATOMIC)) {
			tx_truncate(tx, before);
			block(conn);
			return -ENOMEM;
		}
		part = min_t(size_t, len, frag->size - frag->offset);
		memcpy(page_address(frag->page) + frag->offset, buf, part);
		tx_append(tx, frag, part);
		frag->offset += part;
		buf += part;
		len -= part;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_send);
