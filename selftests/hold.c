// SPDX-License-Identifier: GPL-2.0
/*
 * Busy connections that the server must end, one way or the other.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/*
 * Every fourth connection writes and never reads, so that data is stuck in
 * both directions; the others keep one message going round.
 */
#define STUCK_EVERY	4
#define MESSAGE_SIZE	1000
#define STUCK_BYTES	(64UL << 20)

enum ending { OPEN, BY_FIN, BY_RST };

struct held {
	struct exchange	x;
	bool		stuck;
	enum ending	ending;
};

static void end(struct held *conn, ssize_t err)
{
	if (err == -ECONNRESET || err == -EPIPE)
		conn->ending = BY_RST;
	else if (err == -ECONNABORTED || !err)
		conn->ending = BY_FIN;
	else if (err == -EBADMSG)
		die("a wrong byte in the echo");
	else
		die("a connection ended with %s", strerror(-err));
	close(conn->x.fd);
}

/* A stuck connection notices FIN only by reading, which it does not do. */
static void push(struct held *conn, short revents)
{
	socklen_t len = sizeof(int);
	ssize_t sent;
	int err = 0;

	if (revents & (POLLERR | POLLHUP)) {
		getsockopt(conn->x.fd, SOL_SOCKET, SO_ERROR, &err, &len);
		end(conn, -err);
		return;
	}
	if (revents & POLLRDHUP) {
		end(conn, 0);
		return;
	}
	if (!(revents & POLLOUT))
		return;
	sent = exchange_send(&conn->x);
	if (sent < 0 && sent != -EAGAIN)
		end(conn, sent);
}

static void go_round(struct held *conn, short revents)
{
	struct exchange *x = &conn->x;
	ssize_t done = 0;

	if (revents & (POLLIN | POLLERR | POLLHUP)) {
		done = exchange_read(x);
		if (done < 0 && done != -EAGAIN) {
			end(conn, done);
			return;
		}
	}
	if (x->received == x->total)
		x->total += MESSAGE_SIZE;
	if (x->sent < x->total) {
		done = exchange_send(x);
		if (done < 0 && done != -EAGAIN)
			end(conn, done);
	}
}

static struct held *open_all(const struct options *opts)
{
	struct held *conns = calloc(opts->count, sizeof(*conns));
	unsigned int i;

	if (!conns)
		die("out of memory");
	for (i = 0; i < opts->count; i++) {
		conns[i].stuck = i % STUCK_EVERY == 0;
		conns[i].x.fd = connect_to(opts);
		/* Nothing is left of us when we are killed. */
		reset_on_close(conns[i].x.fd);
		conns[i].x.seed = i + 1;
		conns[i].x.total = MESSAGE_SIZE;
		run_exchange(&conns[i].x);
		if (conns[i].stuck)
			conns[i].x.total = STUCK_BYTES;
	}
	return conns;
}

/* Prints "ready" when all connections have been served once. */
int cmd_hold(const struct options *opts)
{
	struct held *conns = open_all(opts);
	struct pollfd *pfds = calloc(opts->count, sizeof(*pfds));
	unsigned int i, open = opts->count, by_fin = 0, by_rst = 0;
	bool announced = false;

	if (!pfds)
		die("out of memory");
	while (open) {
		for (i = 0; i < opts->count; i++) {
			struct held *conn = &conns[i];

			pfds[i].fd = conn->ending == OPEN ? conn->x.fd : -1;
			pfds[i].events = conn->stuck ? POLLRDHUP : POLLIN;
			if (conn->x.sent < conn->x.total)
				pfds[i].events |= POLLOUT;
		}
		if (poll(pfds, opts->count, remaining_ms()) <= 0)
			die("%u of %u connections are still open", open,
			    opts->count);
		for (i = 0; i < opts->count; i++) {
			struct held *conn = &conns[i];

			if (conn->ending != OPEN || !pfds[i].revents)
				continue;
			if (conn->stuck)
				push(conn, pfds[i].revents);
			else
				go_round(conn, pfds[i].revents);
			open -= conn->ending != OPEN;
			by_fin += conn->ending == BY_FIN;
			by_rst += conn->ending == BY_RST;
		}
		if (!announced) {
			puts("ready");
			fflush(stdout);
			announced = true;
		}
		if (!remaining_ms() && open)
			die("%u of %u connections are still open", open,
			    opts->count);
	}
	printf("ended: %u by FIN, %u by RST\n", by_fin, by_rst);
	return 0;
}
