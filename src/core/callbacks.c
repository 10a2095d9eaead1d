// SPDX-License-Identifier: GPL-2.0
/*
 * What TCP calls for the socket of a connection.
 *
 * TCP calls all of these with the socket locked: in softirq with its spinlock
 * held, in timers likewise, or in process context when release_sock() replays
 * the backlog. In that case the socket is owned by the process, the spinlock
 * is free and bottom halves are enabled, hence the local_bh_disable(). TCP
 * goes on with the socket afterwards, so they must not destroy it.
 *
 * sk_user_data is the connection as long as these callbacks are installed:
 * both change together, under the socket's lock.
 */
#include <net/sock.h>
#include <net/tcp.h>

#include "acceptor.h"
#include "conn.h"
#include "fault.h"
#include "home.h"
#include "listener.h"
#include "socket.h"

/* What has arrived waits for its upcall. */
static void note_arrival(struct syncsock_conn *conn, u64 now)
{
	if (!conn->rx.since)
		conn->rx.since = now;
}

/*
 * An upcall, here, or, for a connection that was moved, in a worker, or on its
 * home CPU if it insists; none from inside of one.
 */
static void run(struct sock *sk, u64 now)
{
	struct syncsock_conn *conn = sk->sk_user_data;

	sock_owned_by_me(sk);
	if (conn->runner)
		return;
	if (conn->context != SSK_CONTEXT_SOFTIRQ) {
		note_arrival(conn, now);
		ssk_schedule(conn);
		return;
	}
	if (in_softirq()) {
		if (ssk_home_is_here(conn) || !ssk_home_wants(conn))
			ssk_conn_run(conn, now);
		else
			note_arrival(conn, now);
		return;
	}
	local_bh_disable();
	ssk_conn_run(conn, now);
	local_bh_enable();
}

/* An upcall by TCP, which looked at the clock when it began with a segment. */
static void run_for_segment(struct sock *sk)
{
	run(sk, tcp_sk(sk)->tcp_clock_cache);
}

/* tcp_data_ready(): bytes or FIN were added to the receive queue. */
static void data_ready(struct sock *sk)
{
	run_for_segment(sk);
}

/*
 * tcp_rcv_synsent_state_process(): an outgoing connection is established.
 * tcp_fin(): the peer has closed; bytes of the same segment are in the queue.
 * tcp_rcv_state_process(): our FIN was acknowledged.
 * tcp_done(): the connection is over, sk_err says how. tcp_abort(), and ICMP
 * while it connects, do that without a look at the clock; then nothing is done
 * that takes time, though the trace may say so.
 */
static void state_change(struct sock *sk)
{
	run_for_segment(sk);
}

/*
 * tcp_new_space(): an acknowledgment made room, while SOCK_NOSPACE is set
 * for any connection. tcp_sendmsg_locked(): nothing could be queued at all;
 * that one comes from inside an upcall.
 */
static void write_space(struct sock *sk)
{
	const struct syncsock_conn *conn = sk->sk_user_data;

	if (conn->tx.blocked)
		run(sk, tcp_clock_ns());
}

/*
 * tcp_rcv_state_process(): the handshake of a child is complete. The child is
 * locked, the listening socket is not. The callback and the acceptor were
 * inherited with that socket's other fields in sk_clone_lock(); a child that
 * gets a connection leaves both behind.
 */
static void child_state_change(struct sock *sk)
{
	struct ssk_acceptor *acceptor = sk->sk_user_data;

	sock_owned_by_me(sk);
	/* Somebody ends the listening socket itself. */
	if (sk == acceptor->sock->sk)
		return;
	if (in_softirq()) {
		ssk_accept(acceptor, sk);
		return;
	}
	local_bh_disable();
	ssk_accept(acceptor, sk);
	local_bh_enable();
}

static void ignore(struct sock *sk)
{
}

/* What TCP gives a new socket; the functions are not exported. */
static struct {
	void (*data_ready)(struct sock *sk);
	void (*state_change)(struct sock *sk);
	void (*write_space)(struct sock *sk);
	void (*error_report)(struct sock *sk);
} original __ro_after_init;

/**
 * ssk_callbacks_init() - learn which callbacks a new socket has
 *
 * Context: Process context, on loading the module.
 * Return: 0 or an error of sock_create_kern().
 */
int __init ssk_callbacks_init(void)
{
	struct socket *sock;
	int err;

	err = ssk_fault() ? -ENOMEM :
		sock_create_kern(&init_net, PF_INET, SOCK_STREAM, IPPROTO_TCP,
				 &sock);
	if (err)
		return err;
	original.data_ready = sock->sk->sk_data_ready;
	original.state_change = sock->sk->sk_state_change;
	original.write_space = sock->sk->sk_write_space;
	original.error_report = sock->sk->sk_error_report;
	sock_release(sock);
	return 0;
}

static void install(struct sock *sk, void *user_data,
		    void (*on_data)(struct sock *sk),
		    void (*on_state)(struct sock *sk),
		    void (*on_space)(struct sock *sk),
		    void (*on_error)(struct sock *sk))
{
	sock_owned_by_me(sk);
	sk->sk_user_data = user_data;
	sk->sk_data_ready = on_data;
	sk->sk_state_change = on_state;
	sk->sk_write_space = on_space;
	sk->sk_error_report = on_error;
}

static void install_original(struct sock *sk)
{
	install(sk, NULL, original.data_ready, original.state_change,
		original.write_space, original.error_report);
}

/**
 * ssk_callbacks_install_acceptor() - let TCP call for a listening socket's
 *	children
 * @acceptor: one that has got its socket and does not listen yet
 *
 * The socket's own sk_data_ready(), for a child on its accept queue, is of
 * no use: ssk_accept() has taken the child off the queue by then.
 *
 * Context: the socket is locked; takes its sk_callback_lock.
 */
void ssk_callbacks_install_acceptor(struct ssk_acceptor *acceptor)
{
	struct sock *sk = acceptor->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	install(sk, acceptor, ignore, child_state_change, ignore, ignore);
	write_unlock_bh(&sk->sk_callback_lock);
}

/**
 * ssk_callbacks_install_conn() - let TCP call for a connection
 * @conn: a connection that has got its socket, which gets the shared socket
 *
 * sk_err needs no callback of its own: it is looked at when the state
 * changes, which TCP reports as well.
 *
 * Context: the socket is locked, bottom halves are disabled; takes the
 * socket's sk_callback_lock.
 */
void ssk_callbacks_install_conn(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;

	write_lock(&sk->sk_callback_lock);
	ssk_socket_adopt(sk);
	install(sk, conn, data_ready, state_change, write_space, ignore);
	write_unlock(&sk->sk_callback_lock);
}

/**
 * ssk_callbacks_remove_child() - let TCP have a child for itself
 * @sk: a child that never became a connection and is about to be closed
 *
 * Context: the socket is locked; takes its sk_callback_lock.
 */
void ssk_callbacks_remove_child(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	install_original(sk);
	write_unlock_bh(&sk->sk_callback_lock);
}

/**
 * ssk_callbacks_remove_closed() - let TCP have a closed socket for itself
 * @sk: a connection's socket in TCP_CLOSE
 *
 * What TCP still calls for it until it is done with the segment only wakes up
 * who waits on the shared socket, which is nobody. Then comes tcp_close(), in
 * which sock_orphan() takes the shared socket away. So the release need lock
 * neither the socket nor its callbacks.
 *
 * Context: the socket is locked.
 */
void ssk_callbacks_remove_closed(struct sock *sk)
{
	install_original(sk);
}

/**
 * ssk_callbacks_remove_conn() - let TCP have a connection's socket for itself
 * @sk: a connection's socket that is about to be closed
 *
 * TCP may keep the socket long after that, and this module may go away.
 *
 * Context: the socket is locked; takes its sk_callback_lock.
 */
void ssk_callbacks_remove_conn(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	install_original(sk);
	ssk_socket_disown(sk);
	write_unlock_bh(&sk->sk_callback_lock);
}
