// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners: opening and closing the sockets at an address.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <net/sock.h>
#include <net/sock_reuseport.h>

#include "acceptor.h"
#include "fault.h"
#include "listener.h"
#include "service.h"

static DEFINE_IDA(groups);

/*
 * A socket for each CPU is of no use where there is one CPU. If no group is to
 * be had, one socket is better than none.
 */
static int choose_group(const struct ssk_service *service)
{
	if (!READ_ONCE(service->limits.listener_per_cpu) ||
	    num_possible_cpus() == 1)
		return -1;
	return ida_alloc_max(&groups, SSK_GROUPS_MAX - 1, GFP_KERNEL);
}

static struct ssk_listener *alloc_listener(struct ssk_service *service,
					   const struct ssk_address *address)
{
	struct ssk_listener *listener;

	listener = ssk_fault() ? NULL : kzalloc(sizeof(*listener), GFP_KERNEL);
	if (!listener)
		return NULL;
	listener->service = service;
	listener->address = *address;
	listener->group = choose_group(service);
	INIT_LIST_HEAD(&listener->acceptors);
	INIT_DELAYED_WORK(&listener->drain, ssk_accept_drain);
	INIT_DELAYED_WORK(&listener->stale, ssk_stale_work);
	return listener;
}

/*
 * With net.ipv4.tcp_migrate_req, children of a socket of a group that is closed
 * would go to another one: there is none any more.
 */
static void leave_group(struct sock *sk)
{
	lock_sock(sk);
	reuseport_detach_sock(sk);
	release_sock(sk);
}

static void close_sockets(struct ssk_listener *listener)
{
	struct ssk_acceptor *acceptor;

	list_for_each_entry(acceptor, &listener->acceptors, node) {
		if (ssk_listener_is_group(listener))
			leave_group(acceptor->sock->sk);
		sock_release(acceptor->sock);
	}
}

static void free_listener(struct ssk_listener *listener)
{
	struct ssk_acceptor *acceptor, *next;

	list_for_each_entry_safe(acceptor, next, &listener->acceptors, node)
		kfree(acceptor);
	if (ssk_listener_is_group(listener))
		ida_free(&groups, listener->group);
	kfree(listener);
}

/**
 * ssk_listeners_stop() - close listeners
 * @listeners: a list of them; they are freed and the list is empty
 *
 * Children that were accepted stay. sock_release() resets those that are
 * still on an accept queue, or that complete their handshake too late.
 *
 * The first grace period ends every ssk_accept() that did not see @stopping
 * and might queue work. The second ends those of children that sock_release()
 * has taken from under them. All listeners share the two.
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
		cancel_delayed_work_sync(&listener->stale);
		close_sockets(listener);
	}
	synchronize_net();

	list_for_each_entry_safe(listener, next, listeners, node) {
		list_del(&listener->node);
		free_listener(listener);
	}
}

/**
 * ssk_listener_start() - listen at an address
 * @service: the service that is to get the connections
 * @address: the address
 *
 * Context: Process context. May sleep.
 * Return: the listener, or an ERR_PTR() of ssk_acceptor_open() or
 * ssk_listener_spread().
 */
struct ssk_listener *ssk_listener_start(struct ssk_service *service,
					const struct ssk_address *address)
{
	struct ssk_listener *listener;
	struct ssk_acceptor *first;
	LIST_HEAD(failed);
	int err;

	listener = alloc_listener(service, address);
	if (!listener)
		return ERR_PTR(-ENOMEM);
	first = ssk_acceptor_open(listener, SSK_ACCEPTOR_ANY);
	if (IS_ERR(first)) {
		free_listener(listener);
		return ERR_CAST(first);
	}
	ssk_stale_watch(listener);
	err = ssk_listener_spread(listener);
	if (err) {
		/* There may be clients already. */
		list_add(&listener->node, &failed);
		ssk_listeners_stop(&failed);
		return ERR_PTR(err);
	}
	return listener;
}
