// SPDX-License-Identifier: GPL-2.0
/*
 * syncsock: application-protocol handlers, run synchronously in the softirq
 * that received the TCP segment. This module is the core; handlers are
 * modules of their own.
 *
 * The path of a request: accept.c -> callbacks.c -> upcall.c -> receive.c ->
 * the handler -> send.c -> transmit.c -> close.c -> release.c.
 */
#include <linux/module.h>

#include "conn.h"
#include "net.h"
#include "pages.h"
#include "socket.h"

static int __init syncsock_init(void)
{
	int err;

	err = ssk_callbacks_init();
	if (err)
		return err;
	err = ssk_socket_init();
	if (err)
		return err;
	err = ssk_release_init();
	if (err)
		goto exit_socket;
	err = ssk_schedule_init();
	if (err)
		goto exit_release;
	err = ssk_connect_init();
	if (err)
		goto exit_schedule;
	err = ssk_registry_init();
	if (err)
		goto exit_connect;
	return 0;

exit_connect:
	ssk_connect_exit();
exit_schedule:
	ssk_schedule_exit();
exit_release:
	ssk_release_exit();
exit_socket:
	ssk_socket_exit();
	return err;
}

static void __exit syncsock_exit(void)
{
	ssk_registry_exit();
	ssk_connect_exit();
	ssk_schedule_exit();
	ssk_release_exit();
	ssk_socket_exit();
	ssk_pages_exit();
}

module_init(syncsock_init);
module_exit(syncsock_exit);

MODULE_DESCRIPTION("Synchronous sockets: protocol handlers in softirq");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
