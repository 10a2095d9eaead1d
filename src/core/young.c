// SPDX-License-Identifier: GPL-2.0
/*
 * Young connections: those that were accepted since the last sweep.
 *
 * To set a timer and to take it back is a good part of what a short connection
 * costs. So a connection that was accepted has none at first: one timer for
 * all of a list comes now and then, and sets those of the connections that
 * are still there. They look soon enough for every state that these may have
 * got into meanwhile.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "conn.h"
#include "conns.h"

/* How often to sweep, so that shorter timeouts may be later by that. */
#define SWEEP_TIME	max(HZ / 10, 1)

/* The lesser of two times of which 0 is none. */
static int shorter(int one, int other)
{
	return one && (!other || one < other) ? one : other;
}

/* In how many jiffies a connection's timer has to look at first; 0: never. */
static unsigned long first_look(const struct ssk_limits *limits)
{
	int ms = shorter(READ_ONCE(limits->first_byte_timeout_ms),
			 READ_ONCE(limits->idle_timeout_ms));
	unsigned long time;

	time = msecs_to_jiffies(shorter(ms, READ_ONCE(limits->linger_timeout_ms)));
	if (!time)
		return 0;
	return time > SWEEP_TIME ? time - SWEEP_TIME : 1;
}

/**
 * ssk_young_sweep() - set the timers of all young connections of a list
 * @conns: the connections, locked
 *
 * Context: Bottom halves are disabled.
 */
void ssk_young_sweep(struct ssk_conns *conns)
{
	struct syncsock_conn *conn;
	unsigned long time;

	lockdep_assert_held(&conns->lock);
	conn = list_first_entry_or_null(&conns->young, struct syncsock_conn,
					node);
	if (!conn)
		return;
	/* All are of the same service. */
	time = first_look(&conn->service->limits);
	list_for_each_entry(conn, &conns->young, node) {
		/* Pairs with ssk_conn_timer_start(), which leaves it to us. */
		if (!READ_ONCE(conn->young))
			continue;
		WRITE_ONCE(conn->young, false);
		if (time)
			timer_reduce(&conn->timer, jiffies + time);
	}
	list_splice_tail_init(&conns->young, &conns->all);
}

static void sweep(struct timer_list *timer)
{
	struct ssk_conns *conns = from_timer(conns, timer, sweep);

	spin_lock(&conns->lock);
	ssk_young_sweep(conns);
	spin_unlock(&conns->lock);
}

/**
 * ssk_young_add() - add a connection that was accepted just now
 * @conns: the connections of its home, locked
 * @conn: the connection, which has its socket
 *
 * Context: Bottom halves are disabled.
 */
void ssk_young_add(struct ssk_conns *conns, struct syncsock_conn *conn)
{
	lockdep_assert_held(&conns->lock);
	conn->young = !conn->outgoing;
	list_add_tail(&conn->node, &conns->young);
	if (!timer_pending(&conns->sweep))
		mod_timer(&conns->sweep, jiffies + SWEEP_TIME);
}

void ssk_young_init(struct ssk_conns *conns)
{
	INIT_LIST_HEAD(&conns->young);
	timer_setup(&conns->sweep, sweep, 0);
}

/* There is no connection any more, and none comes. */
void ssk_young_exit(struct ssk_conns *conns)
{
	timer_delete_sync(&conns->sweep);
}
