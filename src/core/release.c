// SPDX-License-Identifier: GPL-2.0
/*
 * Giving sockets back, in process context.
 *
 * tcp_close() sleeps for the socket's lock, so dead connections wait on a
 * list of the CPU where they died. A work item of that CPU releases all that
 * have gathered when it runs: a jiffy after the first, because waking up a
 * worker and going back costs more than the release of one; or sooner if they
 * are many, because then their memory is used again while it is in the cache.
 */
#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>
#include <net/tcp.h>

#include "conn.h"
#include "fault.h"
#include "trace.h"

/* How many connections are freed at once: slabs are then locked less often. */
#define FREE_AT_ONCE	16
/* How many are not kept for the rest of the jiffy. */
#define MANY		32

/**
 * struct release_queue - the dead connections of a CPU
 * @conns: by &syncsock_conn.release_node
 * @count: how many came since the last release began, about
 * @later: releases them, a jiffy after the first came
 * @soon: does, when they are many; an item of its own, because taking @later off
 *	its timer is what ssk_release_flush() must not meet
 */
struct release_queue {
	struct llist_head	conns;
	unsigned int		count;
	struct delayed_work	later;
	struct work_struct	soon;
};

/**
 * struct corpses - connections that nobody has a reference to any more
 * @service: of all of them
 * @count: how many there are
 * @conns: the connections
 */
struct corpses {
	struct ssk_service	*service;
	size_t			count;
	struct syncsock_conn	*conns[FREE_AT_ONCE];
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

/* As tcp_close() counts it, which finds the socket closed already. */
static void count_reset(struct sock *sk)
{
	NET_INC_STATS(sock_net(sk), tcp_inq(sk) ?
		      LINUX_MIB_TCPABORTONCLOSE : LINUX_MIB_TCPABORTONDATA);
}

/* Whether disconnect() sends RST: see tcp_disconnect(). */
static bool sends_reset(const struct sock *sk)
{
	if (sk->sk_state == TCP_CLOSING || sk->sk_state == TCP_LAST_ACK)
		return tcp_sk(sk)->snd_nxt != tcp_sk(sk)->write_seq;
	return sk->sk_state != TCP_SYN_SENT;
}

/* End a socket that was not closed when its connection died. */
static void end_socket(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;

	lock_sock(sk);
	ssk_callbacks_remove_conn(sk);
	if (!can_close_quietly(conn)) {
		if (sends_reset(sk)) {
			ssk_stat_inc(conn->service->stats, SSK_STAT_aborted);
			count_reset(sk);
		}
		sk->sk_prot->disconnect(sk, 0);
	}
	release_sock(sk);
}

/*
 * Give one socket back. Its user data can be read without the lock: what
 * changed them last was the connection's death, before the connection came onto
 * the queue.
 */
static void release_socket(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;

	if (sk->sk_user_data)
		end_socket(conn);
	if (!conn->young)
		timer_delete_sync(&conn->timer);
	sk->sk_prot->close(sk, 0);
}

static void free_all(struct corpses *corpses)
{
	if (corpses->count)
		ssk_conn_free(corpses->service, corpses->conns, corpses->count);
	corpses->count = 0;
}

static void add_corpse(struct corpses *corpses, struct syncsock_conn *conn)
{
	if (corpses->service != conn->service ||
	    corpses->count == FREE_AT_ONCE)
		free_all(corpses);
	corpses->service = conn->service;
	corpses->conns[corpses->count++] = conn;
}

static void release(struct syncsock_conn *conn, struct corpses *corpses)
{
	trace_release(conn);
	ssk_conns_remove(conn);
	if (conn->sk)
		release_socket(conn);
	ssk_stat_inc(conn->service->stats, SSK_STAT_released);
	if (ssk_conn_drop(conn))
		add_corpse(corpses, conn);
}

static void release_all(struct release_queue *queue)
{
	struct corpses corpses = {};
	struct syncsock_conn *conn, *next;
	struct llist_node *conns;

	WRITE_ONCE(queue->count, 0);
	/* The oldest came last onto the list. */
	conns = llist_reverse_order(llist_del_all(&queue->conns));
	llist_for_each_entry_safe(conn, next, conns, release_node) {
		release(conn, &corpses);
		cond_resched();
	}
	free_all(&corpses);
}

static void release_later(struct work_struct *work)
{
	release_all(container_of(work, struct release_queue, later.work));
}

static void release_soon(struct work_struct *work)
{
	release_all(container_of(work, struct release_queue, soon));
}

/**
 * ssk_release() - queue a dead connection for release
 * @conn: the connection; the attachment's reference goes to the queue
 *
 * Only the first of a batch queues work, and the one that makes them many.
 * ssk_release_flush() waits for both: no softirq may add another before that.
 *
 * Context: as ssk_conn_run().
 */
void ssk_release(struct syncsock_conn *conn)
{
	struct release_queue *queue;
	unsigned int count;
	int cpu;

	local_bh_disable();
	cpu = smp_processor_id();
	queue = this_cpu_ptr(&release_queue);
	if (llist_add(&conn->release_node, &queue->conns))
		queue_delayed_work_on(cpu, release_wq, &queue->later, 1);
	/* Not exact if a release begins on another CPU: then @later has them. */
	count = READ_ONCE(queue->count) + 1;
	WRITE_ONCE(queue->count, count);
	if (count == MANY)
		queue_work_on(cpu, release_wq, &queue->soon);
	local_bh_enable();
}

/**
 * ssk_release_flush() - wait until the dead connections were released
 *
 * A work item that runs at once finds what no other one has taken.
 *
 * Context: Process context. Sleeps. One at a time: flush_delayed_work() may
 * return early while another one is taking the work off its timer.
 */
void ssk_release_flush(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct release_queue *queue = per_cpu_ptr(&release_queue, cpu);

		flush_delayed_work(&queue->later);
		flush_work(&queue->soon);
	}
}

int __init ssk_release_init(void)
{
	int cpu;

	release_wq = ssk_fault() ? NULL : alloc_workqueue("syncsock", 0, 0);
	if (!release_wq)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct release_queue *queue = per_cpu_ptr(&release_queue, cpu);

		init_llist_head(&queue->conns);
		INIT_DELAYED_WORK(&queue->later, release_later);
		INIT_WORK(&queue->soon, release_soon);
	}
	return 0;
}

void ssk_release_exit(void)
{
	destroy_workqueue(release_wq);
}
