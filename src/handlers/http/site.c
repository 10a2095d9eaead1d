// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <syncsock/setting.h>

#include "builtin.h"
#include "load.h"
#include "site.h"
#include "snapshot.h"
#include "store.h"

#define ONE_DAY_MS	(24 * 3600 * MSEC_PER_SEC)

/*
 * How many snapshots there may be: the one that is served, and others that
 * clients are still being sent, who may be slow on purpose.
 */
#define MOST_LOADED	5

/* For a number as a text, and its end. */
#define NUMBER_SIZE	12

/* Shared by all namespaces that have no root. */
static struct http_snapshot *builtin;

static unsigned int net_id;

struct http_site *http_site(const struct net *net)
{
	return net_generic(net, net_id);
}

/*
 * Who is about to take a reference to the old snapshot does so under RCU;
 * ours must not be the last one before they have.
 */
static void replace(struct http_site *site, struct http_snapshot *snapshot,
		    char *root)
{
	struct http_snapshot *old;
	char *old_root;

	lockdep_assert_held(&site->load_lock);

	mutex_lock(&site->lock);
	old = rcu_replace_pointer(site->snapshot, snapshot,
				  lockdep_is_held(&site->lock));
	old_root = site->root;
	site->root = root;
	mutex_unlock(&site->lock);

	kfree(old_root);
	synchronize_rcu();
	http_snapshot_put(old);
}

static struct http_snapshot *load(struct http_site *site, const char *root)
{
	struct http_snapshot *snapshot;

	lockdep_assert_held(&site->load_lock);

	if (atomic_read(&site->loaded) >= MOST_LOADED) {
		net_warn_ratelimited("syncsock: http: root: %*pE: clients are still being sent files of too many writes before: error %pe; nothing was changed\n",
				     (int)strlen(root), root, ERR_PTR(-EBUSY));
		return ERR_PTR(-EBUSY);
	}
	snapshot = http_load(root);
	if (!IS_ERR(snapshot))
		http_snapshot_count(snapshot, &site->loaded);
	return snapshot;
}

static struct http_snapshot *snapshot_of(struct http_site *site,
					 const char *root)
{
	if (*root)
		return load(site, root);
	http_snapshot_get(builtin);
	return builtin;
}

int http_site_set_root(struct net *net, const char *root)
{
	struct http_site *site = http_site(net);
	struct http_snapshot *snapshot;
	char *copy;
	int err;

	copy = kstrdup(root, HTTP_LOAD_GFP);
	if (!copy)
		return -ENOMEM;
	err = mutex_lock_killable(&site->load_lock);
	if (err)
		goto free_copy;
	snapshot = snapshot_of(site, root);
	if (!IS_ERR(snapshot))
		replace(site, snapshot, copy);
	mutex_unlock(&site->load_lock);
	if (!IS_ERR(snapshot))
		return 0;
	err = PTR_ERR(snapshot);

free_copy:
	kfree(copy);
	return err;
}

/*
 * Files are opened with the rights of who writes. Nobody is to be made to
 * write here for somebody else's namespace, by inheriting a file descriptor
 * for instance: a writer has to be in the namespace. Who is exiting, and
 * writes his process accounting record, is in none.
 */
static bool may_set_root(const struct net *net)
{
	return current->nsproxy && net_eq(current->nsproxy->net_ns, net);
}

static int write_root(struct net *net, const char *text)
{
	return may_set_root(net) ? http_site_set_root(net, text) : -EPERM;
}

static void read_root(struct net *net, char *text)
{
	struct http_site *site = http_site(net);

	mutex_lock(&site->lock);
	strscpy(text, site->root ?: "", PATH_MAX);
	mutex_unlock(&site->lock);
}

static int write_timeout(struct net *net, const char *text)
{
	unsigned int ms;
	int err;

	err = kstrtouint(text, 10, &ms);
	if (err || ms > ONE_DAY_MS)
		return -EINVAL;
	WRITE_ONCE(http_site(net)->request_timeout_ms, ms);
	return 0;
}

static void read_timeout(struct net *net, char *text)
{
	snprintf(text, NUMBER_SIZE, "%u",
		 READ_ONCE(http_site(net)->request_timeout_ms));
}

const struct syncsock_setting http_site_settings[] = {
	{
		.name	= "root",
		.size	= PATH_MAX,
		.read	= read_root,
		.write	= write_root,
	},
	{
		.name	= "request_timeout_ms",
		.size	= NUMBER_SIZE,
		.read	= read_timeout,
		.write	= write_timeout,
	},
	{}
};

static int __net_init site_init(struct net *net)
{
	struct http_site *site = http_site(net);

	mutex_init(&site->load_lock);
	mutex_init(&site->lock);
	site->request_timeout_ms = 30 * MSEC_PER_SEC;
	http_snapshot_get(builtin);
	RCU_INIT_POINTER(site->snapshot, builtin);
	return 0;
}

/*
 * The core has ended all connections of the namespace and taken its sysctls
 * away before.
 */
static void __net_exit site_exit(struct net *net)
{
	struct http_site *site = http_site(net);

	http_snapshot_put(rcu_dereference_protected(site->snapshot, true));
	kfree(site->root);
}

static struct pernet_operations site_ops = {
	.init	= site_init,
	.exit	= site_exit,
	.id	= &net_id,
	.size	= sizeof(struct http_site),
};

int __init http_site_init(void)
{
	int err;

	builtin = http_builtin();
	if (IS_ERR(builtin))
		return PTR_ERR(builtin);
	err = register_pernet_subsys(&site_ops);
	if (err)
		http_snapshot_put(builtin);
	return err;
}

void http_site_exit(void)
{
	unregister_pernet_subsys(&site_ops);
	http_snapshot_put(builtin);
}
