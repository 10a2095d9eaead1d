// SPDX-License-Identifier: GPL-2.0
/*
 * Connections: their memory, and the upcall.
 *
 * The upcall looks at the state of the socket rather than at the reason why
 * TCP called: whatever changed, in whatever order TCP says so, and also while
 * an upcall is already on the stack, it is seen. What to call the handler
 * for follows from that state alone.
 */
#include <linux/export.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "conn.h"
#include "handler.h"

void *syncsock_conn_priv(struct syncsock_conn *conn)
{
	return conn->priv;
}
EXPORT_SYMBOL_GPL(syncsock_conn_priv);

/**
 * ssk_conn_alloc() - make a connection that has no socket yet
 * @service: the service that it is for
 *
 * Context: Softirq or process context with bottom halves disabled.
 * Return: the connection, with one reference, or NULL.
 */
struct syncsock_conn *ssk_conn_alloc(struct ssk_service *service)
{
	struct syncsock_conn *conn;

	conn = kmem_cache_zalloc(service->handler->conn_cache,
				 GFP_ATOMIC | __GFP_NOWARN);
	if (!conn)
		return NULL;
	percpu_ref_get(&service->users);
	conn->service = service;
	conn->cpu = smp_processor_id();
	conn->state = SSK_CONN_OPEN;
	refcount_set(&conn->refs, 1);
	INIT_LIST_HEAD(&conn->node);
	timer_setup(&conn->timer, ssk_conn_timer, 0);
	return conn;
}

/**
 * ssk_conn_attach() - tie a connection and a socket together
 * @conn: a connection without a socket
 * @sk: a child that was taken off the accept queue; its reference becomes
 *	the connection's, for ->close() in release.c
 *
 * The additional reference keeps the memory of @sk as long as that of @conn.
 *
 * Context: @sk is locked, bottom halves are disabled.
 */
void ssk_conn_attach(struct syncsock_conn *conn, struct sock *sk)
{
	struct ssk_conn_list *list;

	sock_hold(sk);
	conn->sk = sk;
	ssk_send_adopt(sk);
	ssk_callbacks_install_conn(conn);

	percpu_counter_inc(&conn->service->open);
	list = this_cpu_ptr(conn->service->conns);
	spin_lock(&list->lock);
	list_add_tail(&conn->node, &list->conns);
	spin_unlock(&list->lock);
}

/**
 * ssk_conn_put() - drop a reference
 * @conn: the connection
 *
 * Context: Any. The memory of the connection and of its socket is freed with
 * the last reference; the socket was closed before.
 */
void ssk_conn_put(struct syncsock_conn *conn)
{
	struct ssk_service *service = conn->service;

	if (!refcount_dec_and_test(&conn->refs))
		return;
	if (conn->sk)
		sock_put(conn->sk);
	kmem_cache_free(service->handler->conn_cache, conn);
	percpu_ref_put(&service->users);
}

static void count_upcall(const struct syncsock_conn *conn)
{
	ssk_stat_inc(conn->service->stats,
		     in_serving_softirq() ? SSK_STAT_upcalls_softirq :
					    SSK_STAT_upcalls_process);
}

/*
 * The peer's data is at its end for the handler: FIN was received, and what
 * is unread is part of a message that will never be complete. While the
 * handler has no room to send, it may have left whole messages, and while
 * its budget is used up there are bytes that it has not seen.
 */
static bool peer_is_done(const struct syncsock_conn *conn)
{
	return conn->sk->sk_shutdown & RCV_SHUTDOWN && !conn->scheduled &&
	       (!syncsock_rx_len(conn) || !conn->tx.blocked);
}

/*
 * Let the handler read, in an upcall that began at @start. If it has left
 * everything, although it could send, a message is longer than the budget:
 * it is shown all there is.
 */
static void receive(struct syncsock_conn *conn, u64 start)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;
	int err;

	count_upcall(conn);
	err = ops->received(conn);
	if (!err && !conn->rx.consumed && !conn->tx.blocked &&
	    ssk_rx_lift_budget(conn))
		err = ops->received(conn);
	if (err < 0)
		syncsock_abort(conn);
	ssk_stat_latency(conn->service->stats, local_clock() - start);
}

/* What the budget has hidden is for another upcall, soon. */
static void defer_hidden(struct syncsock_conn *conn)
{
	if (!ssk_rx_lift_budget(conn))
		return;
	if (conn->state != SSK_CONN_OPEN || conn->tx.blocked)
		return;
	ssk_stat_inc(conn->service->stats, SSK_STAT_deferred);
	ssk_schedule(conn);
}

/* Everything that there is to tell the handler of an open connection. */
static void tell_handler(struct syncsock_conn *conn)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;
	u64 start = local_clock();

	ssk_tx_flush(conn, 0);
	ssk_rx_set_budget(conn, start);
	if (ssk_tx_unblock(conn) && ops->writable)
		ops->writable(conn);

	if (conn->state == SSK_CONN_OPEN && syncsock_rx_len(conn))
		receive(conn, start);
	defer_hidden(conn);

	if (conn->state == SSK_CONN_OPEN && !conn->peer_closed &&
	    peer_is_done(conn)) {
		conn->peer_closed = true;
		if (ops->peer_closed)
			ops->peer_closed(conn);
		else
			syncsock_close(conn);
	}

	if (conn->state == SSK_CONN_OPEN)
		ssk_tx_flush(conn, 0);
}

/* The end of every upcall: what the handler decided takes effect. */
static void finish(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;

	ssk_close_advance(conn);
	ssk_rx_finish(conn);

	if (sk->sk_state == TCP_CLOSE)
		ssk_close_die(conn, ssk_close_reason(conn));
	else if (conn->state == SSK_CONN_ABORTING)
		ssk_close_die(conn, SYNCSOCK_CLOSE_ABORTED);
	else if (conn->tx.blocked && tcp_rtx_and_write_queues_empty(sk))
		ssk_conn_timer_retry(conn);
}

/**
 * ssk_conn_run() - the upcall: do whatever a connection's state asks for
 * @conn: the connection
 *
 * Called by TCP through callbacks.c, and by the connection's timer. TCP may
 * call back from inside, for instance sk_write_space() from sendmsg(); that
 * needs no second run.
 *
 * Context: Softirq, or process context with bottom halves disabled. The
 * socket is locked. Does not sleep.
 */
void ssk_conn_run(struct syncsock_conn *conn)
{
	if (conn->running || conn->state == SSK_CONN_DEAD)
		return;
	conn->running = true;
	if (conn->state == SSK_CONN_OPEN && conn->sk->sk_state != TCP_CLOSE)
		tell_handler(conn);
	finish(conn);
	conn->running = false;
}

/**
 * ssk_conn_kick() - run a connection without being called by TCP
 * @conn: a connection that the caller has a reference to, or the timer of
 * @from_queue: it was taken off a run queue just now
 *
 * If process context owns the socket, it is the release, or the end of the
 * service, and the connection is dead or about to die; or somebody aborts the
 * socket, and the timer looks again.
 *
 * A dead connection does not set its timer, so that the release can stop it.
 *
 * Context: Softirq. Takes the socket's spinlock.
 */
void ssk_conn_kick(struct syncsock_conn *conn, bool from_queue)
{
	bh_lock_sock(conn->sk);
	if (from_queue)
		conn->scheduled = false;
	if (conn->state != SSK_CONN_DEAD) {
		if (sock_owned_by_user(conn->sk)) {
			ssk_conn_timer_retry(conn);
		} else {
			ssk_conn_run(conn);
			ssk_conn_timer_check(conn);
		}
	}
	bh_unlock_sock(conn->sk);
}

/**
 * ssk_conn_accepted() - the first upcall of a connection
 * @conn: a connection that was attached just now
 *
 * Context: as ssk_conn_run().
 */
void ssk_conn_accepted(struct syncsock_conn *conn)
{
	const struct syncsock_handler *ops = conn->service->handler->ops;

	ssk_stat_inc(conn->service->stats, SSK_STAT_accepted);
	conn->running = true;
	if (ops->accepted && ops->accepted(conn) < 0)
		syncsock_abort(conn);
	if (conn->state == SSK_CONN_OPEN)
		ssk_tx_flush(conn, 0);
	ssk_conn_timer_start(conn);
	finish(conn);
	conn->running = false;
}

/**
 * ssk_conn_refuse() - reset a connection that the handler is not to get
 * @conn: a connection that was attached just now
 *
 * Context: as ssk_conn_run().
 */
void ssk_conn_refuse(struct syncsock_conn *conn)
{
	percpu_counter_dec(&conn->service->open);
	conn->state = SSK_CONN_DEAD;
	ssk_release(conn);
}

/* End a connection because its service ends. */
static void stop(struct syncsock_conn *conn)
{
	lock_sock(conn->sk);
	local_bh_disable();
	if (conn->state != SSK_CONN_DEAD)
		ssk_close_die(conn, SYNCSOCK_CLOSE_STOPPED);
	local_bh_enable();
	release_sock(conn->sk);
}

/**
 * ssk_conn_stop_all() - reset all connections of a service
 * @service: a service that accepts no more connections
 *
 * Context: Process context. Sleeps until every connection was released.
 */
void ssk_conn_stop_all(struct ssk_service *service)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct ssk_conn_list *list = per_cpu_ptr(service->conns, cpu);
		LIST_HEAD(stopped);

		spin_lock_bh(&list->lock);
		while (!list_empty(&list->conns)) {
			struct syncsock_conn *conn;

			conn = list_first_entry(&list->conns,
						struct syncsock_conn, node);
			list_move_tail(&conn->node, &stopped);
			refcount_inc(&conn->refs);
			spin_unlock_bh(&list->lock);

			stop(conn);
			ssk_conn_put(conn);
			cond_resched();

			spin_lock_bh(&list->lock);
		}
		spin_unlock_bh(&list->lock);

		/* The release takes them off the list, under its lock. */
		ssk_release_flush();
		WARN_ON(!list_empty(&stopped));
	}
}
