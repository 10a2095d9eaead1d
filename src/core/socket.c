// SPDX-License-Identifier: GPL-2.0
/*
 * What all sockets of the core have in common: options, and the struct socket
 * behind those of connections.
 *
 * The socket of sockets
 * ---------------------
 * TCP expects a struct socket behind a sock that sends: it sets SOCK_NOSPACE
 * there when there is no room, waits on its queue, and calls sk_write_space()
 * only if it finds the flag. All connections share one, which outlives them.
 * SOCK_NOSPACE is therefore set as long as any connection is blocked, and
 * each connection's own ssk_tx.blocked says which one.
 */
#include <linux/net.h>
#include <net/sock.h>

#include "fault.h"
#include "socket.h"

static struct socket *shared_socket;

/*
 * How many connections are blocked, with SOCK_NOSPACE of the shared socket.
 * The lock is taken when a connection begins or ends to be blocked, never
 * for one that has room.
 */
static DEFINE_SPINLOCK(blocked_lock);
static unsigned int blocked_conns;

int __init ssk_socket_init(void)
{
	return ssk_fault() ? -ENOMEM :
		sock_create_lite(PF_INET, SOCK_STREAM, IPPROTO_TCP,
				 &shared_socket);
}

/* Every socket that ssk_socket_adopt() touched must have been closed. */
void ssk_socket_exit(void)
{
	WARN_ON(blocked_conns);
	sock_release(shared_socket);
}

/**
 * ssk_socket_prepare() - set what a connection's socket needs
 * @sk: a new socket, of a connection or of a listener, whose children inherit
 *	it
 *
 * Everything that TCP may allocate has to be had in softirq, without a task's
 * page to copy into. Urgent data stays in the stream, where TCP would
 * otherwise skip a byte.
 *
 * Context: @sk is locked.
 */
void ssk_socket_prepare(struct sock *sk)
{
	sk->sk_allocation = GFP_ATOMIC;
	sk->sk_use_task_frag = false;
	sock_set_flag(sk, SOCK_URGINLINE);
}

/**
 * ssk_socket_adopt() - put the shared socket behind a connection's
 * @sk: a child that was accepted, or a socket that was taken from its own
 *	struct socket
 *
 * As sock_graft() does for one of its own.
 *
 * Context: @sk is locked, as is its sk_callback_lock.
 */
void ssk_socket_adopt(struct sock *sk)
{
	lockdep_assert_held_write(&sk->sk_callback_lock);
	rcu_assign_pointer(sk->sk_wq, &shared_socket->wq);
	sk_set_socket(sk, shared_socket);
}

/**
 * ssk_socket_disown() - take the shared socket away from a connection's
 * @sk: a socket that no longer has our callbacks
 *
 * TCP's own sk_write_space() would clear SOCK_NOSPACE for everybody.
 *
 * Context: @sk is locked, as is its sk_callback_lock.
 */
void ssk_socket_disown(struct sock *sk)
{
	lockdep_assert_held_write(&sk->sk_callback_lock);
	RCU_INIT_POINTER(sk->sk_wq, NULL);
	sk_set_socket(sk, NULL);
}

/**
 * ssk_socket_block() - count a connection that waits for room
 *
 * TCP may have set the flag itself, in vain: the lock sees to it that the
 * last word is ours. While a connection is counted, nobody clears the flag.
 *
 * Context: an upcall.
 */
void ssk_socket_block(void)
{
	spin_lock_bh(&blocked_lock);
	blocked_conns++;
	set_bit(SOCK_NOSPACE, &shared_socket->flags);
	spin_unlock_bh(&blocked_lock);
}

/**
 * ssk_socket_unblock() - a connection does not wait for room any more
 *
 * Context: an upcall.
 */
void ssk_socket_unblock(void)
{
	spin_lock_bh(&blocked_lock);
	if (!--blocked_conns)
		clear_bit(SOCK_NOSPACE, &shared_socket->flags);
	spin_unlock_bh(&blocked_lock);
}
