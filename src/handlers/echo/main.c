// SPDX-License-Identifier: GPL-2.0
/*
 * Echo (RFC 862): sends back what it receives. The smallest complete handler,
 * to start a new one from.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <syncsock/syncsock.h>

/*
 * Called when bytes have arrived, and again when there is room to send after
 * there was none. What is not consumed stays in TCP's queue, so a peer that
 * does not read its echo cannot send more than the window.
 */
static int echo_received(struct syncsock_conn *conn)
{
	const void *data;
	size_t len;

	while ((data = syncsock_rx_peek(conn, &len))) {
		int err;

		len = min(len, syncsock_room(conn));
		if (!len)
			break;
		err = syncsock_send(conn, data, len);
		if (err == -ENOMEM)
			break;
		if (err)
			return err;
		syncsock_rx_advance(conn, len);
	}
	return 0;
}

/* The peer has closed and everything is echoed: the default closes too. */
static const struct syncsock_handler echo_handler = {
	.name		= "echo",
	.received	= echo_received,
};

static char *listen;
module_param(listen, charp, 0444);
MODULE_PARM_DESC(listen, "addresses to serve in the initial network namespace, such as 0.0.0.0:7,[::]:7");

static int __init echo_init(void)
{
	return syncsock_register_handler(&echo_handler, listen);
}

static void __exit echo_exit(void)
{
	syncsock_unregister_handler(&echo_handler);
}

module_init(echo_init);
module_exit(echo_exit);

MODULE_DESCRIPTION("syncsock echo handler");
MODULE_AUTHOR("syncsock developers");
MODULE_LICENSE("GPL");
