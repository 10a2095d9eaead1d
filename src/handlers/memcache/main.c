// SPDX-License-Identifier: GPL-2.0
/*
 * The memcache handler: a cache that speaks memcached's text protocol and its
 * meta protocol. Each network namespace has a store of its own.
 */
#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <syncsock/syncsock.h>

#include "memory.h"
#include "session.h"

/* Less would not hold one item of the largest size, and leave room for it. */
#define LIMIT_MIN	(4UL << 20)

/* As memcached has it. */
#define LIMIT_DEFAULT	(64UL << 20)

#define LIMIT_TEXT_MAX	24

static unsigned int net_id;

static char *listen;
module_param(listen, charp, 0444);
MODULE_PARM_DESC(listen,
		 "addresses to serve in the initial network namespace, such as 127.0.0.1:11211");

struct mc_store *mc_store_of(const struct syncsock_conn *conn)
{
	return net_generic(syncsock_conn_net(conn), net_id);
}

static void read_limit(struct net *net, char *text)
{
	const struct mc_store *store = net_generic(net, net_id);

	snprintf(text, LIMIT_TEXT_MAX, "%lu", READ_ONCE(store->limit));
}

/*
 * Whoever may make a network namespace of their own may write its settings, but
 * the memory is the host's.
 */
static int write_limit(struct net *net, const char *text)
{
	struct mc_store *store = net_generic(net, net_id);
	unsigned long limit;
	int err;

	err = kstrtoul(text, 10, &limit);
	if (err)
		return err;
	if (limit < LIMIT_MIN || limit > LONG_MAX / 2)
		return -EINVAL;
	if (limit > READ_ONCE(store->limit) && !capable(CAP_NET_ADMIN))
		return -EPERM;
	mc_memory_limit(store, limit);
	return 0;
}

static const struct syncsock_setting settings[] = {
	{
		.name	= "max_bytes",
		.size	= LIMIT_TEXT_MAX,
		.read	= read_limit,
		.write	= write_limit,
	},
	{}
};

static int received(struct syncsock_conn *conn)
{
	return mc_session_serve(conn);
}

static void closed(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason)
{
	mc_session_closed(conn);
}

static const struct syncsock_handler memcache_handler = {
	.name		= "memcache",
	.priv_size	= sizeof(struct mc_session),
	.settings	= settings,
	.accepted	= mc_session_accepted,
	.received	= received,
	.writable	= mc_session_writable,
	.peer_closed	= mc_session_peer_closed,
	.closed		= closed,
};

static int __net_init init_store(struct net *net)
{
	return mc_store_init(net_generic(net, net_id),
			     net->user_ns == &init_user_ns ? LIMIT_DEFAULT :
							     LIMIT_MIN);
}

/* The core has ended the namespaces' connections before. */
static void __net_exit exit_stores(struct list_head *nets)
{
	struct net *net;

	list_for_each_entry(net, nets, exit_list)
		mc_store_empty(net_generic(net, net_id));
	rcu_barrier();
	list_for_each_entry(net, nets, exit_list)
		mc_store_exit(net_generic(net, net_id));
}

static struct pernet_operations net_ops = {
	.init		= init_store,
	.exit_batch	= exit_stores,
	.id		= &net_id,
	.size		= sizeof(struct mc_store),
};

static int __init memcache_init(void)
{
	int err;

	err = mc_answer_init();
	if (err)
		return err;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto exit_answer;
	err = syncsock_register_handler(&memcache_handler, listen);
	if (err)
		goto unregister_net;
	return 0;

unregister_net:
	unregister_pernet_subsys(&net_ops);
exit_answer:
	mc_answer_exit();
	return err;
}
module_init(memcache_init);

static void __exit memcache_exit(void)
{
	syncsock_unregister_handler(&memcache_handler);
	unregister_pernet_subsys(&net_ops);
	mc_answer_exit();
}
module_exit(memcache_exit);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("memcached-compatible cache inside softirq, for syncsock");
MODULE_LICENSE("GPL");
