/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Posting: running a function for a connection from elsewhere.
 */
#ifndef SYNCSOCK_POST_H
#define SYNCSOCK_POST_H

#include <linux/list.h>

struct syncsock_conn;

/**
 * struct syncsock_post - a function to run for a connection
 * @run: the function. It is called like an operation of the connection (see
 *	struct syncsock_handler), so it may receive, send and close. @post
 *	belongs to it again: it may free it, or post it another time
 * @node: the core's, while the post waits
 *
 * Part of an object of the caller's, who finds it with container_of().
 */
struct syncsock_post {
	void			(*run)(struct syncsock_conn *conn,
				       struct syncsock_post *post);
	struct list_head	node;
};

/**
 * syncsock_post() - run a function for a connection, on its CPU
 * @conn: a connection that the caller has a reference to
 * @post: the function; stays the core's until it runs
 *
 * Posts of one caller run in the order in which they were posted, those to a
 * connection of syncsock_connect() after @connected. A post that was taken
 * runs exactly once and before @closed; if the connection ends meanwhile,
 * sending fails with -EPIPE in it.
 *
 * The caller may hold locks, also other connections': the function is never
 * run by the caller.
 *
 * Context: Any context (see conn.h). Takes the lock of the connection's
 * mailbox, under which nothing else is taken. Does not sleep.
 * Return: 0; -EPIPE if the connection has ended; -ENOBUFS if as many posts
 * wait as ``net.syncsock.<name>.mailbox`` allows. On an error @post stays the
 * caller's.
 */
int syncsock_post(struct syncsock_conn *conn, struct syncsock_post *post);

#endif /* SYNCSOCK_POST_H */
