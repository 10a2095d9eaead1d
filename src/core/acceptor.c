// SPDX-License-Identifier: GPL-2.0
/*
 * Making a listening socket.
 *
 * Those of one listener are a group of SO_REUSEPORT. The kernel lets a socket
 * into a group if it belongs to the same user. Ours belong to a user of that
 * listener's own, whom nobody can be: so the address stays ours alone, and
 * who else wants it gets EADDRINUSE, whatever options he sets.
 */
#include <linux/err.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "acceptor.h"
#include "fault.h"
#include "listener.h"
#include "service.h"
#include "socket.h"

/*
 * Set what the children are to inherit. They send when an upcall ends, so
 * Nagle's algorithm has nothing to add.
 */
static void prepare(struct ssk_acceptor *acceptor)
{
	struct sock *sk = acceptor->sock->sk;

	sock_set_reuseaddr(sk);
	tcp_sock_set_nodelay(sk);
	if (sk->sk_family == AF_INET6)
		ip6_sock_set_v6only(sk);
	if (ssk_listener_is_group(acceptor->listener)) {
		SOCK_INODE(acceptor->sock)->i_uid =
			KUIDT_INIT(SSK_FIRST_OWNER + acceptor->listener->group);
		sock_set_reuseport(sk);
	}

	lock_sock(sk);
	ssk_socket_prepare(sk);
	ssk_callbacks_install_acceptor(acceptor);
	release_sock(sk);
}

/*
 * A client that comes by TCP Fast Open is served like any other, after the
 * handshake: net.ipv4.tcp_fastopen can turn it on for all listeners.
 */
static void turn_off_fastopen(struct sock *sk)
{
	lock_sock(sk);
	inet_csk(sk)->icsk_accept_queue.fastopenq.max_qlen = 0;
	release_sock(sk);
}

/* First the device: bind() looks for addresses in its VRF. */
static int bind_and_listen(struct socket *sock, struct net *net,
			   const struct ssk_address *address)
{
	struct ssk_address bound = *address;
	int err;

	err = sock_bindtoindex(sock->sk, address->device, true);
	if (err)
		return err;
	err = ssk_fault() ? -ENOMEM :
		kernel_bind(sock, &bound.any, ssk_address_size(address));
	if (err)
		return err;
	err = ssk_fault() ? -ENOMEM :
		kernel_listen(sock, READ_ONCE(net->core.sysctl_somaxconn));
	if (err)
		return err;
	turn_off_fastopen(sock->sk);
	return 0;
}

/**
 * ssk_acceptor_open() - add a listening socket to a listener
 * @listener: the listener
 * @cpu: for &ssk_acceptor.cpu
 *
 * It is in the kernel's group behind those that were added before.
 *
 * Context: Process context. May sleep. @listener is not yet among those of its
 * service.
 * Return: the acceptor, or an ERR_PTR() of sock_create_kern(),
 * sock_bindtoindex(), kernel_bind() or kernel_listen().
 */
struct ssk_acceptor *ssk_acceptor_open(struct ssk_listener *listener, int cpu)
{
	const struct ssk_address *address = &listener->address;
	struct net *net = listener->service->net;
	struct ssk_acceptor *acceptor;
	int err;

	acceptor = ssk_fault() ? NULL : kzalloc(sizeof(*acceptor), GFP_KERNEL);
	if (!acceptor)
		return ERR_PTR(-ENOMEM);
	acceptor->listener = listener;
	acceptor->cpu = cpu;

	err = ssk_fault() ? -ENOMEM :
		sock_create_kern(net, address->any.sa_family, SOCK_STREAM,
				 IPPROTO_TCP, &acceptor->sock);
	if (err)
		goto free;
	prepare(acceptor);
	err = bind_and_listen(acceptor->sock, net, address);
	if (err)
		goto release;
	list_add_tail_rcu(&acceptor->node, &listener->acceptors);
	return acceptor;

release:
	sock_release(acceptor->sock);
free:
	kfree(acceptor);
	return ERR_PTR(err);
}
