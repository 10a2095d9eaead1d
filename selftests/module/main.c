// SPDX-License-Identifier: GPL-2.0
/*
 * The test module: registers its handlers, and tells how connections ended.
 */
#include "module.h"
#include "session.h"

/* Who sees the count sees what it counts. */
void ending_set(struct ending *ending, const struct syncsock_conn *conn,
		enum syncsock_close_reason reason, u64 received)
{
	ending->reason = reason;
	ending->error = syncsock_conn_error(conn);
	ending->received = received;
	/* Pairs with ending_get(). */
	smp_store_release(&ending->count, ending->count + 1);
}

/* "COUNT reason REASON error ERRNO received BYTES", of the last connection. */
int ending_get(char *buffer, const struct ending *ending)
{
	/* Pairs with ending_set(). */
	unsigned int count = smp_load_acquire(&ending->count);

	return sysfs_emit(buffer, "%u reason %d error %d received %llu\n",
			  count, ending->reason, ending->error,
			  ending->received);
}

static int __init test_init(void)
{
	int err;

	err = elsewhere_init();
	if (err)
		return err;
	err = syncsock_register_handler(&commands_handler, NULL);
	if (err)
		goto exit_elsewhere;
	err = syncsock_register_handler(&relay_handler, NULL);
	if (err)
		goto unregister_commands;
	return 0;

unregister_commands:
	syncsock_unregister_handler(&commands_handler);
exit_elsewhere:
	elsewhere_exit();
	return err;
}
module_init(test_init);

static void __exit test_exit(void)
{
	syncsock_unregister_handler(&relay_handler);
	syncsock_unregister_handler(&commands_handler);
	elsewhere_exit();
}
module_exit(test_exit);

MODULE_DESCRIPTION("handlers for the selftests of syncsock");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
