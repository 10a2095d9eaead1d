// SPDX-License-Identifier: GPL-2.0
/*
 * The data path of an echo server.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* A delayed ACK is sent after 40 ms at the earliest: rarely, we are late. */
#define FIRST_DATA_ATTEMPTS	10

/* The first segment that we sent after the SYN: did it carry data? */
static bool handshake_carried_data(int capture, int fd)
{
	struct segment seg;

	for (;;) {
		if (capture_next(capture, fd, &seg)) {
			if (seg.outgoing && !seg.syn)
				return seg.payload > 0;
		} else if (!wait_for(capture, POLLIN, -1)) {
			die("the segments were not captured");
		}
	}
}

/* Without quick ACKs, the ACK of the SYN-ACK waits for data to go with. */
static bool first_data(const struct options *opts)
{
	struct exchange x = { .total = 1000 };
	int capture = capture_open();
	bool together;

	x.fd = new_socket(opts);
	set_option(x.fd, IPPROTO_TCP, TCP_QUICKACK, 0, "TCP_QUICKACK");
	set_option(x.fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
	if (try_connect(x.fd, opts))
		die("cannot connect");
	run_exchange(&x);
	together = handshake_carried_data(capture, x.fd);
	close(x.fd);
	close(capture);
	return together;
}

int cmd_first_data(const struct options *opts)
{
	int i;

	for (i = 0; i < FIRST_DATA_ATTEMPTS; i++) {
		if (first_data(opts))
			return 0;
	}
	die("the ACK of the handshake went out without data each time");
}

/*
 * The first half waits for the echo of each byte; the second half does not,
 * so that many small segments are in flight.
 */
int cmd_bytes(const struct options *opts)
{
	struct exchange x = { .write_size = 1 };
	unsigned int i;

	x.fd = connect_nodelay(opts);
	for (i = 0; i < opts->count / 2; i++) {
		x.total++;
		run_exchange(&x);
	}
	x.total = opts->count;
	run_exchange(&x);
	close(x.fd);
	return 0;
}

#define MESSAGE_SIZE	64

int cmd_pipeline(const struct options *opts)
{
	size_t len = (size_t)opts->count * MESSAGE_SIZE;
	unsigned char *out, *back;
	size_t received = 0;
	ssize_t got;
	int fd;

	if (opts->path)
		return cmd_pipeline_http(opts);

	out = malloc(len);
	back = malloc(len);
	if (!out || !back)
		die("out of memory");
	pattern_fill(out, len, 0);
	fd = connect_to(opts);
	set_option(fd, SOL_SOCKET, SO_SNDBUF, 4 * len, "SO_SNDBUF");
	got = send(fd, out, len, 0);
	if (got != (ssize_t)len)
		die("one write took %zd of %zu bytes", got, len);
	while (received < len) {
		got = try_read(fd, back + received, len - received);
		if (got < 0)
			die("%s after %zu of %zu bytes", strerror(-got),
			    received, len);
		if (!got)
			die("FIN after %zu of %zu bytes", received, len);
		received += got;
	}
	if (memcmp(out, back, len))
		die("the echo differs");
	free(out);
	free(back);
	close(fd);
	return 0;
}

/* Small buffers on our side, so that what is left to absorb is the server's. */
#define SLOW_BUFFER	16384
#define SLOW_MSS	1220
#define SLOW_READ	2048
#define SLOW_READ_BYTES	65536

/* More than the buffers of both sides together. */
#define UNREAD_BYTES	(32 << 20)

/* No room for this long means that the server has stopped reading. */
#define BLOCKED_MS	400

/* Writes until the server takes no more. */
static void fill(struct exchange *x)
{
	ssize_t sent;

	do {
		if (x->sent == x->total)
			die("the server took %zu bytes although nothing was read",
			    x->sent);
		sent = exchange_send(x);
		if (sent < 0 && sent != -EAGAIN)
			die("%s after %zu bytes", strerror(-sent), x->sent);
	} while (sent > 0 || wait_for(x->fd, POLLOUT, BLOCKED_MS));
	if (!remaining_ms())
		die("the server never stopped reading");
}

int cmd_slow(const struct options *opts)
{
	struct exchange x = { .read_size = SLOW_READ };

	x.fd = new_socket(opts);
	set_option(x.fd, SOL_SOCKET, SO_RCVBUF, SLOW_BUFFER, "SO_RCVBUF");
	set_option(x.fd, SOL_SOCKET, SO_SNDBUF, SLOW_BUFFER, "SO_SNDBUF");
	set_option(x.fd, IPPROTO_TCP, TCP_MAXSEG, SLOW_MSS, "TCP_MAXSEG");
	if (try_connect(x.fd, opts))
		die("cannot connect");

	x.total = UNREAD_BYTES;
	fill(&x);
	x.total = x.sent < opts->bytes ? opts->bytes : x.sent;
	while (x.received < SLOW_READ_BYTES && x.received < x.total) {
		ssize_t got = exchange_read(&x);

		if (got < 0 && got != -EAGAIN)
			die("%s after %zu bytes", strerror(-got), x.received);
		if (got == -EAGAIN && !wait_for(x.fd, POLLIN, -1))
			die("the echo stopped after %zu bytes", x.received);
	}
	x.read_size = 0;
	run_exchange(&x);
	if (shutdown(x.fd, SHUT_WR) < 0)
		die("shutdown: %s", strerror(errno));
	expect_eof(x.fd);
	close(x.fd);
	return 0;
}
