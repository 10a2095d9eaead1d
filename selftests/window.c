// SPDX-License-Identifier: GPL-2.0
/*
 * The server's receive window, as the client's TCP sees it.
 */
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* Small buffers on our side, so that what is left to absorb is the server's. */
#define OUR_RCVBUF	16384
#define OUR_SNDBUF	262144

/* More than the buffers of both sides together. */
#define UNREAD_BYTES	(32 << 20)

/* How much is sent, at least, after the window has opened again. */
#define MORE_BYTES	(256 << 10)

/* So many probes without room mean that the window stays closed. */
#define PROBES		2

static struct tcp_info info_of(int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		die("TCP_INFO: %s", strerror(errno));
	if (len < offsetof(struct tcp_info, tcpi_snd_wnd) +
		  sizeof(info.tcpi_snd_wnd))
		die("the kernel does not tell the peer's window");
	return info;
}

static bool is_closed(int fd)
{
	struct tcp_info info = info_of(fd);

	return !info.tcpi_snd_wnd && info.tcpi_backoff >= PROBES;
}

/*
 * Sends without reading until the window is closed and probes have not opened
 * it. There is no event for that, so look again every few milliseconds.
 */
static void close_window(struct exchange *x)
{
	ssize_t sent;

	while (!is_closed(x->fd)) {
		sent = exchange_send(x);
		if (sent < 0 && sent != -EAGAIN)
			die("%s after %zu bytes", strerror(-sent), x->sent);
		if (x->sent == x->total)
			die("the server took %zu bytes although nothing was read",
			    x->sent);
		if (!remaining_ms())
			die("the window is open after %zu bytes: %u", x->sent,
			    info_of(x->fd).tcpi_snd_wnd);
		if (sent < 0)
			wait_for(x->fd, POLLOUT, 5);
	}
}

/* Reads until the window is open. Returns how large it is then. */
static unsigned int open_window(struct exchange *x)
{
	unsigned int window;
	ssize_t got;

	while (!(window = info_of(x->fd).tcpi_snd_wnd)) {
		if (!wait_for(x->fd, POLLIN, -1))
			die("the window is closed after %zu bytes were read",
			    x->received);
		got = exchange_read(x);
		if (got < 0 && got != -EAGAIN)
			die("%s after %zu bytes", strerror(-got), x->received);
	}
	return window;
}

/*
 * Closes the window and prints "closed", our port and how many bytes it took.
 * After SIGTERM it reads: prints "open", the window and after how many bytes.
 * All bytes have to come back, -b or more.
 */
int cmd_window(const struct options *opts)
{
	struct exchange x = { .total = UNREAD_BYTES };
	struct sockaddr_in6 local;
	socklen_t len = sizeof(local);
	unsigned int window;

	block_stop();
	x.fd = new_socket(opts);
	set_option(x.fd, SOL_SOCKET, SO_RCVBUF, OUR_RCVBUF, "SO_RCVBUF");
	set_option(x.fd, SOL_SOCKET, SO_SNDBUF, OUR_SNDBUF, "SO_SNDBUF");
	if (try_connect(x.fd, opts))
		die("cannot connect");
	if (getsockname(x.fd, (struct sockaddr *)&local, &len) < 0)
		die("getsockname: %s", strerror(errno));

	close_window(&x);
	/* sin_port and sin6_port are at the same place. */
	printf("closed %u %zu\n", ntohs(local.sin6_port), x.sent);
	fflush(stdout);
	wait_stop();
	if (!is_closed(x.fd))
		die("the window has opened although nothing was read");

	window = open_window(&x);
	printf("open %u %zu\n", window, x.received);
	x.total = x.sent + MORE_BYTES;
	if (x.total < opts->bytes)
		x.total = opts->bytes;
	run_exchange(&x);
	if (shutdown(x.fd, SHUT_WR) < 0)
		die("shutdown: %s", strerror(errno));
	expect_eof(x.fd);
	close(x.fd);
	printf("%zu bytes came back\n", x.received);
	return 0;
}
