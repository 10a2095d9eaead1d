// SPDX-License-Identifier: GPL-2.0
/*
 * Services: a handler in a network namespace, and where it listens.
 */
#include <linux/err.h>
#include <linux/net.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "address.h"
#include "conn.h"
#include "fault.h"
#include "handler.h"
#include "listener.h"
#include "memory.h"
#include "service.h"
#include "sysctl.h"

/* Log why a change of the listening addresses is refused. */
static void log_refusal(const struct ssk_service *service, const char *what,
			int err)
{
	net_warn_ratelimited("syncsock: %s: listen: %s: error %pe; nothing was changed\n",
			     service->handler->ops->name, what, ERR_PTR(err));
}

/* Log that an address that was ours a moment ago cannot be had again. */
static void log_loss(const struct ssk_service *service,
		     const struct ssk_address *address, int err)
{
	char text[SSK_ADDRESS_TEXT_SIZE];

	ssk_address_print(service->net, address, text);
	net_warn_ratelimited("syncsock: %s: listen: %s: error %pe; not listening there any more\n",
			     service->handler->ops->name, text, ERR_PTR(err));
}

static struct ssk_listener *find_listener(struct list_head *listeners,
					  const struct ssk_address *address)
{
	struct ssk_listener *listener;

	list_for_each_entry(listener, listeners, node)
		if (ssk_address_equal(&listener->address, address))
			return listener;
	return NULL;
}

/*
 * Whether every address of @list that the service does not listen at can be
 * bound to its device. A listener of a device that is gone may stay.
 */
static bool devices_exist(struct ssk_service *service,
			  const struct ssk_address *list, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (!ssk_address_device_exists(service->net, &list[i]) &&
		    !find_listener(&service->listeners, &list[i]))
			return false;
	}
	return true;
}

/*
 * Listen at every address of @list that neither the service nor one of
 * @started listens at. On an error, @refused is the address that has it.
 */
static int start_listeners(struct ssk_service *service,
			   const struct ssk_address *list, int count,
			   struct list_head *started,
			   const struct ssk_address **refused)
{
	struct ssk_listener *listener;
	int i;

	for (i = 0; i < count; i++) {
		if (find_listener(&service->listeners, &list[i]) ||
		    find_listener(started, &list[i]))
			continue;
		listener = ssk_listener_start(service, &list[i]);
		if (IS_ERR(listener)) {
			*refused = &list[i];
			return PTR_ERR(listener);
		}
		list_add_tail(&listener->node, started);
	}
	return 0;
}

/*
 * Stop the listeners that may be in the way of a new address: the kernel does
 * not bind a wildcard address and one that it covers at a time.
 *
 * Return: whether there were any.
 */
static bool stop_displaced(struct ssk_service *service,
			   const struct ssk_address *list, int count)
{
	struct ssk_listener *listener, *next;
	LIST_HEAD(displaced);
	bool any;
	int i;

	list_for_each_entry_safe(listener, next, &service->listeners, node) {
		bool in_the_way = false;

		for (i = 0; i < count; i++) {
			if (ssk_address_equal(&listener->address, &list[i]))
				break;
			if (ssk_address_overlap(&listener->address, &list[i]))
				in_the_way = true;
		}
		if (in_the_way && i == count)
			list_move_tail(&listener->node, &displaced);
	}
	any = !list_empty(&displaced);
	ssk_listeners_stop(&displaced);
	return any;
}

/* Put the listeners of @list in order; return the others. */
static void reorder(struct ssk_service *service,
		    const struct ssk_address *list, int count,
		    struct list_head *others)
{
	struct ssk_listener *listener;
	LIST_HEAD(ordered);
	int i;

	for (i = 0; i < count; i++) {
		listener = find_listener(&service->listeners, &list[i]);
		if (listener)
			list_move_tail(&listener->node, &ordered);
	}
	list_splice_init(&service->listeners, others);
	list_splice(&ordered, &service->listeners);
}

static int copy_addresses(struct ssk_service *service,
			  struct ssk_address *list)
{
	struct ssk_listener *listener;
	int count = 0;

	list_for_each_entry(listener, &service->listeners, node)
		list[count++] = listener->address;
	return count;
}

/*
 * Change to the addresses of @list. What stays is not touched. What is new
 * is started before anything is stopped, so that a failure changes nothing,
 * but for listeners in the way of new ones: if the kernel does not take both,
 * they are stopped first, and started again after a failure.
 */
static int change_addresses(struct ssk_service *service,
			    const struct ssk_address *list, int count)
{
	const struct ssk_address *refused;
	char text[SSK_ADDRESS_TEXT_SIZE];
	struct ssk_address *old;
	LIST_HEAD(started);
	LIST_HEAD(others);
	int err, lost, old_count, i;

	lockdep_assert_held(&service->lock);

	if (!devices_exist(service, list, count)) {
		log_refusal(service, "no such interface", -EINVAL);
		return -EINVAL;
	}

	old = ssk_fault() ? NULL :
		kcalloc(SSK_ADDRESS_LIST_MAX, sizeof(*old), GFP_KERNEL);
	if (!old)
		return -ENOMEM;
	old_count = copy_addresses(service, old);

	err = start_listeners(service, list, count, &started, &refused);
	if (err == -EADDRINUSE && stop_displaced(service, list, count))
		err = start_listeners(service, list, count, &started,
				      &refused);
	if (err) {
		ssk_address_print(service->net, refused, text);
		log_refusal(service, text, err);
		ssk_listeners_stop(&started);
		for (i = 0; i < old_count; i++) {
			lost = start_listeners(service, &old[i], 1, &started,
					       &refused);
			if (lost)
				log_loss(service, refused, lost);
		}
		list = old;
		count = old_count;
	}
	list_splice_tail(&started, &service->listeners);
	reorder(service, list, count, &others);
	ssk_listeners_stop(&others);
	kfree(old);
	return err;
}

/**
 * ssk_service_listen() - set the addresses that a service listens at
 * @service: the service
 * @text: the addresses, as for ssk_address_list_parse()
 *
 * On an error, which is logged, the service listens where it did before.
 * Connections are not touched.
 *
 * Context: Process context. Takes &ssk_service.lock, may sleep.
 * Return: 0; -EINVAL for a bad @text; -ENOMEM; or an error of bind(2).
 */
int ssk_service_listen(struct ssk_service *service, const char *text)
{
	struct ssk_address *list;
	const char *error;
	int count, err;

	list = ssk_fault() ? NULL :
		kcalloc(SSK_ADDRESS_LIST_MAX, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;

	count = ssk_address_list_parse(service->net, text, list, &error);
	if (count < 0) {
		log_refusal(service, error, count);
		err = count;
	} else {
		mutex_lock(&service->lock);
		err = change_addresses(service, list, count);
		mutex_unlock(&service->lock);
	}
	kfree(list);
	return err;
}

/**
 * ssk_service_addresses() - the addresses that a service listens at
 * @service: the service
 * @list: room for SSK_ADDRESS_LIST_MAX addresses
 *
 * Context: Process context. Takes &ssk_service.lock.
 * Return: how many there are.
 */
int ssk_service_addresses(struct ssk_service *service,
			  struct ssk_address *list)
{
	int count;

	mutex_lock(&service->lock);
	count = copy_addresses(service, list);
	mutex_unlock(&service->lock);
	return count;
}

/**
 * ssk_service_serve_on() - set which CPUs are to serve
 * @service: the service
 * @cpus: the CPUs
 *
 * They are the homes of new connections.
 *
 * Context: Process context. Takes &ssk_service.lock.
 * Return: 0, or -EINVAL if there is none of @cpus.
 */
int ssk_service_serve_on(struct ssk_service *service,
			 const struct cpumask *cpus)
{
	int cpu;

	if (!cpumask_intersects(cpus, cpu_possible_mask))
		return -EINVAL;
	/* Those who look meanwhile find at least one. */
	mutex_lock(&service->lock);
	for_each_cpu_and(cpu, cpus, cpu_possible_mask)
		cpumask_set_cpu(cpu, service->cpus);
	for_each_possible_cpu(cpu)
		if (!cpumask_test_cpu(cpu, cpus))
			cpumask_clear_cpu(cpu, service->cpus);
	mutex_unlock(&service->lock);
	return 0;
}

static void is_unused(struct percpu_ref *users)
{
	struct ssk_service *service =
		container_of(users, struct ssk_service, users);

	complete(&service->unused);
}

/**
 * ssk_service_init() - give a handler to a network namespace
 * @service: zeroed memory of the namespace
 * @handler: the handler
 * @net: the namespace
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int ssk_service_init(struct ssk_service *service, struct ssk_handler *handler,
		     struct net *net)
{
	int cpu, err;

	service->handler = handler;
	service->net = net;
	mutex_init(&service->lock);
	INIT_LIST_HEAD(&service->listeners);

	ssk_memory_init(service);
	service->limits = ssk_limits_default;
	if (ssk_fault() || !alloc_cpumask_var(&service->cpus, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(service->cpus, cpu_possible_mask);
	err = ssk_fault() ? -ENOMEM :
		percpu_counter_init(&service->open, 0, GFP_KERNEL);
	if (err)
		goto free_cpus;
	init_completion(&service->unused);
	err = ssk_fault() ? -ENOMEM :
		percpu_ref_init(&service->users, is_unused, 0, GFP_KERNEL);
	if (err)
		goto destroy_open;
	service->stats = ssk_fault() ? NULL : alloc_percpu(struct ssk_stats);
	if (!service->stats) {
		err = -ENOMEM;
		goto exit_users;
	}
	service->conns = ssk_fault() ? NULL :
		alloc_percpu(struct ssk_conns);
	if (!service->conns) {
		err = -ENOMEM;
		goto free_stats;
	}
	for_each_possible_cpu(cpu)
		ssk_conns_init(per_cpu_ptr(service->conns, cpu));

	err = ssk_sysctl_register(service);
	if (err)
		goto free_conns;
	return 0;

free_conns:
	free_percpu(service->conns);
free_stats:
	free_percpu(service->stats);
exit_users:
	percpu_ref_exit(&service->users);
destroy_open:
	percpu_counter_destroy(&service->open);
free_cpus:
	free_cpumask_var(service->cpus);
	return err;
}

/**
 * ssk_service_has_too_many() - whether there are more connections than allowed
 * @service: the service
 *
 * The sum over all CPUs is only made near the limit; there it is exact.
 *
 * Context: Any.
 */
bool ssk_service_has_too_many(struct ssk_service *service)
{
	int limit = READ_ONCE(service->limits.connections);

	return limit && percpu_counter_compare(&service->open, limit) > 0;
}

/**
 * ssk_service_is_full() - whether one more connection would be too many
 * @service: the service
 *
 * Context: Any.
 */
bool ssk_service_is_full(struct ssk_service *service)
{
	int limit = READ_ONCE(service->limits.connections);

	return limit && percpu_counter_compare(&service->open, limit) >= 0;
}

static void stop_listening(struct ssk_service *service)
{
	mutex_lock(&service->lock);
	ssk_listeners_stop(&service->listeners);
	mutex_unlock(&service->lock);
}

/**
 * ssk_service_stop() - close all that a service has
 * @service: the service
 *
 * Context: Process context. Sleeps until all its connections were released.
 */
void ssk_service_stop(struct ssk_service *service)
{
	stop_listening(service);
	ssk_conn_stop_all(service);
}

/* Somebody may hold references to connections that have ended. */
static void wait_for_users(struct ssk_service *service)
{
	while (!wait_for_completion_timeout(&service->unused, 10 * HZ))
		pr_warn("syncsock: %s: waiting for references to connections that have ended\n",
			service->handler->ops->name);
}

/**
 * ssk_service_exit() - take a handler away from a network namespace
 * @service: the service, which nobody can find any more
 *
 * First nobody can ask for listeners any more, then nobody can connect, in
 * either direction, then the connections end. A grace period lets those who
 * have found the service before, and were still in time to connect, enlist
 * their connection. Nothing of the namespace is used afterwards.
 *
 * Context: Process context. Sleeps until all connections were released.
 */
void ssk_service_exit(struct ssk_service *service)
{
	int cpu;

	ssk_sysctl_unregister(service);

	stop_listening(service);
	synchronize_rcu();
	cancel_work_sync(&service->memory_work);
	ssk_conn_stop_all(service);
	percpu_ref_kill(&service->users);
	wait_for_users(service);

	for_each_possible_cpu(cpu)
		ssk_conns_exit(per_cpu_ptr(service->conns, cpu));
	percpu_ref_exit(&service->users);
	free_percpu(service->conns);
	free_percpu(service->stats);
	percpu_counter_destroy(&service->open);
	free_cpumask_var(service->cpus);
}
