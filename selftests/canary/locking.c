// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs with locks, contexts and concurrency.
 */
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/debug_locks.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "canary.h"

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);

/* One after the other, so that only lockdep can know. */
static void lock_inversion(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);

	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

static void sleep_in_atomic(void)
{
	local_bh_disable();
	might_sleep();
	local_bh_enable();
}

/* As when it has run out of memory: nothing is printed. */
static void silent_lockdep(void)
{
	debug_locks_off();
}

static int protected_value;
static int __rcu *protected = (int __rcu __force *)&protected_value;

static void rcu_unprotected(void)
{
	if (*rcu_dereference(protected))
		pr_info("read\n");
}

/* Which CPU could this be, if not by chance? */
static void preemptible_cpu(void)
{
	pr_info("on CPU %u\n", smp_processor_id());
}

/* Two threads that count without anything that would keep them apart. */
static unsigned long counter;
static DECLARE_COMPLETION(counted);

static int count(void *unused)
{
	int i;

	for (i = 0; i < 3000000; i++) {
		counter++;
		barrier();
		if (!(i % 1000))
			cond_resched();
	}
	complete(&counted);
	return 0;
}

static void unlocked_count(void)
{
	int started = 0;
	int i;

	for (i = 0; i < 2; i++)
		started += !IS_ERR(kthread_run(count, NULL, "canary_race"));
	while (started--)
		wait_for_completion(&counted);
}

const struct canary locking_canaries[] = {
	{ "lock_inversion", lock_inversion },
	{ "sleep_in_atomic", sleep_in_atomic },
	{ "silent_lockdep", silent_lockdep },
	{ "rcu_unprotected", rcu_unprotected },
	{ "preemptible_cpu", preemptible_cpu },
	{ "unlocked_count", unlocked_count },
	{}
};
