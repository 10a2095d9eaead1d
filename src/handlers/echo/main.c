// SPDX-License-Identifier: GPL-2.0
/*
 * Echo (RFC 862): sends back what it receives. The smallest complete handler,
 * to start a new one from.
 */
#include <linux/limits.h>
#include <linux/module.h>
#include <syncsock/syncsock.h>

/*
 * A piece of memory from so many bytes on is forwarded, not copied: what an
 * Ethernet frame has, at least. Of many such pieces, forwarding takes less than
 * copying; a single one of 1 KiB is copied in less.
 */
#define FORWARD_MIN	1400

/*
 * Called when bytes have arrived, and again when there is room to send after
 * there was none. What is not consumed stays in TCP's queue, so a peer that
 * does not read its echo cannot send more than the window.
 */
static int echo_received(struct syncsock_conn *conn)
{
	const void *data;
	int answers = 0;
	size_t len;

	while ((data = syncsock_rx_peek(conn, &len))) {
		if (len >= FORWARD_MIN) {
			if (!syncsock_room(conn) ||
			    syncsock_splice(conn, conn, SIZE_MAX) < 0)
				break;
			answers++;
			continue;
		}
		if (syncsock_send(conn, data, len))
			break;
		syncsock_rx_advance(conn, len);
		answers++;
	}
	return answers;
}

/* The peer has closed and everything is echoed: the default closes too. */
static const struct syncsock_handler echo_handler = {
	.name		= "echo",
	.received	= echo_received,
};

module_syncsock_handler(echo_handler);

MODULE_DESCRIPTION("syncsock echo handler");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
