/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections: references, the handler's private memory, and closing.
 *
 * "Any context" below means softirq, a timer, a tasklet, or process context,
 * with interrupts enabled, and with whatever locks: these functions take none
 * that the caller could hold, so they can be used inside the operations of
 * another connection. The caller is inside one of the handler's operations
 * for the connection, or holds a reference.
 */
#ifndef SYNCSOCK_CONN_H
#define SYNCSOCK_CONN_H

#include <linux/types.h>

struct net;
struct syncsock_conn;

/**
 * syncsock_conn_priv() - the handler's private memory of a connection
 * @conn: the connection
 *
 * Nothing but the socket's lock protects it: it is for the handler's
 * operations and for syncsock_post().
 *
 * Context: Any context. Does not sleep.
 * Return: @priv_size bytes, aligned for a pointer, zeroed before @accepted.
 */
void *syncsock_conn_priv(struct syncsock_conn *conn);

/**
 * syncsock_conn_net() - the network namespace of a connection
 * @conn: the connection
 *
 * Context: Any context. Does not sleep.
 * Return: the namespace, valid inside the handler's operations.
 */
struct net *syncsock_conn_net(const struct syncsock_conn *conn);

/**
 * syncsock_conn_get() - take a reference to a connection
 * @conn: the connection
 *
 * Keeps the memory, with the private memory, not the connection itself:
 * drop the reference soon after @closed. Unloading the handler waits for it.
 *
 * Context: Any context. Does not sleep.
 * Return: @conn.
 */
struct syncsock_conn *syncsock_conn_get(struct syncsock_conn *conn);

/**
 * syncsock_conn_put() - drop a reference to a connection
 * @conn: the connection, or NULL
 *
 * Context: Any context. Does not sleep.
 */
void syncsock_conn_put(struct syncsock_conn *conn);

/**
 * syncsock_conn_error() - with which error a connection has ended
 * @conn: the connection
 *
 * Context: the handler's @closed. Does not sleep.
 * Return: 0, or the negative errno that a user of a socket would have seen,
 * such as -ECONNRESET, -ECONNREFUSED or -ETIMEDOUT.
 */
int syncsock_conn_error(const struct syncsock_conn *conn);

/**
 * syncsock_shutdown() - end our direction of a connection
 * @conn: the connection
 *
 * What was sent is still delivered, then FIN (RFC 9293 section 3.6). The
 * handler goes on receiving. Sending fails from now on. Calling it again, or
 * after syncsock_close(), does nothing.
 *
 * Context: Any context. Takes effect at once inside an operation of @conn,
 * soon otherwise. Does not sleep.
 */
void syncsock_shutdown(struct syncsock_conn *conn);

/**
 * syncsock_close() - end a connection in order
 * @conn: the connection
 *
 * What was sent is still delivered, then FIN. What the peer goes on sending
 * is discarded, so that it does not provoke a reset that destroys the
 * response (RFC 9112 section 9.6), until the peer closes too or has made no
 * progress for the linger time. Only @closed is called after this. Calling
 * it again does nothing. What is not yet connected is aborted.
 *
 * Context: as syncsock_shutdown().
 */
void syncsock_close(struct syncsock_conn *conn);

/**
 * syncsock_abort() - reset a connection
 * @conn: the connection
 *
 * Drops what was not delivered and sends RST (RFC 9293 section 3.10.5). Only
 * @closed is called after this. Calling it again does nothing.
 *
 * Context: as syncsock_shutdown().
 */
void syncsock_abort(struct syncsock_conn *conn);

/**
 * syncsock_pause() - receive nothing for a while
 * @conn: the connection
 *
 * @received is not called until syncsock_resume(); a call that is running on
 * another CPU goes on. What arrives stays in TCP's queue and closes the
 * window. The connection is not idle meanwhile: its idle timeout waits.
 *
 * Context: Any context. Does not sleep.
 */
void syncsock_pause(struct syncsock_conn *conn);

/**
 * syncsock_resume() - receive again
 * @conn: the connection
 *
 * @received is called soon if bytes are unread. Does nothing for a
 * connection that is not paused.
 *
 * Context: Any context. Does not sleep.
 */
void syncsock_resume(struct syncsock_conn *conn);

/**
 * syncsock_offload() - move a connection out of softirq, or back
 * @conn: the connection
 * @on: whether a worker is to run its operations from now on
 *
 * For work that takes long enough to delay others: a kernel thread calls the
 * operations, under the same rules (see struct syncsock_handler). Softirqs
 * interrupt it, and processes have their turn between two connections. The
 * core does the same by itself for a connection whose operations take longer
 * than ``net.syncsock.<name>.offload_us``.
 *
 * Context: an operation of @conn; takes effect with the next one.
 */
void syncsock_offload(struct syncsock_conn *conn, bool on);

#endif /* SYNCSOCK_CONN_H */
