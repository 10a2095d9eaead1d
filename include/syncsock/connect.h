/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Outgoing connections.
 */
#ifndef SYNCSOCK_CONNECT_H
#define SYNCSOCK_CONNECT_H

struct net;
struct sockaddr;
struct syncsock_conn;
struct syncsock_handler;

/**
 * syncsock_connect() - connect to a server
 * @handler: the registered handler that the connection is for
 * @net: the network namespace to connect from; see syncsock_conn_net()
 * @peer: a struct sockaddr_in or sockaddr_in6
 * @source: the address to connect from, of the same family, with port 0 for
 *	any; or NULL
 * @priv: @priv_size bytes to copy into the connection's private memory, or
 *	NULL for zeros
 *
 * The connection belongs to the CPU that this is called on, if that is one of
 * ``net.syncsock.<name>.cpus``, as one that it has accepted. Without a port in
 * @source, it is made from one whose segments arrive there, where such a port
 * can be known (see README.md).
 *
 * Returns at once. @connected is called when the connection is established,
 * or @closed, with SYNCSOCK_CLOSE_CONNECT, if it cannot be, or with
 * SYNCSOCK_CLOSE_TIMEOUT after ``net.syncsock.<name>.connect_timeout_ms``.
 * syncsock_abort() gives up before.
 *
 * Context: Any context (see conn.h). Does not sleep.
 * Return: the connection, with a reference for the caller, who drops it with
 * syncsock_conn_put(); or ERR_PTR(): -EAFNOSUPPORT or -EINVAL for a bad
 * address, -ENOENT if the handler is not registered or goes away, -ENOBUFS if
 * ``connections`` are open or ``memory_kib`` are used, -ENOMEM.
 */
struct syncsock_conn *
syncsock_connect(const struct syncsock_handler *handler, struct net *net,
		 const struct sockaddr *peer, const struct sockaddr *source,
		 const void *priv);

#endif /* SYNCSOCK_CONNECT_H */
