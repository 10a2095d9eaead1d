// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the bug whose name is written into /proc/syncsock_canary.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "canary.h"

static const struct canary *const lists[] = {
	memory_canaries, locking_canaries, object_canaries, time_canaries,
};

static const struct canary *find(const char *name)
{
	const struct canary *canary;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (canary = lists[i]; canary->name; canary++)
			if (!strcmp(canary->name, name))
				return canary;
	return NULL;
}

static ssize_t canary_write(struct file *file, const char __user *from,
			    size_t len, loff_t *pos)
{
	const struct canary *canary;
	char name[32];

	if (len >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, from, len))
		return -EFAULT;
	name[len] = '\0';
	canary = find(strim(name));
	if (!canary)
		return -EINVAL;
	canary->make();
	return len;
}

static const struct proc_ops canary_ops = {
	.proc_write = canary_write,
};

static int __init canary_init(void)
{
	if (!proc_create("syncsock_canary", 0200, NULL, &canary_ops))
		return -ENOMEM;
	return 0;
}
module_init(canary_init);

static void __exit canary_exit(void)
{
	remove_proc_entry("syncsock_canary", NULL);
}
module_exit(canary_exit);

MODULE_DESCRIPTION("bugs on purpose, for the selftests of syncsock");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
