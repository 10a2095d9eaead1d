/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time by which a request has to be complete.
 *
 * A client that is idle between requests is the core's concern, and one that
 * sends each request at once, as nearly all do, costs nothing here: the timer
 * is for a request of which only a part has come. It is not stopped when the
 * rest comes, but looks at what the connection does when it expires.
 */
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include <linux/timer.h>
#include <syncsock/post.h>

struct syncsock_conn;

/**
 * struct http_deadline - a deadline of a connection
 * @conn: the connection; referenced while @set
 * @timer: expires at the deadline
 * @post: has the connection look at it then
 * @set: @timer or @post is on its way; protected by the socket's lock
 *
 * In the connection's private memory.
 */
struct http_deadline {
	struct syncsock_conn	*conn;
	struct timer_list	timer;
	struct syncsock_post	post;
	bool			set;
};

/**
 * http_deadline_init() - prepare the deadline of a connection
 * @deadline: the deadline
 * @conn: its connection
 * @passed: what to call, as an operation of @conn, when it has passed; first
 *	it has to call http_deadline_passed()
 */
void http_deadline_init(struct http_deadline *deadline,
			struct syncsock_conn *conn,
			void (*passed)(struct syncsock_conn *conn,
				       struct syncsock_post *post));

/**
 * http_deadline_set() - set a deadline, unless one is set
 * @deadline: the deadline
 * @at: when, in jiffies
 *
 * Context: an operation of the connection.
 */
void http_deadline_set(struct http_deadline *deadline, unsigned long at);

/* The deadline has passed, and may be set again. Context: its post. */
void http_deadline_passed(struct http_deadline *deadline);

/* The connection has ended. Context: its last operation. */
void http_deadline_cancel(struct http_deadline *deadline);

#endif /* HTTP_DEADLINE_H */
