// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler sends: copies, and pages of its own.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <syncsock/tx.h>

#include "conn.h"
#include "pages.h"
#include "watermark.h"

/* As TCP does, take a whole send as long as there is any room. */
static bool is_below_limits(const struct syncsock_conn *conn)
{
	const struct ssk_limits *limits = &conn->service->limits;

	return ssk_watermark_has_room(ssk_tx_queued(conn),
				      READ_ONCE(limits->send_high_bytes)) &&
	       sk_stream_wspace(conn->sk) > (int)conn->tx.bytes;
}

/*
 * What TCP does not take waits in the pieces, of which enough must be free
 * for a whole send; others are given to TCP at once. Behind spliced data
 * nothing can wait.
 */
static inline bool has_room(struct syncsock_conn *conn)
{
	struct ssk_tx *tx = &conn->tx;

	if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND ||
	    !list_empty(&tx->spliced)) {
		ssk_tx_flush(conn, 0);
		if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND ||
		    !list_empty(&tx->spliced))
			return false;
	}
	return is_below_limits(conn);
}

/* The handler is to be told when there is room. */
static void want_room(struct syncsock_conn *conn)
{
	conn->tx.wanted = true;
	ssk_tx_block(conn);
}

size_t syncsock_room(struct syncsock_conn *conn)
{
	if (!ssk_tx_can_send(conn))
		return 0;
	if (has_room(conn))
		return SYNCSOCK_SEND_MAX;
	want_room(conn);
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_room);

static void want_memory(struct syncsock_conn *conn)
{
	ssk_stat_inc(conn->service->stats, SSK_STAT_no_memory);
	want_room(conn);
}

/* Whether @len bytes may be sent now: 0, or what the handler is to be told. */
static inline int check(struct syncsock_conn *conn, size_t len)
{
	if (!ssk_tx_can_send(conn))
		return -EPIPE;
	if (len > SYNCSOCK_SEND_MAX)
		return -EMSGSIZE;
	if (len && !has_room(conn)) {
		want_room(conn);
		return -EAGAIN;
	}
	return 0;
}

int syncsock_send(struct syncsock_conn *conn, const void *buf, size_t len)
{
	struct ssk_tx *tx = &conn->tx;
	u32 before;
	int ret;

	ret = check(conn, len);
	if (ret)
		return ret;

	for (before = tx->bytes; len; len -= ret) {
		ret = ssk_pages_copy(buf, len, ssk_tx_next(tx));
		if (ret < 0) {
			ssk_tx_truncate(tx, before);
			want_memory(conn);
			return ret;
		}
		ssk_tx_append(tx);
		buf += ret;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_send);

void *syncsock_reserve(struct syncsock_conn *conn, size_t len)
{
	void *memory;
	int err;

	if (WARN_ONCE(!len || len > SYNCSOCK_RESERVE_MAX,
		      "syncsock: %zu bytes cannot be reserved\n", len))
		return ERR_PTR(-EMSGSIZE);
	err = check(conn, len);
	if (err)
		return ERR_PTR(err);
	memory = ssk_pages_reserve(len);
	if (!memory) {
		want_memory(conn);
		return ERR_PTR(-ENOMEM);
	}
	return memory;
}
EXPORT_SYMBOL_GPL(syncsock_reserve);

void syncsock_commit(struct syncsock_conn *conn, size_t len)
{
	struct ssk_tx *tx = &conn->tx;

	if (!len)
		return;
	ssk_pages_commit(len, ssk_tx_next(tx));
	ssk_tx_append(tx);
}
EXPORT_SYMBOL_GPL(syncsock_commit);

int syncsock_send_page(struct syncsock_conn *conn, struct page *page,
		       size_t offset, size_t len)
{
	struct ssk_tx *tx = &conn->tx;
	int err;

	if (WARN_ONCE(!sendpage_ok(page) || offset + len > page_size(page),
		      "syncsock: a page that cannot be sent\n"))
		return -EINVAL;
	err = check(conn, len);
	if (err || !len)
		return err;

	get_page(page);
	bvec_set_page(ssk_tx_next(tx), page, len, offset);
	tx->foreign = true;
	ssk_tx_append(tx);
	ssk_stat_add(conn->service->stats, SSK_STAT_bytes_referenced, len);
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_send_page);
