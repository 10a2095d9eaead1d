/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections: the handler's private memory, and closing.
 *
 * All functions here are for use inside a handler's operations, on the
 * connection that the operation was called for (see handler.h).
 */
#ifndef SYNCSOCK_CONN_H
#define SYNCSOCK_CONN_H

struct syncsock_conn;

/**
 * syncsock_conn_priv() - the handler's private memory of a connection
 * @conn: the connection
 *
 * Context: Any of the handler's operations. Does not sleep.
 * Return: @priv_size bytes, aligned for a pointer, zeroed before @accepted.
 */
void *syncsock_conn_priv(struct syncsock_conn *conn);

/**
 * syncsock_close() - end a connection in order
 * @conn: the connection
 *
 * What was sent is still delivered, then FIN. What the peer goes on sending
 * is discarded, so that it does not provoke a reset that destroys the
 * response (RFC 9112 section 9.6), until the peer closes too or has made no
 * progress for the linger time. Only @closed is called after this. Calling
 * it again does nothing.
 *
 * Context: Any of the handler's operations. Does not sleep.
 */
void syncsock_close(struct syncsock_conn *conn);

/**
 * syncsock_abort() - reset a connection
 * @conn: the connection
 *
 * Drops what was not delivered and sends RST (RFC 9293 section 3.10.5). Only
 * @closed is called after this. Calling it again does nothing.
 *
 * Context: Any of the handler's operations. Does not sleep.
 */
void syncsock_abort(struct syncsock_conn *conn);

#endif /* SYNCSOCK_CONN_H */
