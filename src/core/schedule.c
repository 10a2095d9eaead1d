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

/**
 * struct run_queue - connections that a CPU is to run
 * @softirq_conns: by &syncsock_conn.run_node, each with a reference
 * @worker_conns: the same for those that were moved out of softirq
 * @tasklet: runs @softirq_conns
 * @kick: makes the CPU schedule @tasklet, from another one
 * @kick_work: the same, where softirqs are threads
 * @work: runs @worker_conns
 * @rest: what @work has taken from @worker_conns and not yet run
 */
struct run_queue {
	struct llist_head	softirq_conns;
	struct llist_head	worker_conns;
	struct tasklet_struct	tasklet;
	call_single_data_t	kick;
	struct work_struct	kick_work;
	struct work_struct	work;
	struct llist_node	*rest;
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
 * One kick at a time: whoever finds the queue empty kicks, and it becomes empty
 * in the tasklet, after the kick. If the CPU has gone away, its tasklet runs
 * here.
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

static void run_in_softirq(struct tasklet_struct *tasklet)
{
	struct run_queue *queue = from_tasklet(queue, tasklet, tasklet);
	struct syncsock_conn *conn, *next;
	struct llist_node *conns;

	/* The oldest came last onto the list. */
	conns = llist_reverse_order(llist_del_all(&queue->softirq_conns));
	llist_for_each_entry_safe(conn, next, conns, run_node) {
		if (begin_run(conn))
			run_or_move(conn);
		syncsock_conn_put(conn);
	}
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

	if (!queue->rest)
		queue->rest =
			llist_reverse_order(llist_del_all(&queue->worker_conns));
	while (queue->rest && local_clock() < until) {
		struct syncsock_conn *conn =
			llist_entry(queue->rest, struct syncsock_conn,
				    run_node);

		queue->rest = queue->rest->next;
		if (begin_run(conn))
			run_in_process(conn);
		syncsock_conn_put(conn);
		cond_resched();
	}
	if (queue->rest || !llist_empty(&queue->worker_conns))
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
