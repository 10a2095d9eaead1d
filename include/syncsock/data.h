/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Received bytes that are kept, or forwarded, without being copied.
 */
#ifndef SYNCSOCK_DATA_H
#define SYNCSOCK_DATA_H

#include <linux/types.h>

struct bio_vec;
struct syncsock_conn;
struct syncsock_data;

/* The most places in memory that one struct syncsock_data refers to. */
#define SYNCSOCK_DATA_PARTS	32

/**
 * syncsock_rx_keep() - keep bytes at the cursor
 * @conn: the connection
 * @len: how many at most
 *
 * Takes references to the pages that the bytes lie in; only small pieces
 * are copied. Does not move the cursor. The memory counts as received and
 * unread by the socket (``r`` in ss -m) until it is put, so that the window
 * closes if too much is kept. Keeps a reference to @conn as well: this is
 * for as long as a message takes, not for a store.
 *
 * Context: Any of the handler's operations of @conn. Does not sleep.
 * Return: the data, or ERR_PTR(): -ENODATA if there are no bytes; -ENOMEM if
 * atomic memory has run out (@received is called again soon). It has fewer
 * than @len bytes if fewer have arrived or they lie in more than
 * SYNCSOCK_DATA_PARTS places.
 */
struct syncsock_data *syncsock_rx_keep(struct syncsock_conn *conn, size_t len);

/**
 * syncsock_data_len() - how many bytes are kept
 * @data: the data
 *
 * Context: Any context. Does not sleep.
 * Return: at least 1.
 */
size_t syncsock_data_len(const struct syncsock_data *data);

/**
 * syncsock_data_parts() - where the kept bytes lie
 * @data: the data
 * @count: where to store how many parts there are
 *
 * The pages must not be written to. syncsock_send_page() can send them.
 *
 * Context: Any context. Does not sleep.
 * Return: the parts, in order.
 */
const struct bio_vec *syncsock_data_parts(const struct syncsock_data *data,
					  unsigned int *count);

/**
 * syncsock_data_put() - drop kept bytes
 * @data: the data
 *
 * Context: Any context (see conn.h). Does not sleep.
 */
void syncsock_data_put(struct syncsock_data *data);

/**
 * syncsock_splice() - forward bytes without copying them
 * @from: the connection that the operation was called for
 * @to: another one, which the caller has a reference to, or @from itself
 * @len: how many at most
 *
 * Consumes the bytes of @from. They are sent after all that was sent, posted
 * or spliced to @to before by this caller. To @from itself they are sent as
 * syncsock_send() does, in order with that and before posts run, but are taken
 * even if syncsock_room() says that there is no room. Bytes that @to has not
 * yet given to TCP count as received and unread by @from, so @from's window
 * closes when @to is slow, and opens again. They keep the pages that they lie
 * in until the peer of @to has acknowledged them: pieces of much less than
 * a page are better copied.
 *
 * Bytes that @to can no longer send when their turn comes are dropped, as
 * sent bytes are: @to's @closed is the sign.
 *
 * Context: Any of the handler's operations of @from. Does not sleep.
 * Return: how many bytes, at least 1; or an error that leaves all where it
 * is: -ENODATA if there are none; -EPIPE if @to has ended, or is @from and can
 * no longer send; -ENOMEM if atomic memory has run out (@received is called
 * again soon).
 */
ssize_t syncsock_splice(struct syncsock_conn *from, struct syncsock_conn *to,
			size_t len);

#endif /* SYNCSOCK_DATA_H */
