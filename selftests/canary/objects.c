// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs with the lifetime of the kernel's objects.
 */
#include <linux/nsproxy.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/net_debug.h>
#include <net/net_namespace.h>

#include "canary.h"

static void nothing_to_do(struct work_struct *work)
{
}

static void never(struct timer_list *timer)
{
}

struct timed {
	struct timer_list timer;
};

static void free_active_timer(void)
{
	struct timed *timed = kzalloc(sizeof(*timed), GFP_KERNEL);

	if (!timed)
		return;
	timer_setup(&timed->timer, never, 0);
	mod_timer(&timed->timer, jiffies + 3600 * HZ);
	kfree(timed);
}

static void free_queued_work(void)
{
	struct delayed_work *work = kzalloc(sizeof(*work), GFP_KERNEL);

	if (!work)
		return;
	INIT_DELAYED_WORK(work, nothing_to_do);
	schedule_delayed_work(work, 3600 * HZ);
	kfree(work);
}

static void called_twice(struct rcu_head *head)
{
}

static void call_rcu_twice(void)
{
	static struct rcu_head head;

	call_rcu(&head, called_twice);
	call_rcu(&head, called_twice);
	rcu_barrier();
}

static void refcount_underflow(void)
{
	static refcount_t count = REFCOUNT_INIT(1);

	refcount_dec(&count);
	refcount_dec(&count);
}

/* Of the namespace of the writer, which is deleted then. */
static void namespace_reference(void)
{
	static netns_tracker tracker;

	netns_tracker_alloc(current->nsproxy->net_ns, &tracker, GFP_KERNEL);
}

/* What the network stack asserts about its callers. */
static void net_assertion(void)
{
	DEBUG_NET_WARN_ON_ONCE(current);
}

static void warning(void)
{
	WARN(1, "on purpose\n");
}

const struct canary object_canaries[] = {
	{ "free_active_timer", free_active_timer },
	{ "free_queued_work", free_queued_work },
	{ "call_rcu_twice", call_rcu_twice },
	{ "refcount_underflow", refcount_underflow },
	{ "namespace_reference", namespace_reference },
	{ "net_assertion", net_assertion },
	{ "warning", warning },
	{}
};
