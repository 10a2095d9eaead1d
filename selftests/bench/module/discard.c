// SPDX-License-Identifier: GPL-2.0
/*
 * A handler that reads and says nothing.
 */
#include <linux/module.h>
#include <syncsock/syncsock.h>

static int discard_received(struct syncsock_conn *conn)
{
	syncsock_rx_advance(conn, syncsock_rx_len(conn));
	return 0;
}

static const struct syncsock_handler discard_handler = {
	.name		= "discard",
	.received	= discard_received,
};

module_syncsock_handler(discard_handler);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("reads and says nothing, for syncsock");
MODULE_LICENSE("GPL");
