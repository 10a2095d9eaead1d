// SPDX-License-Identifier: GPL-2.0
/*
 * Running a connection later, or from elsewhere.
 *
 * Each CPU has two queues of connections that want an upcall although TCP
 * does not call: because their budget was used up, or because somebody has
 * posted or asked something. They are in those of their home.
 *
 * A tasklet of that CPU runs one queue, each connection once, so that others
 * and the network's own softirq get their turn in between; under load that is
 * ksoftirqd's business. The other queue is for connections that were moved
 * out of softirq: a work item runs it, on any CPU, one connection at a time, so
 * that it competes with processes and not with the work items of a CPU.
 */
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "conn.h"
#include "fault.h"

/* How long a worker goes on before it lets other work items run. */
#define WORK_TIME	(2 * NSEC_PER_MSEC)

/* How long a tasklet does, in jiffies: as long as net_rx_action() at most. */
#define TASKLET_TIME	2

/**
 * struct run_queue - connections that a CPU is to run
 * @softirq_conns: by &syncsock_conn.run_node, each with a reference
 * @worker_conns: the same for those that were moved out of softirq
 * @tasklet: runs @softirq_conns
 * @kick: makes the CPU schedule @tasklet, from another one
 * @kick_work: the same, where softirqs are threads
 * @work: runs @worker_conns
 * @softirq_rest: what @tasklet has taken from @softirq_conns and not yet run
 * @worker_rest: what @work has taken from @worker_conns and not yet run
 */
struct run_queue {
	struct llist_head	softirq_conns;
	struct llist_head	worker_conns;
	struct tasklet_struct	tasklet;
	call_single_data_t	kick;
	struct work_struct	kick_work;
	struct work_struct	work;
	struct llist_node	*softirq_rest;
	struct llist_node	*worker_rest;
};

static DEFINE_PER_CPU(struct run_queue, run_queue);
static struct workqueue_struct *worker_wq;

/*
 * Where softirqs are threads, none may be raised in what one CPU calls on
 * another: do_softirq_post_smp_call_flush() warns of it.
 */
static bool kick_other(struct run_queue *queue, int cpu)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return !smp_call_function_single_async(cpu, &queue->kick);
	queue_work_on(cpu, system_highpri_wq, &queue->kick_work);
	return true;
}

/*
 * Whoever finds the queue empty kicks. If the CPU has gone away, its tasklet runs
 * on this one, and so it may if the CPU is still to take the last kick, after
 * which it has emptied the queue by itself.
 */
static void kick(struct run_queue *queue, int cpu)
{
	if (cpu == smp_processor_id() || !kick_other(queue, cpu))
		tasklet_schedule(&queue->tasklet);
}

/**
 * ssk_schedule() - run a connection, on its CPU, after others had their turn
 * @conn: the connection; scheduling it again before it runs does nothing
 *
 * What the caller has written before is seen by that run.
 *
 * Context: Any but hard interrupts. Does not sleep.
 */
void ssk_schedule(struct syncsock_conn *conn)
{
	struct run_queue *queue = per_cpu_ptr(&run_queue, conn->cpu);

	if (READ_ONCE(conn->context) != SSK_CONTEXT_SOFTIRQ) {
		ssk_schedule_worker(conn);
		return;
	}
	if (test_and_set_bit(SSK_ASKED_RUN, &conn->asked))
		return;
	syncsock_conn_get(conn);

	local_bh_disable();
	if (llist_add(&conn->run_node, &queue->softirq_conns))
		kick(queue, conn->cpu);
	local_bh_enable();
}

/**
 * ssk_schedule_worker() - run a connection in a worker
 * @conn: the connection
 *
 * Context: as ssk_schedule().
 */
void ssk_schedule_worker(struct syncsock_conn *conn)
{
	struct run_queue *queue = per_cpu_ptr(&run_queue, conn->cpu);

	if (test_and_set_bit(SSK_ASKED_RUN, &conn->asked))
		return;
	syncsock_conn_get(conn);
	if (llist_add(&conn->run_node, &queue->worker_conns))
		queue_work(worker_wq, &queue->work);
}

/*
 * From here on it can be scheduled again. One that connects has no socket
 * until connect.c runs it.
 */
static bool begin_run(struct syncsock_conn *conn)
{
	clear_bit(SSK_ASKED_RUN, &conn->asked);
	/* Pairs with test_and_set_bit() in ssk_schedule(), and start(). */
	smp_mb__after_atomic();
	return READ_ONCE(conn->sk);
}

/* It may have been moved to a worker since it was scheduled. */
static void run_or_move(struct syncsock_conn *conn)
{
	if (READ_ONCE(conn->context) == SSK_CONTEXT_SOFTIRQ)
		ssk_conn_kick(conn);
	else
		ssk_schedule_worker(conn);
}

/* What @rest has, or else @conns, whose oldest came last onto the list. */
static struct llist_node *to_run(struct llist_node *rest,
				 struct llist_head *conns)
{
	return rest ?: llist_reverse_order(llist_del_all(conns));
}

static struct syncsock_conn *take_first(struct llist_node **conns)
{
	struct llist_node *first = *conns;

	*conns = first->next;
	return llist_entry(first, struct syncsock_conn, run_node);
}

/* For TASKLET_TIME; the network's softirq comes in between. */
static void run_in_softirq(struct tasklet_struct *tasklet)
{
	struct run_queue *queue = from_tasklet(queue, tasklet, tasklet);
	unsigned long until = jiffies + TASKLET_TIME;
	struct syncsock_conn *conn;

	queue->softirq_rest = to_run(queue->softirq_rest,
				     &queue->softirq_conns);
	while (queue->softirq_rest && time_before(jiffies, until)) {
		conn = take_first(&queue->softirq_rest);
		if (begin_run(conn))
			run_or_move(conn);
		syncsock_conn_put(conn);
	}
	if (queue->softirq_rest || !llist_empty(&queue->softirq_conns))
		tasklet_schedule(tasklet);
}

/*
 * As ssk_conn_kick(), but it waits for the socket, and softirqs need not wait
 * for it.
 */
static void run_in_process(struct syncsock_conn *conn)
{
	lock_sock(conn->sk);
	if (conn->state != SSK_CONN_DEAD) {
		ssk_conn_run(conn, tcp_clock_ns());
		ssk_conn_timer_check(conn);
	}
	release_sock(conn->sk);
}

/* One after the other, for WORK_TIME; other work of the CPU comes in between. */
static void run_in_worker(struct work_struct *work)
{
	struct run_queue *queue = container_of(work, struct run_queue, work);
	u64 until = local_clock() + WORK_TIME;
	struct syncsock_conn *conn;

	queue->worker_rest = to_run(queue->worker_rest, &queue->worker_conns);
	while (queue->worker_rest && local_clock() < until) {
		conn = take_first(&queue->worker_rest);
		if (begin_run(conn))
			run_in_process(conn);
		syncsock_conn_put(conn);
		cond_resched();
	}
	if (queue->worker_rest || !llist_empty(&queue->worker_conns))
		queue_work(worker_wq, work);
}

static void kicked(void *data)
{
	tasklet_schedule(data);
}

static void kicked_by_work(struct work_struct *work)
{
	kicked(&container_of(work, struct run_queue, kick_work)->tasklet);
}

int __init ssk_schedule_init(void)
{
	int cpu;

	worker_wq = ssk_fault() ? NULL :
		alloc_workqueue("syncsock_worker", WQ_UNBOUND, 0);
	if (!worker_wq)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct run_queue *queue = per_cpu_ptr(&run_queue, cpu);

		init_llist_head(&queue->softirq_conns);
		init_llist_head(&queue->worker_conns);
		tasklet_setup(&queue->tasklet, run_in_softirq);
		INIT_CSD(&queue->kick, kicked, &queue->tasklet);
		INIT_WORK(&queue->kick_work, kicked_by_work);
		INIT_WORK(&queue->work, run_in_worker);
	}
	return 0;
}

/* No connection is left that could be scheduled, and none was kicked for. */
void ssk_schedule_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct run_queue *queue = per_cpu_ptr(&run_queue, cpu);

		cancel_work_sync(&queue->kick_work);
		tasklet_kill(&queue->tasklet);
	}
	destroy_workqueue(worker_wq);
}
