// SPDX-License-Identifier: GPL-2.0
/*
 * Failing on purpose: the parameter fail_nth. A number that is written there,
 * or given to insmod, says which allocation from now on fails, the first, the
 * second and so on. It counts down: 0 means that there is none, or that it
 * has failed.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

#include "fault.h"

static atomic_t fail_nth;

/**
 * ssk_fault() - whether the allocation that follows is to fail
 *
 * Context: Any.
 * Return: true once for each number that was written.
 */
bool ssk_fault(void)
{
	return atomic_dec_if_positive(&fail_nth) == 0;
}

static int fail_nth_set(const char *text, const struct kernel_param *param)
{
	u16 value;
	int err;

	err = kstrtou16(text, 0, &value);
	if (!err)
		atomic_set(&fail_nth, value);
	return err;
}

static int fail_nth_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&fail_nth));
}

static const struct kernel_param_ops fail_nth_ops = {
	.set = fail_nth_set,
	.get = fail_nth_get,
};

module_param_cb(fail_nth, &fail_nth_ops, NULL, 0644);
MODULE_PARM_DESC(fail_nth, "which of the next allocations fails");
