// SPDX-License-Identifier: GPL-2.0
/*
 * Running a connection later, or from elsewhere.
 *
 * Each CPU has a queue of connections that want an upcall although TCP does
 * not call: those whose budget was used up while bytes were left. A tasklet
 * runs them, once each, so that other connections and the network's own
 * softirq get their turn in between; under load that is ksoftirqd's business.
 */
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/percpu.h>
#include <net/sock.h>

#include "conn.h"

/**
 * struct run_queue - connections that a CPU is to run
 * @conns: by &syncsock_conn.run_node, each with a reference
 * @tasklet: runs them
 */
struct run_queue {
	struct llist_head	conns;
	struct tasklet_struct	tasklet;
};

static DEFINE_PER_CPU(struct run_queue, run_queue);

/**
 * ssk_schedule() - run a connection again after others had their turn
 * @conn: the connection; scheduling it again before it runs does nothing
 *
 * Context: an upcall.
 */
void ssk_schedule(struct syncsock_conn *conn)
{
	struct run_queue *queue = this_cpu_ptr(&run_queue);

	if (conn->scheduled)
		return;
	conn->scheduled = true;
	refcount_inc(&conn->refs);
	if (llist_add(&conn->run_node, &queue->conns))
		tasklet_schedule(&queue->tasklet);
}

static void run_all(struct tasklet_struct *tasklet)
{
	struct run_queue *queue = from_tasklet(queue, tasklet, tasklet);
	struct syncsock_conn *conn, *next;
	struct llist_node *conns;

	conns = llist_reverse_order(llist_del_all(&queue->conns));
	llist_for_each_entry_safe(conn, next, conns, run_node) {
		ssk_conn_kick(conn, true);
		ssk_conn_put(conn);
	}
}

void __init ssk_schedule_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct run_queue *queue = per_cpu_ptr(&run_queue, cpu);

		init_llist_head(&queue->conns);
		tasklet_setup(&queue->tasklet, run_all);
	}
}

/* No connection is left that could be scheduled. */
void ssk_schedule_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&run_queue, cpu)->tasklet);
}
