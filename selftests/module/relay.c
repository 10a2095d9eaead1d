// SPDX-License-Identifier: GPL-2.0
/*
 * "relay": connects to a backend for each client and forwards both ways. Its
 * parameters backend and source may be written at any time.
 */
#include <linux/inet.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "module.h"

/**
 * struct half - one of the two connections
 * @other: the other one, referenced
 * @connects: it is the one to the backend
 * @received: bytes so far
 */
struct half {
	struct syncsock_conn	*other;
	bool			connects;
	u64			received;
};

struct ending relay_ending;

static struct sockaddr_storage backend;
static struct sockaddr_storage source;

/* "ADDRESS PORT", or empty for none. */
static int address_set(const char *text, const struct kernel_param *param)
{
	struct sockaddr_storage *address = param->arg;
	char host[INET6_ADDRSTRLEN + 1], port[8];
	int words;

	memset(address, 0, sizeof(*address));
	if (!*skip_spaces(text))
		return 0;
	words = sscanf(text, "%46s %7s", host, port);
	return words == 2 ? inet_pton_with_scope(&init_net, AF_UNSPEC, host,
						 port, address) : -EINVAL;
}

static const struct kernel_param_ops address_ops = { .set = address_set };

module_param_cb(backend, &address_ops, &backend, 0200);
MODULE_PARM_DESC(backend, "address and port that \"relay\" connects to");
module_param_cb(source, &address_ops, &source, 0200);
MODULE_PARM_DESC(source, "address and port that it connects from");

static int accepted(struct syncsock_conn *client)
{
	struct half *half = syncsock_conn_priv(client);
	struct half server = {
		.other = syncsock_conn_get(client), .connects = true,
	};

	half->other = syncsock_connect(&relay_handler,
				       syncsock_conn_net(client),
				       (struct sockaddr *)&backend,
				       source.ss_family ?
				       (struct sockaddr *)&source : NULL,
				       &server);
	if (IS_ERR(half->other)) {
		int err = PTR_ERR(half->other);

		half->other = NULL;
		syncsock_conn_put(client);
		return err;
	}
	return 0;
}

static int received(struct syncsock_conn *conn)
{
	struct half *half = syncsock_conn_priv(conn);
	ssize_t bytes;

	do {
		bytes = syncsock_splice(conn, half->other, SIZE_MAX);
		if (bytes > 0)
			half->received += bytes;
	} while (bytes > 0);
	return bytes == -ENODATA || bytes == -ENOMEM ? 0 : bytes;
}

static void peer_closed(struct syncsock_conn *conn)
{
	struct half *half = syncsock_conn_priv(conn);

	syncsock_shutdown(half->other);
}

static void closed(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason)
{
	struct half *half = syncsock_conn_priv(conn);

	/* Nothing can be received, also if there never was a socket. */
	WARN_ON(syncsock_rx_full(conn) || !syncsock_rx_need(conn, 1));
	/* First, because who sees the other one end looks here. */
	if (half->connects)
		ending_set(&relay_ending, conn, reason, half->received);
	if (half->other && reason == SYNCSOCK_CLOSED)
		syncsock_close(half->other);
	else if (half->other)
		syncsock_abort(half->other);
	syncsock_conn_put(half->other);
}

const struct syncsock_handler relay_handler = {
	.name		= "relay",
	.priv_size	= sizeof(struct half),
	.accepted	= accepted,
	.received	= received,
	.peer_closed	= peer_closed,
	.closed		= closed,
};

static int relay_ending_get(char *buffer, const struct kernel_param *param)
{
	return ending_get(buffer, &relay_ending);
}

static const struct kernel_param_ops ending_ops = { .get = relay_ending_get };

module_param_cb(relay_ending, &ending_ops, NULL, 0444);
MODULE_PARM_DESC(relay_ending, "how the last connection to the backend ended");
