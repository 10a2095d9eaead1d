// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler sends: copies, and pages of its own.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <syncsock/tx.h>

#include "conn.h"
#include "pages.h"

/*
 * What TCP does not take waits in the pieces, of which enough must be free
 * for a whole send; others are given to TCP at once. Behind spliced data
 * nothing can wait.
 */
static bool has_room(struct syncsock_conn *conn)
{
	struct ssk_tx *tx = &conn->tx;

	if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND ||
	    !list_empty(&tx->spliced)) {
		ssk_tx_flush(conn, 0);
		if (tx->count > SSK_TX_PIECES - SSK_TX_PIECES_PER_SEND ||
		    !list_empty(&tx->spliced))
			return false;
	}
	return ssk_tx_has_room(conn);
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

/* Whether @len bytes may be sent now: 0, or what the handler is to be told. */
static int check(struct syncsock_conn *conn, size_t len)
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
	struct bio_vec part;
	u32 before;
	int ret;

	ret = check(conn, len);
	if (ret)
		return ret;

	for (before = tx->bytes; len; len -= ret) {
		ret = ssk_pages_copy(buf, len, &part);
		if (ret < 0) {
			ssk_tx_truncate(tx, before);
			want_room(conn);
			return ret;
		}
		ssk_tx_append(tx, &part);
		buf += ret;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_send);

int syncsock_send_page(struct syncsock_conn *conn, struct page *page,
		       size_t offset, size_t len)
{
	struct bio_vec part;
	int err;

	if (WARN_ONCE(!sendpage_ok(page) || offset + len > page_size(page),
		      "syncsock: a page that cannot be sent\n"))
		return -EINVAL;
	err = check(conn, len);
	if (err || !len)
		return err;

	get_page(page);
	bvec_set_page(&part, page, len, offset);
	conn->tx.foreign = true;
	ssk_tx_append(&conn->tx, &part);
	return 0;
}
EXPORT_SYMBOL_GPL(syncsock_send_page);
