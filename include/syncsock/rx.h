/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receiving: a cursor over the bytes that TCP has received in order.
 *
 * The bytes are read where they lie, in the received packets. Nothing is
 * consumed but by syncsock_rx_advance() and syncsock_splice(). Urgent data is
 * ordinary data here. A sender on the same machine may still be able to write
 * to bytes that it has given to TCP (splice(2)): do not rely on reading the
 * same twice, or copy.
 *
 * All functions here are for use inside a handler's operations, on the
 * connection that the operation was called for (see handler.h).
 */
#ifndef SYNCSOCK_RX_H
#define SYNCSOCK_RX_H

#include <linux/types.h>

struct syncsock_conn;

/**
 * syncsock_rx_len() - how many bytes there are to read
 * @conn: the connection
 *
 * So that one connection does not keep the others waiting, an upcall sees a
 * bounded number of bytes (sysctl budget_bytes), and syncsock_rx_peek() shows
 * none any more when it has taken too long (budget_us); the next upcall comes
 * by itself. A message longer than the budget can be left as it is: all of it
 * is shown then.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: the bytes from the cursor to the end of what may be seen.
 */
size_t syncsock_rx_len(const struct syncsock_conn *conn);

/**
 * syncsock_rx_peek() - look at the bytes at the cursor
 * @conn: the connection
 * @len: where to store the length, at least 1 unless NULL is returned
 *
 * The bytes are those that lie together in memory: to read everything,
 * advance and peek again until NULL. They stay valid until the operation
 * returns, also after syncsock_rx_advance(), and must not be written to.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: the first byte, or NULL if there is none.
 */
const void *syncsock_rx_peek(struct syncsock_conn *conn, size_t *len);

/**
 * syncsock_rx_copy() - copy the bytes at the cursor
 * @conn: the connection
 * @buf: where to
 * @len: how many at most
 *
 * Does not move the cursor.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: the bytes copied, fewer than @len if fewer have arrived.
 */
size_t syncsock_rx_copy(struct syncsock_conn *conn, void *buf, size_t len);

/**
 * syncsock_rx_linear() - look at bytes at the cursor that lie together
 * @conn: the connection
 * @buf: memory to put them together in if they do not
 * @len: how many, no more than @buf has room for
 *
 * For headers of a known size, which may be split over packets.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: @len bytes, in the packet if possible and in @buf otherwise, valid
 * until the operation returns; NULL if fewer have arrived.
 */
const void *syncsock_rx_linear(struct syncsock_conn *conn, void *buf,
			       size_t len);

/**
 * syncsock_rx_advance() - consume bytes
 * @conn: the connection
 * @len: how many, at most syncsock_rx_len(); more is a bug of the handler,
 *	is reported once and consumes what there is
 *
 * TCP gets the memory back, and the window opens, when the operation returns.
 *
 * Context: Any of the handler's operations. Does not sleep.
 */
void syncsock_rx_advance(struct syncsock_conn *conn, size_t len);

/**
 * syncsock_rx_need() - wait for a whole message
 * @conn: the connection
 * @len: how many unread bytes the handler needs to go on
 *
 * @received is not called again before @len bytes can be read (SO_RCVLOWAT),
 * the peer has closed, or no more can be received. The receive buffer grows
 * to hold them if it has to. For one call of @received.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: 0; -EMSGSIZE if the receive buffer can never hold so many bytes,
 * which is above half of net.ipv4.tcp_rmem's maximum; -EPIPE in @closed.
 */
int syncsock_rx_need(struct syncsock_conn *conn, size_t len);

/**
 * syncsock_rx_full() - whether no more can be received
 * @conn: the connection
 *
 * A message that is incomplete then never will be complete: the handler has
 * to consume some of it, or to refuse it. If @received leaves everything,
 * although it could send, and that is still so after a second, the connection
 * is reset with the reason SYNCSOCK_CLOSE_OVERSIZED.
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: whether the receive buffer, or its window, is full.
 */
bool syncsock_rx_full(const struct syncsock_conn *conn);

#endif /* SYNCSOCK_RX_H */
