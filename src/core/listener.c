// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners: making and closing listening sockets.
 */
#include <linux/err.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "listener.h"
#include "service.h"
#include "socket.h"

/*
 * Set what the children are to inherit. They send when an upcall ends, so
 * Nagle's algorithm has nothing to add.
 */
static void prepare(struct ssk_listener *listener)
{
	struct sock *sk = listener->sock->sk;

	sock_set_reuseaddr(sk);
	tcp_sock_set_nodelay(sk);
	if (sk->sk_family == AF_INET6)
		ip6_sock_set_v6only(sk);

	lock_sock(sk);
	ssk_socket_prepare(sk);
	ssk_callbacks_install_listener(listener);
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

/**
 * ssk_listener_start() - listen at an address
 * @service: the service that is to get the connections
 * @address: the address
 *
 * Context: Process context. May sleep.
 * Return: the listener, or an ERR_PTR() of sock_create_kern(),
 * sock_bindtoindex(), kernel_bind() or kernel_listen().
 */
struct ssk_listener *ssk_listener_start(struct ssk_service *service,
					const struct ssk_address *address)
{
	struct ssk_listener *listener;
	struct ssk_address bound = *address;
	int err;

	listener = kzalloc(sizeof(*listener), GFP_KERNEL);
	if (!listener)
		return ERR_PTR(-ENOMEM);
	listener->service = service;
	listener->address = *address;
	INIT_DELAYED_WORK(&listener->drain, ssk_accept_drain);

	err = sock_create_kern(service->net, bound.any.sa_family, SOCK_STREAM,
			       IPPROTO_TCP, &listener->sock);
	if (err)
		goto free_listener;
	prepare(listener);

	/* First the device: bind() looks for addresses in its VRF. */
	err = sock_bindtoindex(listener->sock->sk, address->device, true);
	if (err)
		goto release_socket;
	err = kernel_bind(listener->sock, &bound.any,
			  ssk_address_size(address));
	if (err)
		goto release_socket;
	err = kernel_listen(listener->sock,
			    READ_ONCE(service->net->core.sysctl_somaxconn));
	if (err)
		goto release_socket;
	turn_off_fastopen(listener->sock->sk);
	return listener;

release_socket:
	sock_release(listener->sock);
free_listener:
	kfree(listener);
	return ERR_PTR(err);
}

/**
 * ssk_listeners_stop() - close listeners
 * @listeners: a list of them; they are freed and the list is empty
 *
 * Children that were accepted stay. sock_release() resets those that are
 * still on the accept queue, or that complete their handshake too late.
 *
 * The first grace period ends every ssk_accept() that did not see @stopping
 * and might queue drain work. The second ends those of children that
 * sock_release() has taken from under them. All listeners share the two.
 *
 * Context: Process context. Sleeps.
 */
void ssk_listeners_stop(struct list_head *listeners)
{
	struct ssk_listener *listener, *next;

	if (list_empty(listeners))
		return;

	list_for_each_entry(listener, listeners, node)
		WRITE_ONCE(listener->stopping, true);
	synchronize_net();

	list_for_each_entry(listener, listeners, node) {
		cancel_delayed_work_sync(&listener->drain);
		sock_release(listener->sock);
	}
	synchronize_net();

	list_for_each_entry_safe(listener, next, listeners, node) {
		list_del(&listener->node);
		kfree(listener);
	}
}
