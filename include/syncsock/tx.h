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

struct syncsock_conn;

/**
 * syncsock_room() - how many bytes can be sent now
 * @conn: the connection
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: a syncsock_send() of that many bytes will not return -EAGAIN. 0 if
 * the peer or the network is slow, or the connection is closing; @writable
 * is called when there is room again.
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
 * called when another attempt is worth while); -EPIPE after syncsock_close(),
 * syncsock_abort() or a broken connection.
 */
int syncsock_send(struct syncsock_conn *conn, const void *buf, size_t len);

/* The most bytes that one syncsock_send() takes. */
#define SYNCSOCK_SEND_MAX	16384

#endif /* SYNCSOCK_TX_H */
