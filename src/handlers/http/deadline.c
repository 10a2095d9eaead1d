// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <syncsock/syncsock.h>

#include "deadline.h"

/*
 * Context: Timer softirq, without the socket's lock.
 *
 * If the connection has ended, this drops the last trace of the deadline: it
 * could not be cancelled any more.
 */
static void expired(struct timer_list *timer)
{
	struct http_deadline *deadline = from_timer(deadline, timer, timer);
	int err = syncsock_post(deadline->conn, &deadline->post);

	if (err == -ENOBUFS)
		mod_timer(timer, jiffies + HZ);
	else if (err)
		syncsock_conn_put(deadline->conn);
}

void http_deadline_init(struct http_deadline *deadline,
			struct syncsock_conn *conn,
			void (*passed)(struct syncsock_conn *conn,
				       struct syncsock_post *post))
{
	deadline->conn = conn;
	deadline->post.run = passed;
	timer_setup(&deadline->timer, expired, 0);
}

void http_deadline_set(struct http_deadline *deadline, unsigned long at)
{
	if (deadline->set)
		return;
	deadline->set = true;
	syncsock_conn_get(deadline->conn);
	mod_timer(&deadline->timer, at);
}

void http_deadline_passed(struct http_deadline *deadline)
{
	deadline->set = false;
	syncsock_conn_put(deadline->conn);
}

void http_deadline_cancel(struct http_deadline *deadline)
{
	if (deadline->set && del_timer(&deadline->timer))
		syncsock_conn_put(deadline->conn);
}
