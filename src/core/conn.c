// SPDX-License-Identifier: GPL-2.0
/*
 * Connections: their memory, and the end of all that a service has.
 */
#include <linux/export.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "conn.h"
#include "fault.h"
#include "handler.h"
#include "home.h"
#include "trace.h"

void *syncsock_conn_priv(struct syncsock_conn *conn)
{
	return conn->priv;
}
EXPORT_SYMBOL_GPL(syncsock_conn_priv);

struct net *syncsock_conn_net(const struct syncsock_conn *conn)
{
	return conn->service->net;
}
EXPORT_SYMBOL_GPL(syncsock_conn_net);

int syncsock_conn_error(const struct syncsock_conn *conn)
{
	return conn->error;
}
EXPORT_SYMBOL_GPL(syncsock_conn_error);

/**
 * ssk_conn_alloc() - make a connection that has no socket yet
 * @service: the service that it is for; it cannot go away
 *
 * Context: Bottom halves are disabled. Does not sleep.
 * Return: the connection, with one reference, or NULL.
 */
struct syncsock_conn *ssk_conn_alloc(struct ssk_service *service)
{
	int home = ssk_home_choose(service);
	struct syncsock_conn *conn;

	conn = ssk_fault() ? NULL :
		kmem_cache_alloc_node(service->handler->conn_cache,
				      GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO,
				      cpu_to_node(home));
	if (!conn)
		return NULL;
	percpu_ref_get(&service->users);
	conn->service = service;
	conn->cpu = home;
	conn->began_at = tcp_jiffies32;
	conn->state = SSK_CONN_OPEN;
	ssk_tx_init(&conn->tx);
	ssk_mailbox_init(&conn->mailbox);
	refcount_set(&conn->refs, 1);
	INIT_LIST_HEAD(&conn->node);
	timer_setup(&conn->timer, ssk_conn_timer, 0);
	trace_get(conn, 1, _RET_IP_);
	return conn;
}

/**
 * ssk_conn_enlist() - count a connection among those of its service
 * @conn: a new connection
 *
 * ssk_close_die() or ssk_conn_refuse() is the end of it.
 *
 * Context: Bottom halves are disabled. Takes the lock of the connections.
 */
void ssk_conn_enlist(struct syncsock_conn *conn)
{
	percpu_counter_inc(&conn->service->open);
	ssk_conns_add(conn);
}

/**
 * ssk_conn_attach() - tie a connection and a socket together
 * @conn: a connection without a socket
 * @sk: a child that was taken off the accept queue, or a socket that is to
 *	connect; its reference becomes the connection's, for ->close() in
 *	release.c
 *
 * The additional reference keeps the memory of @sk as long as that of @conn.
 * The run queues look for @sk without its lock.
 *
 * Context: @sk is locked, bottom halves are disabled.
 */
void ssk_conn_attach(struct syncsock_conn *conn, struct sock *sk)
{
	sock_hold(sk);
	/* Pairs with the load in begin_run() and stop(). */
	smp_store_release(&conn->sk, sk);
	ssk_callbacks_install_conn(conn);
}

struct syncsock_conn *syncsock_conn_get(struct syncsock_conn *conn)
{
	int before;

	__refcount_inc(&conn->refs, &before);
	trace_get(conn, before + 1, _RET_IP_);
	return conn;
}
EXPORT_SYMBOL_GPL(syncsock_conn_get);

/**
 * ssk_conn_drop() - put a reference
 * @conn: the connection
 *
 * Context: Any. Does not sleep.
 * Return: whether it was the last one: the caller gives ssk_conn_free() the
 * memory.
 */
bool ssk_conn_drop(struct syncsock_conn *conn)
{
	bool last;
	int before;

	last = __refcount_dec_and_test(&conn->refs, &before);
	trace_put(conn, before - 1, _RET_IP_);
	if (last && conn->sk)
		sock_put(conn->sk);
	return last;
}

/**
 * ssk_conn_free() - free the memory of connections
 * @service: the service of all of them; it may go away when they have
 * @conns: connections that ssk_conn_drop() said true for
 * @count: how many there are, not 0
 *
 * Context: Any. Does not sleep.
 */
void ssk_conn_free(struct ssk_service *service, struct syncsock_conn **conns,
		   size_t count)
{
	kmem_cache_free_bulk(service->handler->conn_cache, count,
			     (void **)conns);
	percpu_ref_put_many(&service->users, count);
}

void syncsock_conn_put(struct syncsock_conn *conn)
{
	if (conn && ssk_conn_drop(conn))
		ssk_conn_free(conn->service, &conn, 1);
}
EXPORT_SYMBOL_GPL(syncsock_conn_put);

/**
 * ssk_conn_refuse() - reset a connection that the handler is not to get
 * @conn: a connection that was attached just now
 *
 * Context: as ssk_conn_run().
 */
void ssk_conn_refuse(struct syncsock_conn *conn)
{
	percpu_counter_dec(&conn->service->open);
	ssk_conn_move(conn, SSK_EVENT_END);
	ssk_release(conn);
}

/*
 * End a connection because its service ends. One that has no socket yet gets
 * it, or dies, when the work of connect.c is done.
 */
static void stop(struct syncsock_conn *conn, void *unused)
{
	/*
	 * Pairs with ssk_conn_attach(). syncsock_connect() may not yet have
	 * queued the work of a connection that it has enlisted.
	 */
	if (!smp_load_acquire(&conn->sk)) {
		synchronize_rcu();
		ssk_connect_flush();
	}
	if (!conn->sk)
		return;

	lock_sock(conn->sk);
	local_bh_disable();
	if (conn->state != SSK_CONN_DEAD)
		ssk_close_die(conn, SYNCSOCK_CLOSE_STOPPED);
	local_bh_enable();
	release_sock(conn->sk);
}

/**
 * ssk_conn_stop_all() - reset all connections that a service has now
 * @service: the service
 *
 * Context: Process context. Sleeps until all of them were released.
 */
void ssk_conn_stop_all(struct ssk_service *service)
{
	ssk_conns_visit(service, stop, NULL);
	ssk_release_flush();
}
