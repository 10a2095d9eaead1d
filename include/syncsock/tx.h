/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending: what one operation sends leaves as one batch when it returns.
 *
 * All functions here are for use inside a handler's operations, on the
 * connection that the operation was called for (see handler.h).
 */
#ifndef SYNCSOCK_TX_H
#define SYNCSOCK_TX_H

#include <linux/types.h>

struct page;
struct syncsock_conn;

/* The most bytes that one syncsock_send() takes. */
#define SYNCSOCK_SEND_MAX	16384

/**
 * syncsock_room() - how many bytes can be sent now
 * @conn: the connection
 *
 * There is room while the bytes that were sent and that the peer has not
 * acknowledged are fewer than ``net.syncsock.<name>.send_high_bytes`` and
 * TCP's send buffer has space. One send is then taken as a whole, so the
 * queue exceeds this by less than SYNCSOCK_SEND_MAX.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: a send of that many bytes will not return -EAGAIN. 0 if the peer or
 * the network is slow, or the connection is closing; @writable is called
 * when there is room again, and no more than ``send_low_bytes`` are queued.
 */
size_t syncsock_room(struct syncsock_conn *conn);

/**
 * syncsock_send() - send a copy of some bytes
 * @conn: the connection
 * @buf: the bytes; they may be reused when the function returns
 * @len: how many; 0 does nothing
 *
 * All or nothing: on an error not one byte was taken, and what was taken
 * before is still sent, in order.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: 0; -EAGAIN if there is no room for @len bytes (@writable is called
 * when there is some); -EMSGSIZE if @len can never fit (above
 * SYNCSOCK_SEND_MAX); -ENOMEM if atomic memory has run out (@writable is
 * called when another attempt is worth while); -EPIPE before the connection
 * is established, after syncsock_shutdown(), syncsock_close() or
 * syncsock_abort(), or if the connection is broken.
 */
int syncsock_send(struct syncsock_conn *conn, const void *buf, size_t len);

/* The most bytes that one syncsock_reserve() gives. */
#define SYNCSOCK_RESERVE_MAX	4096

/**
 * syncsock_reserve() - get memory to write what is to be sent
 * @conn: the connection
 * @len: how many bytes at most, 1 to SYNCSOCK_RESERVE_MAX
 *
 * For who puts a message together: it spares the copy that syncsock_send()
 * makes. Nothing has to be given back; syncsock_commit() sends the beginning
 * of it. Until then the handler calls no other function that sends.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: @len bytes with any contents, or ERR_PTR() of an error of
 * syncsock_send().
 */
void *syncsock_reserve(struct syncsock_conn *conn, size_t len);

/**
 * syncsock_commit() - send what was written into reserved memory
 * @conn: the connection
 * @len: how many bytes, from the beginning; no more than were reserved
 *
 * Context: the same operation as syncsock_reserve(), which has succeeded.
 */
void syncsock_commit(struct syncsock_conn *conn, size_t len);

/**
 * syncsock_send_page() - send bytes of a page without copying them
 * @conn: the connection
 * @page: the page, or the first one of a compound page; not of a slab
 * @offset: where the bytes begin
 * @len: how many; 0 does nothing
 *
 * Takes a reference to @page until the peer has acknowledged the bytes. What
 * is sent again is read again from the page: it must not change as long as
 * the old contents are to arrive.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: as syncsock_send(); -EINVAL, reported once, for a page of a slab
 * or bytes beyond the end of the page.
 */
int syncsock_send_page(struct syncsock_conn *conn, struct page *page,
		       size_t offset, size_t len);

#endif /* SYNCSOCK_TX_H */
