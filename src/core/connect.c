// SPDX-License-Identifier: GPL-2.0
/*
 * Outgoing connections.
 *
 * The connection exists at once, its socket when a work item has made one:
 * that needs process context. Until then the run queues leave it alone.
 *
 * The work item runs at the connection's home. Over loopback and between
 * namespaces what is sent there is received there, and so is the answer; some
 * network cards and hypervisors have their answers come to the CPU that has
 * sent, too. Where receive packet steering distributes them, see port.c.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <syncsock/connect.h>

#include "address.h"
#include "conn.h"
#include "fault.h"
#include "handler.h"
#include "memory.h"
#include "port.h"
#include "socket.h"
#include "trace.h"

/**
 * struct request - a connection to be made
 * @work: makes it
 * @conn: the connection, referenced
 * @peer: where to
 * @source: where from, of family AF_UNSPEC if anywhere
 */
struct request {
	struct work_struct	work;
	struct syncsock_conn	*conn;
	struct ssk_address	peer;
	struct ssk_address	source;
};

static struct workqueue_struct *connect_wq;

/*
 * Leave the port to connect(), which, other than bind(), can give one to
 * several connections with different peers.
 */
static int bind_address_only(struct socket *sock)
{
	int on = 1;

	return sock_common_setsockopt(sock, SOL_IP, IP_BIND_ADDRESS_NO_PORT,
				      KERNEL_SOCKPTR(&on), sizeof(on));
}

/*
 * Make a socket, bound to @source. The caller gets it without a struct socket
 * of its own: that is not needed any more, and the shared one replaces it.
 */
static struct socket *make_socket(const struct request *request)
{
	struct net *net = request->conn->service->net;
	struct ssk_address source = request->source;
	struct socket *sock;
	int err;

	err = ssk_fault() ? -ENOMEM :
		sock_create_kern(net, request->peer.any.sa_family, SOCK_STREAM,
				 IPPROTO_TCP, &sock);
	if (err)
		return ERR_PTR(err);
	tcp_sock_set_nodelay(sock->sk);
	if (source.any.sa_family == AF_UNSPEC)
		return sock;

	if (ssk_address_port(&source))
		sock_set_reuseaddr(sock->sk);
	else
		err = bind_address_only(sock);
	if (!err)
		err = ssk_fault() ? -ENOMEM :
			kernel_bind(sock, &source.any,
				    ssk_address_size(&source));
	if (err) {
		sock_release(sock);
		return ERR_PTR(err);
	}
	return sock;
}

/* The connection ends before it had a socket. */
static void fail(struct syncsock_conn *conn, int err)
{
	conn->error = err;
	local_bh_disable();
	ssk_close_die(conn, SYNCSOCK_CLOSE_CONNECT);
	local_bh_enable();
}

/*
 * From here on the socket calls the connection. The peer's answer may already
 * wait in the backlog when release_sock() is called.
 */
static void start(struct syncsock_conn *conn, struct sock *sk,
		  struct ssk_address *peer)
{
	int err;

	lock_sock(sk);
	ssk_socket_prepare(sk);
	local_bh_disable();
	ssk_conn_attach(conn, sk);
	local_bh_enable();

	err = ssk_fault() ? -ENOMEM : ssk_port_connect(conn, peer);
	local_bh_disable();
	/*
	 * Pairs with the one in begin_run(): either it sees the socket, or we
	 * see what was asked before.
	 */
	smp_mb();
	if (err) {
		conn->error = err;
		ssk_close_die(conn, SYNCSOCK_CLOSE_CONNECT);
	} else {
		ssk_conn_timer_start(conn);
		ssk_conn_run(conn, tcp_clock_ns());
	}
	local_bh_enable();
	release_sock(sk);
}

static void make_connection(struct work_struct *work)
{
	struct request *request = container_of(work, struct request, work);
	struct syncsock_conn *conn = request->conn;
	struct socket *sock;

	sock = make_socket(request);
	if (IS_ERR(sock)) {
		fail(conn, PTR_ERR(sock));
	} else {
		struct sock *sk = sock->sk;

		start(conn, sk, &request->peer);
		sock->sk = NULL;
		sock_release(sock);
	}
	syncsock_conn_put(conn);
	kfree(request);
}

static int copy_address(struct ssk_address *to, const struct sockaddr *from)
{
	switch (from->sa_family) {
	case AF_INET:
		to->v4 = *(const struct sockaddr_in *)from;
		return 0;
	case AF_INET6:
		to->v6 = *(const struct sockaddr_in6 *)from;
		return 0;
	default:
		return -EAFNOSUPPORT;
	}
}

static struct request *new_request(const struct sockaddr *peer,
				   const struct sockaddr *source)
{
	struct request *request;
	int err;

	request = ssk_fault() ? NULL :
		kzalloc(sizeof(*request), GFP_ATOMIC | __GFP_NOWARN);
	if (!request)
		return ERR_PTR(-ENOMEM);
	INIT_WORK(&request->work, make_connection);
	err = copy_address(&request->peer, peer);
	if (!err && !ssk_address_port(&request->peer))
		err = -EINVAL;
	if (!err && source && source->sa_family != peer->sa_family)
		err = -EINVAL;
	if (!err && source)
		err = copy_address(&request->source, source);
	if (err) {
		kfree(request);
		return ERR_PTR(err);
	}
	return request;
}

/* Counts why there is none. */
static struct syncsock_conn *new_conn(struct ssk_service *service,
				      const struct request *request,
				      const void *priv)
{
	struct syncsock_conn *conn;

	if (IS_ERR(request))
		goto no_memory;
	if (ssk_service_is_full(service) || ssk_memory_is_full(service)) {
		ssk_stat_inc(service->stats, SSK_STAT_connects_refused);
		return ERR_PTR(-ENOBUFS);
	}
	conn = ssk_conn_alloc(service);
	if (!conn)
		goto no_memory;
	conn->state = SSK_CONN_CONNECTING;
	conn->outgoing = true;
	if (priv)
		memcpy(conn->priv, priv, service->handler->ops->priv_size);
	return conn;

no_memory:
	ssk_stat_inc(service->stats, SSK_STAT_no_memory);
	return ERR_PTR(-ENOMEM);
}

/*
 * The service cannot go away while @service->users is alive, and its
 * connections are not stopped before a grace period after that.
 */
struct syncsock_conn *
syncsock_connect(const struct syncsock_handler *ops, struct net *net,
		 const struct sockaddr *peer, const struct sockaddr *source,
		 const void *priv)
{
	struct ssk_service *service;
	struct syncsock_conn *conn;
	struct request *request;

	request = new_request(peer, source);
	if (IS_ERR(request) && PTR_ERR(request) != -ENOMEM)
		return ERR_CAST(request);

	local_bh_disable();
	rcu_read_lock();
	service = ssk_service_find(net, ops);
	if (service)
		conn = new_conn(service, request, priv);
	else
		conn = ERR_PTR(-ENOENT);
	if (!IS_ERR(conn)) {
		ssk_stat_inc(service->stats, SSK_STAT_connects);
		ssk_conn_enlist(conn);
		syncsock_conn_get(conn);
		request->conn = syncsock_conn_get(conn);
		trace_connect(conn);
		queue_work_on(conn->cpu, connect_wq, &request->work);
	} else if (!IS_ERR(request)) {
		kfree(request);
	}
	rcu_read_unlock();
	local_bh_enable();
	return conn;
}
EXPORT_SYMBOL_GPL(syncsock_connect);

/**
 * ssk_connect_flush() - wait until what connects has got its socket
 *
 * Context: Process context. Sleeps.
 */
void ssk_connect_flush(void)
{
	flush_workqueue(connect_wq);
}

int __init ssk_connect_init(void)
{
	connect_wq = ssk_fault() ? NULL :
		alloc_workqueue("syncsock_connect", 0, 0);
	return connect_wq ? 0 : -ENOMEM;
}

void ssk_connect_exit(void)
{
	destroy_workqueue(connect_wq);
}
