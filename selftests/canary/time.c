// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs that only show as time goes by. How long the kernel's watchdogs wait
 * is set by the script that has these made.
 */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "canary.h"

/* With preemption disabled: nobody else has a turn. */
static void spin(unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
}

static void soft_lockup(void)
{
	spin(8);
}

static int hang(void *unused)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(20 * HZ);
	return 0;
}

static void hung_task(void)
{
	kthread_run(hang, NULL, "canary_hang");
}

static void block(struct work_struct *work)
{
	spin(12);
}

/* What else is queued on that CPU waits. */
static void stuck_workqueue(void)
{
	static DECLARE_WORK(blocks, block);
	static DECLARE_WORK(waits, block);

	schedule_work_on(0, &blocks);
	schedule_work_on(0, &waits);
	flush_work(&blocks);
	flush_work(&waits);
}

const struct canary time_canaries[] = {
	{ "soft_lockup", soft_lockup },
	{ "hung_task", hung_task },
	{ "stuck_workqueue", stuck_workqueue },
	{}
};
