// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a server in softirq can do: take a connection off the accept
 * queue, copy the bytes out of TCP's queue, give TCP the answer, and give the
 * socket back. No limits, no statistics, no order between many connections.
 */
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/inet_connection_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "peer.h"

/* The most that is copied at once. */
#define BUFFER_SIZE	65536

/*
 * What TCP does not take of an echo stays in its receive queue, of HTTP
 * responses it is counted. The module stays as long as there is one.
 */
struct connection {
	struct sock		*sk;
	struct llist_node	ended;
	size_t			unsent;
	u8			matched;
	bool			answered;
	bool			running;
	bool			ending;
};

static struct socket *listener;
static LLIST_HEAD(ended);
static struct delayed_work releaser;

/* Used with the bottom halves of their CPU disabled. */
static DEFINE_PER_CPU(char *, buffer);
static DEFINE_PER_CPU(struct page_frag, page);

/*
 * TCP copies to the CPU's page, which it takes for the socket's: a page for
 * each socket would cost more. Return how many bytes it has taken, or an
 * error.
 */
static int send(struct connection *connection, void *bytes, size_t len,
		int flags)
{
	struct kvec vec = { .iov_base = bytes, .iov_len = len };
	struct msghdr msg = {
		.msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | flags,
	};
	struct page_frag *lent = this_cpu_ptr(&page);
	struct sock *sk = connection->sk;
	int sent;

	iov_iter_kvec(&msg.msg_iter, WRITE, &vec, 1, len);
	sk->sk_frag = *lent;
	sent = tcp_sendmsg_locked(sk, &msg, len);
	*lent = sk->sk_frag;
	sk->sk_frag.page = NULL;
	return sent == -EAGAIN ? 0 : sent;
}

/* Our direction ends, as inet_shutdown() has it. */
static void finish(struct sock *sk)
{
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	sk->sk_prot->shutdown(sk, SEND_SHUTDOWN);
}

/* With the last of a connection goes FIN. */
static int send_responses(struct connection *connection)
{
	while (connection->unsent) {
		size_t len = connection->unsent % peer_response_len ?:
			     peer_response_len;
		int sent;

		sent = send(connection,
			    peer_response + peer_response_len - len, len,
			    peer_once ? MSG_MORE : 0);
		if (sent <= 0)
			return sent;
		connection->unsent -= sent;
		connection->answered = true;
	}
	if (peer_once && connection->answered)
		finish(connection->sk);
	return 0;
}

/* As tcp_read_sock() wants it: how many bytes are done with, or an error. */
static int take(read_descriptor_t *desc, struct sk_buff *skb,
		unsigned int offset, size_t len)
{
	struct connection *connection = desc->arg.data;
	char *bytes = this_cpu_read(buffer);

	len = min_t(size_t, len, BUFFER_SIZE);
	if (peer_protocol == PEER_DISCARD)
		return len;
	if (skb_copy_bits(skb, offset, bytes, len))
		return -EFAULT;
	if (peer_protocol == PEER_ECHO)
		return send(connection, bytes, len, 0);
	connection->unsent += peer_response_len *
			      peer_requests(bytes, len, &connection->matched);
	return len;
}

/* Have a connection released, in a batch; its socket is locked. */
static void end(struct connection *connection)
{
	if (!connection->ending && llist_add(&connection->ended, &ended))
		schedule_delayed_work_on(smp_processor_id(), &releaser, 1);
	connection->ending = true;
}

/*
 * Called by TCP with the socket locked, in softirq or with its backlog: there
 * are bytes, or there is room. From inside of sending as well.
 */
static void run(struct sock *sk)
{
	struct connection *connection = sk->sk_user_data;
	read_descriptor_t desc = { .count = 1, .arg.data = connection };

	if (connection->running)
		return;
	connection->running = true;
	local_bh_disable();
	if (tcp_read_sock(sk, &desc, take) < 0 ||
	    send_responses(connection) < 0)
		end(connection);
	local_bh_enable();
	connection->running = false;
}

static void state_change(struct sock *sk)
{
	if (sk->sk_state == TCP_CLOSE_WAIT) {
		run(sk);
		finish(sk);
	} else if (sk->sk_state == TCP_CLOSE) {
		local_bh_disable();
		end(sk->sk_user_data);
		local_bh_enable();
	}
}

static void release(struct connection *connection)
{
	struct sock *sk = connection->sk;

	if (sk->sk_state != TCP_CLOSE) {
		lock_sock(sk);
		sk->sk_prot->disconnect(sk, 0);
		release_sock(sk);
	}
	sk->sk_prot->close(sk, 0);
	kfree(connection);
	module_put(THIS_MODULE);
}

static void release_all(struct work_struct *work)
{
	struct connection *connection, *next;

	llist_for_each_entry_safe(connection, next, llist_del_all(&ended),
				  ended) {
		release(connection);
		cond_resched();
	}
}

static void ignore(struct sock *sk)
{
}

/* A child, which is locked, takes itself off the accept queue. */
static void dequeue(const struct sock *child)
{
	struct request_sock_queue *queue =
		&inet_csk(listener->sk)->icsk_accept_queue;
	struct request_sock *req, *prev = NULL;

	spin_lock_bh(&queue->rskq_lock);
	for (req = queue->rskq_accept_head; req->sk != child;
	     req = req->dl_next)
		prev = req;
	sk_acceptq_removed(listener->sk);
	if (prev)
		prev->dl_next = req->dl_next;
	else
		WRITE_ONCE(queue->rskq_accept_head, req->dl_next);
	if (queue->rskq_accept_tail == req)
		queue->rskq_accept_tail = prev;
	spin_unlock_bh(&queue->rskq_lock);
	reqsk_put(req);
}

/*
 * The sk_state_change() of children: the handshake is complete, or the end
 * has come before it is. Without memory, a child waits for the latter.
 *
 * TCP wants a struct socket behind who sends, for flags and as a place to wait
 * at, which nobody does. That of the listening socket will do.
 */
static void child_state_change(struct sock *sk)
{
	struct connection *connection;

	if (sk->sk_state != TCP_ESTABLISHED)
		return;
	connection = kzalloc(sizeof(*connection), GFP_ATOMIC);
	if (!connection)
		return;
	__module_get(THIS_MODULE);
	dequeue(sk);
	connection->sk = sk;
	rcu_assign_pointer(sk->sk_wq, &listener->wq);
	sk_set_socket(sk, listener);
	sk->sk_user_data = connection;
	sk->sk_data_ready = run;
	sk->sk_state_change = state_change;
	sk->sk_write_space = run;
	/* The acknowledgment of a request goes with the answer. */
	inet_csk_enter_pingpong_mode(sk);
}

/* What children inherit. */
static void prepare(struct sock *sk)
{
	lock_sock(sk);
	sk->sk_allocation = GFP_ATOMIC;
	sk->sk_use_task_frag = false;
	sk->sk_data_ready = ignore;
	sk->sk_state_change = child_state_change;
	release_sock(sk);
}

static void free_buffers(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kfree(per_cpu(buffer, cpu));
		if (per_cpu(page, cpu).page)
			put_page(per_cpu(page, cpu).page);
	}
}

static int make_buffers(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(buffer, cpu) = kmalloc(BUFFER_SIZE, GFP_KERNEL);
		if (!per_cpu(buffer, cpu)) {
			free_buffers();
			return -ENOMEM;
		}
	}
	return 0;
}

static int floor_start(struct socket *socket)
{
	int err;

	err = make_buffers();
	if (err)
		return err;
	listener = socket;
	INIT_DELAYED_WORK(&releaser, release_all);
	peer_no_delay(listener);
	prepare(listener->sk);
	return 0;
}

static void floor_stop(void)
{
	flush_delayed_work(&releaser);
	free_buffers();
}

const struct peer_server peer_floor = {
	.name	= "floor",
	.start	= floor_start,
	.stop	= floor_stop,
};
