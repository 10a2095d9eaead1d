// SPDX-License-Identifier: GPL-2.0
/*
 * Clients whose SYN asks for more than TCP, and who are to get plain TCP.
 */
#include <errno.h>
#include <linux/mptcp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE	34
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP		262
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP		284
#endif

static bool syn_carried_data(int capture, int fd)
{
	struct segment seg;

	while (capture_next(capture, fd, &seg)) {
		if (seg.outgoing && seg.syn)
			return seg.payload;
	}
	die("no SYN was captured");
}

/* Has the server's TCP acknowledged the data of the SYN with its own SYN? */
static bool syn_data_taken(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		die("TCP_INFO: %s", strerror(errno));
	return info.tcpi_options & TCPI_OPT_SYN_DATA;
}

/*
 * TCP Fast Open, without a cookie. The client's TCP has to send the data of
 * the SYN again when the server has not taken it.
 */
int cmd_fast_open(const struct options *opts)
{
	struct exchange x = { .total = opts->bytes };
	int capture = capture_open();
	char first[1000];
	ssize_t sent;

	if (x.total < sizeof(first))
		die("-b is to be %zu or more", sizeof(first));
	x.fd = new_socket(opts);
	set_option(x.fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1,
		   "TCP_FASTOPEN_NO_COOKIE");
	pattern_fill(first, sizeof(first), 0);
	sent = sendto(x.fd, first, sizeof(first), MSG_FASTOPEN | MSG_NOSIGNAL,
		      (const struct sockaddr *)&opts->addr, opts->addr_len);
	if (sent < 0)
		die("MSG_FASTOPEN: %s", strerror(errno));
	x.sent = sent;
	run_exchange(&x);

	if (!syn_carried_data(capture, x.fd))
		die("the SYN went out without data");
	if (syn_data_taken(x.fd))
		die("the server took the data of the SYN");
	close(x.fd);
	close(capture);
	return 0;
}

/* After it has fallen back to TCP, the socket has no state of MPTCP to show. */
int cmd_multipath(const struct options *opts)
{
	struct exchange x = { .total = opts->bytes };
	struct mptcp_info info;
	socklen_t len = sizeof(info);
	int err;

	x.fd = socket(opts->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK,
		      IPPROTO_MPTCP);
	if (x.fd < 0)
		die("Multipath TCP socket: %s", strerror(errno));
	err = try_connect(x.fd, opts);
	if (err)
		die("connect: %s", strerror(-err));
	run_exchange(&x);

	if (!getsockopt(x.fd, SOL_MPTCP, MPTCP_INFO, &info, &len))
		die("the server speaks Multipath TCP");
	if (errno != EOPNOTSUPP && errno != ENOPROTOOPT)
		die("MPTCP_INFO: %s", strerror(errno));
	close(x.fd);
	return 0;
}
