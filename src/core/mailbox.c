// SPDX-License-Identifier: GPL-2.0
/*
 * The mailbox of a connection.
 *
 * Whoever posts takes the mailbox's lock and no other; the functions run in
 * an upcall of the connection, with nothing but its socket locked. So two
 * connections that post to each other at the same time never wait for each
 * other.
 */
#include <linux/export.h>

#include "conn.h"
#include "trace.h"

void ssk_mailbox_init(struct ssk_mailbox *mailbox)
{
	spin_lock_init(&mailbox->lock);
	INIT_LIST_HEAD(&mailbox->posts);
}

/**
 * ssk_mailbox_add() - leave a post for a connection
 * @conn: the connection
 * @post: the post
 * @limit: how many may wait; UINT_MAX for what is bounded otherwise, and
 *	does not count
 *
 * Context: Any but hard interrupts. Takes the mailbox's lock.
 * Return: 0; -EPIPE if the connection has ended; -ENOBUFS.
 */
int ssk_mailbox_add(struct syncsock_conn *conn, struct syncsock_post *post,
		    unsigned int limit)
{
	struct ssk_mailbox *mailbox = &conn->mailbox;
	int err = 0;

	spin_lock_bh(&mailbox->lock);
	if (mailbox->closed) {
		err = -EPIPE;
	} else if (mailbox->count >= limit) {
		err = -ENOBUFS;
	} else {
		mailbox->count += limit != UINT_MAX;
		list_add_tail(&post->node, &mailbox->posts);
	}
	spin_unlock_bh(&mailbox->lock);
	if (err)
		return err;

	set_bit(SSK_ASKED_POST, &conn->asked);
	ssk_schedule(conn);
	return 0;
}

int syncsock_post(struct syncsock_conn *conn, struct syncsock_post *post)
{
	struct ssk_service *service = conn->service;
	int err;

	err = ssk_mailbox_add(conn, post, READ_ONCE(service->limits.mailbox));
	if (!err)
		ssk_stat_inc(service->stats, SSK_STAT_posts);
	else if (err == -ENOBUFS)
		ssk_stat_inc(service->stats, SSK_STAT_post_overflow);
	trace_post(conn, err);
	return err;
}
EXPORT_SYMBOL_GPL(syncsock_post);

/* Run what waits; what is posted meanwhile waits for the next time. */
static void run_all(struct syncsock_conn *conn, bool close)
{
	struct ssk_mailbox *mailbox = &conn->mailbox;
	struct syncsock_post *post, *next;
	LIST_HEAD(posts);

	spin_lock_bh(&mailbox->lock);
	list_splice_init(&mailbox->posts, &posts);
	mailbox->count = 0;
	mailbox->closed = close;
	spin_unlock_bh(&mailbox->lock);

	list_for_each_entry_safe(post, next, &posts, node) {
		list_del(&post->node);
		post->run(conn, post);
	}
}

/**
 * ssk_mailbox_run() - run the posts of a connection
 * @conn: the connection
 *
 * Context: an upcall.
 */
void ssk_mailbox_run(struct syncsock_conn *conn)
{
	run_all(conn, false);
}

/**
 * ssk_mailbox_close() - run the last posts of a connection that has ended
 * @conn: the connection, in a state in which nothing can be sent
 *
 * Context: as ssk_conn_run().
 */
void ssk_mailbox_close(struct syncsock_conn *conn)
{
	/*
	 * Who posts has a reference, or is in this upcall. If the only one is
	 * that for the release, nobody else can post, now or later, and what
	 * was posted before its reference was put is there.
	 */
	if (refcount_read(&conn->refs) > 1) {
		run_all(conn, true);
		return;
	}
	smp_acquire__after_ctrl_dep();
	if (list_empty(&conn->mailbox.posts))
		conn->mailbox.closed = true;
	else
		run_all(conn, true);
}
