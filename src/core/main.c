// SPDX-License-Identifier: GPL-2.0
/*
 * syncsock: application-protocol handlers, run synchronously in the softirq
 * that received the TCP segment. This module is the core; handlers are
 * modules of their own.
 *
 * The path of a request: accept.c -> callbacks.c -> conn.c -> receive.c ->
 * the handler -> send.c -> close.c -> release.c.
 */
#include <linux/module.h>

#include "conn.h"
#include "net.h"
#include "send.h"

static int __init syncsock_init(void)
{
	int err;

	err = ssk_callbacks_init();
	if (err)
		return err;
	err = ssk_send_init();
	if (err)
		return err;
	err = ssk_release_init();
	if (err)
		goto exit_send;
	ssk_schedule_init();
	err = ssk_registry_init();
	if (err)
		goto exit_release;
	return 0;

exit_release:
	ssk_release_exit();
exit_send:
	ssk_send_exit();
	return err;
}

static void __exit syncsock_exit(void)
{
	ssk_registry_exit();
	ssk_schedule_exit();
	ssk_release_exit();
	ssk_send_exit();
}

module_init(syncsock_init);
module_exit(syncsock_exit);

MODULE_DESCRIPTION("Synchronous sockets: protocol handlers in softirq");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
