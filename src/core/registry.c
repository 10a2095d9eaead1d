// SPDX-License-Identifier: GPL-2.0
/*
 * The registry: every handler has a service in every network namespace,
 * whichever of the two comes or goes first.
 */
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <syncsock/setting.h>

#include "conn.h"
#include "fault.h"
#include "handler.h"
#include "net.h"
#include "service.h"

/*
 * Protects both lists, and with them which services there are. Taken before
 * &ssk_net.lock and &ssk_service.lock. Nothing that is waited for while it
 * is held takes it.
 */
static DEFINE_MUTEX(registry_lock);
static LIST_HEAD(handlers);
static LIST_HEAD(namespaces);

static unsigned int net_id;

/**
 * ssk_net() - what the core keeps for a network namespace
 * @net: the namespace
 *
 * Return: valid as long as a service, or a file in /proc/net/syncsock, is in
 * use.
 */
struct ssk_net *ssk_net(const struct net *net)
{
	return net_generic(net, net_id);
}

static int add_service(struct ssk_net *sn, struct ssk_handler *handler)
{
	struct ssk_service *service;
	int err;

	lockdep_assert_held(&registry_lock);

	service = ssk_fault() ? NULL : kzalloc(sizeof(*service), GFP_KERNEL);
	if (!service)
		return -ENOMEM;
	err = ssk_service_init(service, handler, sn->net);
	if (err) {
		kfree(service);
		return err;
	}
	mutex_lock(&sn->lock);
	list_add_tail_rcu(&service->node, &sn->services);
	mutex_unlock(&sn->lock);
	return 0;
}

/* Who is reading about its connections finds nothing more. */
static void remove_service(struct ssk_net *sn, struct ssk_service *service)
{
	int cpu;

	lockdep_assert_held(&registry_lock);

	mutex_lock(&sn->lock);
	list_del_rcu(&service->node);
	for_each_possible_cpu(cpu)
		ssk_conns_end_all(per_cpu_ptr(service->conns, cpu));
	mutex_unlock(&sn->lock);
	ssk_service_exit(service);
	kfree(service);
}

static void remove_namespace(struct ssk_net *sn)
{
	struct ssk_service *service, *next;

	lockdep_assert_held(&registry_lock);

	list_del(&sn->node);
	list_for_each_entry_safe(service, next, &sn->services, node)
		remove_service(sn, service);
}

static struct ssk_service *find_service(struct ssk_net *sn,
					const struct ssk_handler *handler)
{
	struct ssk_service *service;

	lockdep_assert_held(&registry_lock);

	list_for_each_entry(service, &sn->services, node)
		if (service->handler == handler)
			return service;
	return NULL;
}

/**
 * ssk_service_find() - the service of a handler in a network namespace
 * @net: the namespace
 * @ops: what the handler's module registered
 *
 * Context: Any, under RCU: the service is good for a new connection as long
 * as the reader's section lasts.
 * Return: the service, or NULL.
 */
struct ssk_service *ssk_service_find(const struct net *net,
				     const struct syncsock_handler *ops)
{
	struct ssk_service *service;

	list_for_each_entry_rcu(service, &ssk_net(net)->services, node)
		if (service->handler->ops == ops)
			return service;
	return NULL;
}

static int __net_init net_init(struct net *net)
{
	struct ssk_net *sn = ssk_net(net);
	struct ssk_handler *handler;
	int err;

	sn->net = net;
	mutex_init(&sn->lock);
	INIT_LIST_HEAD(&sn->services);

	err = ssk_proc_init(net);
	if (err)
		return err;

	mutex_lock(&registry_lock);
	list_add_tail(&sn->node, &namespaces);
	list_for_each_entry(handler, &handlers, node) {
		err = add_service(sn, handler);
		if (err) {
			remove_namespace(sn);
			break;
		}
	}
	mutex_unlock(&registry_lock);

	if (err)
		ssk_proc_exit(net);
	return err;
}

/*
 * Before anything of the namespace is taken down, so that the peers of its
 * connections can still be told.
 */
static void __net_exit net_pre_exit(struct net *net)
{
	ssk_proc_exit(net);
	mutex_lock(&registry_lock);
	remove_namespace(ssk_net(net));
	mutex_unlock(&registry_lock);
}

static struct pernet_operations net_ops = {
	.init		= net_init,
	.pre_exit	= net_pre_exit,
	.id		= &net_id,
	.size		= sizeof(struct ssk_net),
};

static bool settings_are_complete(const struct syncsock_handler *ops)
{
	const struct syncsock_setting *setting = ops->settings;

	for (; setting && setting->name; setting++)
		if (!setting->size || !setting->read || !setting->write)
			return false;
	return true;
}

static int check(const struct syncsock_handler *ops)
{
	const struct ssk_handler *other;
	size_t len = ops->name ? strlen(ops->name) : 0;

	if (!len || len > SYNCSOCK_NAME_MAX ||
	    strspn(ops->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len) {
		pr_err("syncsock: a handler's name must have 1 to %d characters of a-z, 0-9 and _\n",
		       SYNCSOCK_NAME_MAX);
		return -EINVAL;
	}
	if (!ops->received) {
		pr_err("syncsock: %s: the handler has no received operation\n",
		       ops->name);
		return -EINVAL;
	}
	if (!settings_are_complete(ops)) {
		pr_err("syncsock: %s: a setting lacks something\n", ops->name);
		return -EINVAL;
	}
	list_for_each_entry(other, &handlers, node) {
		if (!strcmp(other->ops->name, ops->name)) {
			pr_err("syncsock: %s: a handler of that name is registered already\n",
			       ops->name);
			return -EEXIST;
		}
	}
	return 0;
}

static struct ssk_handler *new_handler(const struct syncsock_handler *ops)
{
	struct ssk_handler *handler;
	char name[sizeof("syncsock_") + SYNCSOCK_NAME_MAX];

	handler = ssk_fault() ? NULL : kzalloc(sizeof(*handler), GFP_KERNEL);
	if (!handler)
		return NULL;
	handler->ops = ops;
	snprintf(name, sizeof(name), "syncsock_%s", ops->name);
	handler->conn_cache = ssk_fault() ? NULL :
		kmem_cache_create(name,
				  sizeof(struct syncsock_conn) + ops->priv_size,
				  __alignof__(struct syncsock_conn),
				  SLAB_HWCACHE_ALIGN, NULL);
	if (!handler->conn_cache) {
		kfree(handler);
		return NULL;
	}
	return handler;
}

/* Take a handler out of the registry, from all namespaces that have it. */
static void remove_handler(struct ssk_handler *handler)
{
	struct ssk_service *service;
	struct ssk_net *sn;

	lockdep_assert_held(&registry_lock);

	list_del(&handler->node);
	list_for_each_entry(sn, &namespaces, node) {
		service = find_service(sn, handler);
		if (service)
			remove_service(sn, service);
	}
	kmem_cache_destroy(handler->conn_cache);
	kfree(handler);
}

int syncsock_register_handler(const struct syncsock_handler *ops,
			      const char *listen)
{
	struct ssk_handler *handler;
	struct ssk_net *sn;
	int err;

	mutex_lock(&registry_lock);
	err = check(ops);
	if (err)
		goto unlock;

	handler = new_handler(ops);
	if (!handler) {
		err = -ENOMEM;
		goto unlock;
	}

	list_add_tail(&handler->node, &handlers);
	list_for_each_entry(sn, &namespaces, node) {
		err = add_service(sn, handler);
		if (err)
			goto remove_handler;
	}

	if (listen) {
		err = ssk_service_listen(find_service(ssk_net(&init_net),
						      handler), listen);
		if (err)
			goto remove_handler;
	}
	mutex_unlock(&registry_lock);
	return 0;

remove_handler:
	remove_handler(handler);
unlock:
	mutex_unlock(&registry_lock);
	return err;
}
EXPORT_SYMBOL_GPL(syncsock_register_handler);

void syncsock_unregister_handler(const struct syncsock_handler *ops)
{
	struct ssk_handler *handler;

	mutex_lock(&registry_lock);
	list_for_each_entry(handler, &handlers, node) {
		if (handler->ops == ops) {
			remove_handler(handler);
			break;
		}
	}
	mutex_unlock(&registry_lock);
}
EXPORT_SYMBOL_GPL(syncsock_unregister_handler);

void syncsock_stop(const struct syncsock_handler *ops)
{
	struct ssk_handler *handler;
	struct ssk_service *service;
	struct ssk_net *sn;

	mutex_lock(&registry_lock);
	list_for_each_entry(handler, &handlers, node) {
		if (handler->ops != ops)
			continue;
		list_for_each_entry(sn, &namespaces, node) {
			service = find_service(sn, handler);
			if (service)
				ssk_service_stop(service);
		}
	}
	mutex_unlock(&registry_lock);
}
EXPORT_SYMBOL_GPL(syncsock_stop);

int __init ssk_registry_init(void)
{
	return ssk_fault() ? -ENOMEM : register_pernet_subsys(&net_ops);
}

/* No handler is left: each holds a reference to this module. */
void ssk_registry_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
