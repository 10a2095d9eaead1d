// SPDX-License-Identifier: GPL-2.0
/*
 * Accepting in softirq.
 *
 * A listener is not locked while it accepts, and inet_csk_accept() would
 * lock it, which softirq cannot. But in its sk_state_change(), when the
 * handshake completes, a child is locked and on the accept queue: it takes
 * itself off the queue there. Only a child itself, the drain below, stale.c
 * and the end of listening ever take a child, each under the queue's lock, so
 * exactly one of them gets the reference that the queue held.
 */
#include <linux/net.h>
#include <net/inet_connection_sock.h>
#include <net/request_sock.h>
#include <net/tcp.h>

#include "acceptor.h"
#include "conn.h"
#include "fault.h"
#include "handler.h"
#include "listener.h"
#include "memory.h"
#include "rate.h"
#include "trace.h"

/**
 * ssk_accept_unlink() - take a request off the accept queue
 * @listening: the listening socket
 * @prev: the request in front of it, or NULL
 * @req: the request; the queue's reference to its socket goes to the caller
 *
 * Context: the queue is locked.
 */
void ssk_accept_unlink(struct sock *listening, struct request_sock *prev,
		       struct request_sock *req)
{
	struct request_sock_queue *queue = &inet_csk(listening)->icsk_accept_queue;

	lockdep_assert_held(&queue->rskq_lock);
	sk_acceptq_removed(listening);
	if (prev)
		prev->dl_next = req->dl_next;
	else
		WRITE_ONCE(queue->rskq_accept_head, req->dl_next);
	if (queue->rskq_accept_tail == req)
		queue->rskq_accept_tail = prev;
}

/**
 * ssk_accept_take() - take a child off the accept queue
 * @listening: the listening socket
 * @child: the child; the queue's reference to it goes to the caller
 *
 * The queue is as long as there are CPUs accepting at the moment, and nearly
 * always @child is its head; but for children that stay incomplete, which
 * stale.c ends after a few seconds.
 *
 * Context: Bottom halves are disabled. Takes the queue's lock.
 * Return: false if someone else has taken it, who will then close it.
 */
bool ssk_accept_take(struct sock *listening, const struct sock *child)
{
	struct request_sock_queue *queue;
	struct request_sock *req, *prev = NULL;

	queue = &inet_csk(listening)->icsk_accept_queue;
	spin_lock(&queue->rskq_lock);
	req = queue->rskq_accept_head;
	while (req && req->sk != child) {
		prev = req;
		req = req->dl_next;
	}
	if (req)
		ssk_accept_unlink(listening, prev, req);
	spin_unlock(&queue->rskq_lock);

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
static void refuse_limited(struct syncsock_conn *conn,
			   const struct sock *listening, enum ssk_stat why)
{
	net_warn_ratelimited("syncsock: %s: refused a connection: the limit is reached\n",
			     conn->service->handler->ops->name);
	ssk_stat_inc(conn->service->stats, why);
	tcp_listendrop(listening);
	trace_refuse(conn, conn->sk, why - SSK_STAT_refused_no_memory);
	ssk_conn_refuse(conn);
}

/**
 * ssk_accept() - make a connection of a child whose handshake is complete
 * @acceptor: the listening socket it came from
 * @sk: the child
 *
 * TCP calls this before it looks at data that came with the handshake's last
 * segment, for which the child's new callbacks are called next. The send
 * window is known since the child exists, so the handler may send already. It
 * also calls for a child that waits for its handshake when that is over: the
 * peer has reset it, or somebody on this machine.
 *
 * Context: Softirq, or process context with bottom halves disabled if somebody
 * ends a child; under RCU. @sk is locked, the listening socket is not.
 */
void ssk_accept(struct ssk_acceptor *acceptor, struct sock *sk)
{
	struct ssk_listener *listener = acceptor->listener;
	struct ssk_service *service = listener->service;
	struct sock *listening = acceptor->sock->sk;
	struct syncsock_conn *conn;

	if (sk->sk_state != TCP_ESTABLISHED) {
		ssk_stale_clear(listener);
		return;
	}

	conn = ssk_conn_alloc(service);
	if (!conn) {
		net_warn_ratelimited("syncsock: %s: refused a connection: out of memory\n",
				     service->handler->ops->name);
		refuse(listener);
		return;
	}
	if (!ssk_accept_take(listening, sk)) {
		syncsock_conn_put(conn);
		return;
	}
	ssk_conn_attach(conn, sk);
	ssk_conn_enlist(conn);
	if (ssk_service_has_too_many(service)) {
		refuse_limited(conn, listening, SSK_STAT_refused_limit);
	} else if (ssk_memory_is_full(service)) {
		refuse_limited(conn, listening, SSK_STAT_refused_memory);
	} else if (is_too_fast(service)) {
		refuse_limited(conn, listening, SSK_STAT_refused_rate);
	} else {
		if (acceptor->cpu == SSK_ACCEPTOR_ANY &&
		    ssk_listener_is_group(listener))
			ssk_stat_inc(service->stats, SSK_STAT_accepted_shared);
		ssk_conn_accepted(conn);
		/* With Fast Open, data came before. */
		if (tcp_inq(sk))
			ssk_conn_run(conn, tcp_clock_ns());
	}
}

static int accept_child(struct socket *listener, struct socket **child)
{
	return ssk_fault() ? -ENOMEM :
			     kernel_accept(listener, child, O_NONBLOCK);
}

/*
 * Return 0 when there is no child any more, nor may be, because somebody has
 * ended the listening socket; or another error of kernel_accept(). It may also
 * get a child that is about to be accepted on another CPU, which is then
 * refused as well.
 */
static int drain(const struct ssk_acceptor *acceptor)
{
	struct ssk_service *service = acceptor->listener->service;
	struct socket *child;
	int err;

	while (!(err = accept_child(acceptor->sock, &child))) {
		trace_refuse(NULL, child->sk, SSK_REFUSAL_NO_MEMORY);
		lock_sock(child->sk);
		ssk_callbacks_remove_child(child->sk);
		release_sock(child->sk);
		sock_no_linger(child->sk);
		sock_release(child);
		ssk_stat_inc(service->stats, SSK_STAT_refused_no_memory);
		ssk_stat_inc(service->stats, SSK_STAT_aborted);
		local_bh_disable();
		tcp_listendrop(acceptor->sock->sk);
		local_bh_enable();
		cond_resched();
	}
	return err == -EAGAIN || err == -EINVAL ? 0 : err;
}

/**
 * ssk_accept_drain() - reset the children that ssk_accept() has refused
 * @work: of the listener
 *
 * Tries again later if there is no memory for this either. No socket is taken
 * off the list as long as this may run.
 *
 * Context: Process context. Sleeps.
 */
void ssk_accept_drain(struct work_struct *work)
{
	struct ssk_listener *listener =
		container_of(work, struct ssk_listener, drain.work);
	const struct ssk_acceptor *acceptor;
	bool again = false;

	list_for_each_entry_lockless(acceptor, &listener->acceptors, node) {
		if (drain(acceptor))
			again = true;
	}
	if (again && !READ_ONCE(listener->stopping))
		queue_delayed_work(system_wq, &listener->drain, HZ / 10);
}
