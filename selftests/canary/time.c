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

static bool noticed;

/*
 * With preemption disabled, until the script has seen the report: nobody else
 * has a turn on this CPU.
 */
static void spin(void)
{
	unsigned long end = jiffies + 60 * HZ;

	preempt_disable();
	while (!READ_ONCE(noticed) && time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
}

static void stop_spinning(void)
{
	WRITE_ONCE(noticed, true);
}

static void soft_lockup(void)
{
	WRITE_ONCE(noticed, false);
	spin();
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
	spin();
}

/* What else is queued on that CPU waits. */
static void stuck_workqueue(void)
{
	static DECLARE_WORK(blocks, block);
	static DECLARE_WORK(waits, block);

	WRITE_ONCE(noticed, false);
	schedule_work_on(0, &blocks);
	schedule_work_on(0, &waits);
	flush_work(&blocks);
	flush_work(&waits);
}

const struct canary time_canaries[] = {
	{ "soft_lockup", soft_lockup },
	{ "hung_task", hung_task },
	{ "stuck_workqueue", stuck_workqueue },
	{ "stop_spinning", stop_spinning },
	{}
};
