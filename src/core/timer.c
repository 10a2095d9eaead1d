// SPDX-License-Identifier: GPL-2.0
/*
 * The timer of a connection.
 *
 * While it is open, the timer tries again to send when TCP had no memory and
 * nothing is under way whose acknowledgment would call us. While it closes,
 * the timer also bounds how long that may take.
 */
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <net/tcp.h>

#include "conn.h"

/* How long a closing connection may be without progress. */
#define LINGER_TIME	(10 * HZ)

/* How soon to try again when memory has run out. */
#define RETRY_TIME	max(HZ / 50, 1)

static bool is_closing(const struct syncsock_conn *conn)
{
	return conn->state == SSK_CONN_CLOSING ||
	       conn->state == SSK_CONN_LINGER;
}

/**
 * ssk_conn_timer_linger() - start to bound the time that closing may take
 * @conn: a connection that begins to close
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_linger(struct syncsock_conn *conn)
{
	conn->linger_una = tcp_sk(conn->sk)->snd_una;
	conn->linger_end = jiffies + LINGER_TIME;
	mod_timer(&conn->timer, conn->linger_end);
}

/**
 * ssk_conn_timer_retry() - run the connection again soon
 * @conn: a connection that could not send for want of memory
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_retry(struct syncsock_conn *conn)
{
	mod_timer(&conn->timer, jiffies + RETRY_TIME);
}

/* The peer still acknowledges, so let it; else the time is up. */
static void check_linger(struct syncsock_conn *conn)
{
	if (conn->linger_una != tcp_sk(conn->sk)->snd_una)
		ssk_conn_timer_linger(conn);
	else if (time_after_eq(jiffies, conn->linger_end))
		ssk_close_die(conn, SYNCSOCK_CLOSE_TIMEOUT);
	else if (!timer_pending(&conn->timer))
		mod_timer(&conn->timer, conn->linger_end);
}

/**
 * ssk_conn_timer() - the timer of a connection has expired
 * @timer: of the connection
 *
 * A dead connection does not set it again, so that the release can stop it.
 *
 * Context: Timer softirq. Takes the socket's spinlock; if process context
 * owns the socket (the release of a connection, or its stop), tries later.
 */
void ssk_conn_timer(struct timer_list *timer)
{
	struct syncsock_conn *conn = from_timer(conn, timer, timer);

	bh_lock_sock(conn->sk);
	if (conn->state == SSK_CONN_DEAD) {
		/* The release has it. */
	} else if (sock_owned_by_user(conn->sk)) {
		ssk_conn_timer_retry(conn);
	} else {
		ssk_conn_run(conn);
		if (is_closing(conn))
			check_linger(conn);
	}
	bh_unlock_sock(conn->sk);
}
