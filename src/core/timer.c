// SPDX-License-Identifier: GPL-2.0
/*
 * The timer of a connection.
 *
 * It is set when a connection is no longer young (young.c), connects or begins
 * to close, not with every byte: when it expires it looks at when TCP has last
 * received or sent, which TCP notes anyway, and sets itself to the time that is
 * left. It also tries again to send when TCP had no memory and nothing is under
 * way whose acknowledgment, or whose answer to a probe, would call us.
 */
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <net/tcp.h>

#include "conn.h"

/* How soon to try again when memory has run out. */
#define RETRY_TIME	max(HZ / 50, 1)

/* Whether the next step is the handler's: it has paused and owes nothing. */
static bool waits_for_handler(const struct syncsock_conn *conn)
{
	return ssk_conn_is_paused(conn) &&
	       tcp_rtx_and_write_queues_empty(conn->sk);
}

/*
 * How long a connection may be without progress in its present state, in
 * jiffies; 0: for ever.
 */
static unsigned long patience(const struct syncsock_conn *conn)
{
	const struct ssk_limits *limits = &conn->service->limits;
	int ms;

	if (conn->state == SSK_CONN_CONNECTING)
		ms = READ_ONCE(limits->connect_timeout_ms);
	else if (conn->state != SSK_CONN_OPEN)
		ms = READ_ONCE(limits->linger_timeout_ms);
	else if (waits_for_handler(conn))
		ms = 0;
	else if (ssk_conn_is_silent(conn))
		ms = READ_ONCE(limits->first_byte_timeout_ms);
	else
		ms = READ_ONCE(limits->idle_timeout_ms);
	return msecs_to_jiffies(ms);
}

/*
 * How long to wait before the next look if there is no progress until then.
 * A client that has sent nothing may become one that is idle, and one that
 * waits for us one that we wait for.
 */
static unsigned long next_look(const struct syncsock_conn *conn)
{
	unsigned long idle, time = patience(conn);

	if (conn->state != SSK_CONN_OPEN ||
	    !(ssk_conn_is_silent(conn) || waits_for_handler(conn)))
		return time;
	idle = msecs_to_jiffies(READ_ONCE(conn->service->limits.idle_timeout_ms));
	return time && idle ? min(time, idle) : max(time, idle);
}

/**
 * ssk_conn_timer_note() - note whether the peer has acknowledged more
 * @conn: the connection
 *
 * The timer does this itself; who wants its times to be exact, does it when
 * an acknowledgment arrives.
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_note(struct syncsock_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);

	if (conn->una == tp->snd_una)
		return;
	conn->una = tp->snd_una;
	conn->una_at = tcp_jiffies32;
}

/*
 * How long the connection has been without progress, in jiffies. While bytes
 * wait for the peer's acknowledgment, only a new acknowledgment is progress,
 * not that TCP sends them again or probes a closed window. A closing
 * connection discards what it receives, so that is none. A pause is none
 * either, but its end is.
 */
static unsigned long stagnation(struct syncsock_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);
	u32 sent, received, resumed, now;

	ssk_conn_timer_note(conn);
	sent = conn->una_at;
	if (conn->state != SSK_CONN_OPEN)
		return tcp_jiffies32 - sent;

	if (tcp_rtx_and_write_queues_empty(conn->sk))
		sent = tp->lsndtime;
	received = inet_csk(conn->sk)->icsk_ack.lrcvtime;
	resumed = READ_ONCE(conn->resumed_at);
	/* Read last, so that none of the others is later. */
	now = tcp_jiffies32;
	return min3(now - sent, now - received, now - resumed);
}

/**
 * ssk_conn_timer_start() - begin to watch a connection's present state
 * @conn: a connection that was accepted, connects or begins to close
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_start(struct syncsock_conn *conn)
{
	unsigned long time;

	conn->una = tcp_sk(conn->sk)->snd_una;
	conn->una_at = tcp_jiffies32;
	conn->resumed_at = tcp_jiffies32;
	if (READ_ONCE(conn->young))
		return;
	time = next_look(conn);
	if (time)
		mod_timer(&conn->timer, jiffies + time);
}

/**
 * ssk_conn_timer_soon() - run the connection again in a while
 * @conn: the connection
 * @time: when at the latest, in jiffies from now
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_soon(struct syncsock_conn *conn, unsigned long time)
{
	WRITE_ONCE(conn->young, false);
	timer_reduce(&conn->timer, jiffies + time);
}

/**
 * ssk_conn_timer_retry() - run the connection again soon
 * @conn: a connection that could not go on for want of memory
 *
 * Context: the socket is locked.
 */
void ssk_conn_timer_retry(struct syncsock_conn *conn)
{
	ssk_conn_timer_soon(conn, RETRY_TIME);
}

/**
 * ssk_conn_timer_check() - end a connection whose time is up
 * @conn: the connection
 *
 * Otherwise, sets the timer to the time that is left unless it is set.
 *
 * Context: as ssk_conn_run(), outside of an upcall.
 */
void ssk_conn_timer_check(struct syncsock_conn *conn)
{
	unsigned long time, stagnant;

	if (conn->state == SSK_CONN_DEAD)
		return;
	time = patience(conn);
	stagnant = stagnation(conn);
	if (time && stagnant >= time) {
		ssk_close_expired(conn);
		return;
	}
	time = next_look(conn);
	if (time && !timer_pending(&conn->timer)) {
		WRITE_ONCE(conn->young, false);
		mod_timer(&conn->timer, jiffies + (time > stagnant ?
						   time - stagnant : time));
	}
}

/**
 * ssk_conn_timer() - the timer of a connection has expired
 * @timer: of the connection
 *
 * Context: Timer softirq.
 */
void ssk_conn_timer(struct timer_list *timer)
{
	struct syncsock_conn *conn = from_timer(conn, timer, timer);

	if (READ_ONCE(conn->context) == SSK_CONTEXT_SOFTIRQ)
		ssk_conn_kick(conn);
	else
		ssk_schedule(conn);
}
