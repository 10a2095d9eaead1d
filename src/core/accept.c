// SPDX-License-Identifier: GPL-2.0
/*
 * Accepting in softirq.
 *
 * A listener is not locked while it accepts, and inet_csk_accept() would
 * lock it, which softirq cannot. But in its sk_state_change(), when the
 * handshake completes, a child is locked and on the accept queue: it takes
 * itself off the queue there. Only a child itself, the drain below and the
 * end of listening ever take a child, each under the queue's lock, so
 * exactly one of them gets the reference that the queue held.
 */
#include <linux/net.h>
#include <net/inet_connection_sock.h>
#include <net/request_sock.h>
#include <net/tcp.h>

#include "conn.h"
#include "handler.h"
#include "listener.h"
#include "memory.h"
#include "rate.h"

/*
 * Take @child off the accept queue of @listener, with the queue's reference
 * to it. The queue is as long as there are CPUs accepting at the moment, and
 * nearly always @child is its head.
 *
 * Return: false if someone else has taken it, who will then close it.
 */
static bool take_child(struct sock *listener, const struct sock *child)
{
	struct request_sock_queue *queue;
	struct request_sock *req, *prev = NULL;

	queue = &inet_csk(listener)->icsk_accept_queue;
	spin_lock_bh(&queue->rskq_lock);
	req = queue->rskq_accept_head;
	while (req && req->sk != child) {
		prev = req;
		req = req->dl_next;
	}
	if (req) {
		sk_acceptq_removed(listener);
		if (prev)
			prev->dl_next = req->dl_next;
		else
			WRITE_ONCE(queue->rskq_accept_head, req->dl_next);
		if (queue->rskq_accept_tail == req)
			queue->rskq_accept_tail = prev;
	}
	spin_unlock_bh(&queue->rskq_lock);

	if (!req)
		return false;
	reqsk_put(req);
	return true;
}

/* Leave a child on the accept queue, for process context to reset. */
static void refuse(struct ssk_listener *listener)
{
	if (!READ_ONCE(listener->stopping))
		queue_delayed_work(system_wq, &listener->drain, 0);
}

static bool is_too_fast(struct ssk_service *service)
{
	int limit = READ_ONCE(service->limits.connections_per_second);

	return limit && !ssk_rate_allow(&service->next_accept,
					ktime_get_boottime_ns() + 2 * NSEC_PER_SEC,
					limit);
}

/* Reset a connection that is one too many. */
static void refuse_limited(struct syncsock_conn *conn, enum ssk_stat why)
{
	net_warn_ratelimited("syncsock: %s: refused a connection: the limit is reached\n",
			     conn->service->handler->ops->name);
	ssk_stat_inc(conn->service->stats, why);
	ssk_conn_refuse(conn);
}

/**
 * ssk_accept() - make a connection of a child whose handshake is complete
 * @listener: the listener it came from
 * @sk: the child
 *
 * TCP calls this before it looks at data that came with the handshake's last
 * segment, for which the child's new callbacks are called next. The send
 * window is known since the child exists, so the handler may send already.
 *
 * Context: Softirq, under RCU. @sk is locked, @listener is not.
 */
void ssk_accept(struct ssk_listener *listener, struct sock *sk)
{
	struct syncsock_conn *conn;

	if (sk->sk_state != TCP_ESTABLISHED) {
		refuse(listener);
		return;
	}

	conn = ssk_conn_alloc(listener->service);
	if (!conn) {
		net_warn_ratelimited("syncsock: %s: refused a connection: out of memory\n",
				     listener->service->handler->ops->name);
		refuse(listener);
		return;
	}
	if (!take_child(listener->sock->sk, sk)) {
		syncsock_conn_put(conn);
		return;
	}
	ssk_conn_attach(conn, sk);
	ssk_conn_enlist(conn);
	if (ssk_service_has_too_many(listener->service)) {
		refuse_limited(conn, SSK_STAT_refused_limit);
	} else if (ssk_memory_is_full(listener->service)) {
		refuse_limited(conn, SSK_STAT_refused_memory);
	} else if (is_too_fast(listener->service)) {
		refuse_limited(conn, SSK_STAT_refused_rate);
	} else {
		ssk_conn_accepted(conn);
		/* With Fast Open, data came before. */
		if (tcp_inq(sk))
			ssk_conn_run(conn);
	}
}

/**
 * ssk_accept_drain() - reset the children that ssk_accept() has refused
 * @work: of the listener
 *
 * Tries again later if there is no memory for this either.
 *
 * It may also get a child that is about to be accepted on another CPU, which
 * is then refused as well.
 *
 * Context: Process context. Sleeps.
 */
void ssk_accept_drain(struct work_struct *work)
{
	struct ssk_listener *listener =
		container_of(work, struct ssk_listener, drain.work);
	struct socket *child;
	int err;

	while (!(err = kernel_accept(listener->sock, &child, O_NONBLOCK))) {
		lock_sock(child->sk);
		ssk_callbacks_remove(child->sk);
		release_sock(child->sk);
		sock_no_linger(child->sk);
		sock_release(child);
		ssk_stat_inc(listener->service->stats, SSK_STAT_refused_no_memory);
		cond_resched();
	}
	if (err != -EAGAIN && !READ_ONCE(listener->stopping))
		queue_delayed_work(system_wq, &listener->drain, HZ / 10);
}
