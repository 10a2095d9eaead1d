/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mailbox of a connection: functions to run under its lock.
 */
#ifndef SSK_MAILBOX_H
#define SSK_MAILBOX_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <syncsock/post.h>

struct syncsock_conn;

/**
 * struct ssk_mailbox - posts that wait
 * @lock: protects the rest; innermost, taken with bottom halves disabled
 * @count: how many posts wait that count
 * @closed: the connection has ended, no post is taken any more
 * @posts: by &syncsock_post.node, the oldest first
 */
struct ssk_mailbox {
	spinlock_t		lock;	/* protects the rest */
	unsigned int		count : 31;
	unsigned int		closed : 1;
	struct list_head	posts;
};

void ssk_mailbox_init(struct ssk_mailbox *mailbox);
int ssk_mailbox_add(struct syncsock_conn *conn, struct syncsock_post *post,
		    unsigned int limit);
void ssk_mailbox_run(struct syncsock_conn *conn);
void ssk_mailbox_close(struct syncsock_conn *conn);

#endif /* SSK_MAILBOX_H */
