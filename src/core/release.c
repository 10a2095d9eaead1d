// SPDX-License-Identifier: GPL-2.0
/*
 * Giving sockets back, in process context.
 *
 * tcp_close() sleeps for the socket's lock, so dead connections wait on a
 * list of the CPU where they died. One work item of that CPU releases all
 * that have gathered when it runs.
 */
#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>
#include <net/tcp.h>

#include "conn.h"
#include "socket.h"

/**
 * struct release_queue - the dead connections of a CPU
 * @conns: by &syncsock_conn.release_node
 * @work: releases them
 */
struct release_queue {
	struct llist_head	conns;
	struct work_struct	work;
};

static DEFINE_PER_CPU(struct release_queue, release_queue);
static struct workqueue_struct *release_wq;

/*
 * Whether tcp_close() may take the socket as it is, of a connection that
 * nobody wants to be reset. A kernel socket has no
 * timers afterwards: it must be closed already, or become a time-wait
 * socket, which has its own. All other states would last for ever if the
 * peer were gone.
 */
static bool can_close_quietly(const struct syncsock_conn *conn)
{
	const struct sock *sk = conn->sk;

	return sk->sk_state == TCP_CLOSE ||
	       (conn->quiet && sk->sk_state == TCP_FIN_WAIT2 &&
		tcp_fin_time(sk) <= TCP_TIMEWAIT_LEN);
}

/*
 * Give one socket back. It is closed, or has to be reset: disconnect() sends
 * RST in the states that want one.
 */
static void release_socket(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;

	lock_sock(sk);
	ssk_callbacks_remove(sk);
	ssk_socket_disown(sk);
	if (!can_close_quietly(conn))
		sk->sk_prot->disconnect(sk, 0);
	release_sock(sk);
	timer_delete_sync(&conn->timer);
	sk->sk_prot->close(sk, 0);
}

static void release(struct syncsock_conn *conn)
{
	struct ssk_conn_list *list =
		per_cpu_ptr(conn->service->conns, conn->cpu);

	if (conn->sk)
		release_socket(conn);
	spin_lock_bh(&list->lock);
	list_del(&conn->node);
	spin_unlock_bh(&list->lock);
	ssk_stat_inc(conn->service->stats, SSK_STAT_released);
	syncsock_conn_put(conn);
}

static void release_all(struct work_struct *work)
{
	struct release_queue *queue =
		container_of(work, struct release_queue, work);
	struct syncsock_conn *conn, *next;
	struct llist_node *conns;

	/* The oldest came last onto the list. */
	conns = llist_reverse_order(llist_del_all(&queue->conns));
	llist_for_each_entry_safe(conn, next, conns, release_node) {
		release(conn);
		cond_resched();
	}
}

/**
 * ssk_release() - queue a dead connection for release
 * @conn: the connection; the attachment's reference goes to the queue
 *
 * Only the first of a batch queues the work and wakes its worker up.
 *
 * Context: as ssk_conn_run().
 */
void ssk_release(struct syncsock_conn *conn)
{
	int cpu = get_cpu();
	struct release_queue *queue = per_cpu_ptr(&release_queue, cpu);

	if (llist_add(&conn->release_node, &queue->conns))
		queue_work_on(cpu, release_wq, &queue->work);
	put_cpu();
}

/**
 * ssk_release_flush() - wait until the dead connections were released
 *
 * Context: Process context. Sleeps.
 */
void ssk_release_flush(void)
{
	flush_workqueue(release_wq);
}

int __init ssk_release_init(void)
{
	int cpu;

	release_wq = alloc_workqueue("syncsock", 0, 0);
	if (!release_wq)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct release_queue *queue = per_cpu_ptr(&release_queue, cpu);

		init_llist_head(&queue->conns);
		INIT_WORK(&queue->work, release_all);
	}
	return 0;
}

void ssk_release_exit(void)
{
	destroy_workqueue(release_wq);
}
