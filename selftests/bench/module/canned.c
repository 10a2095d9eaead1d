// SPDX-License-Identifier: GPL-2.0
/*
 * A handler that answers HTTP as the floor does: whatever the requests are,
 * always the same. What it costs above the floor is syncsock's.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <syncsock/syncsock.h>

#include "peer.h"

static char *body = "";
module_param(body, charp, 0444);
MODULE_PARM_DESC(body, "the file that a response has");

static bool once;
module_param(once, bool, 0444);
MODULE_PARM_DESC(once, "close after a response");

/* What TCP has not taken, and how much of a request's end has come. */
struct canned_conn {
	size_t	unsent;
	u8	matched;
};

static void send_responses(struct syncsock_conn *conn)
{
	struct canned_conn *canned = syncsock_conn_priv(conn);

	while (canned->unsent) {
		size_t left = canned->unsent % peer_response_len ?:
			      peer_response_len;
		size_t len = min_t(size_t, left, SYNCSOCK_SEND_MAX);

		if (syncsock_send(conn, peer_response + peer_response_len - left,
				  len))
			break;
		canned->unsent -= len;
	}
}

static int canned_received(struct syncsock_conn *conn)
{
	struct canned_conn *canned = syncsock_conn_priv(conn);
	const void *data;
	size_t len;

	while ((data = syncsock_rx_peek(conn, &len))) {
		canned->unsent += peer_response_len *
				  peer_requests(data, len, &canned->matched);
		syncsock_rx_advance(conn, len);
	}
	if (canned->unsent) {
		send_responses(conn);
		if (once)
			syncsock_close(conn);
	}
	return 0;
}

static const struct syncsock_handler canned_handler = {
	.name		= "canned",
	.priv_size	= sizeof(struct canned_conn),
	.received	= canned_received,
	.writable	= send_responses,
};

static int __init canned_init(void)
{
	int err = peer_response_make(body);

	if (err)
		return err;
	err = syncsock_register_handler(&canned_handler, NULL);
	if (err)
		peer_response_free();
	return err;
}
module_init(canned_init);

static void __exit canned_exit(void)
{
	syncsock_unregister_handler(&canned_handler);
	peer_response_free();
}
module_exit(canned_exit);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("says always the same, for syncsock");
MODULE_LICENSE("GPL");
