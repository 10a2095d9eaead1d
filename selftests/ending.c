// SPDX-License-Identifier: GPL-2.0
/*
 * How connections end: FIN and RST from the client at every stage, half-close,
 * and a server that closes first.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* More than the buffers of both sides together. */
#define UNREAD_BYTES	(32 << 20)
#define BLOCKED_MS	250

/* Whatever comes, until FIN. */
static void drain_bytes(int fd)
{
	char buf[16384];
	ssize_t got;

	do {
		got = try_read(fd, buf, sizeof(buf));
		if (got < 0)
			die("waiting for the server's FIN: %s", strerror(-got));
	} while (got);
}

static void finish_sending(int fd)
{
	if (shutdown(fd, SHUT_WR) < 0)
		die("shutdown: %s", strerror(errno));
}

/* Sends len bytes of the request, all of it if len is 0. */
static void send_request(struct exchange *x, const char *path, size_t len)
{
	char *request;

	if (path) {
		request = http_get(path, true);
		x->sent = len ? len : strlen(request);
		send_all(x->fd, request, x->sent);
		free(request);
		return;
	}
	x->total = len ? len : 4096;
	while (x->sent < x->total) {
		ssize_t sent = exchange_send(x);

		if (sent < 0)
			die("send: %s", strerror(-sent));
	}
}

/* Sends without reading until the server has stopped reading. */
static void block(struct exchange *x, const char *path)
{
	char *request = path ? http_get(path, true) : NULL;
	size_t len = path ? strlen(request) : 0;
	ssize_t sent;

	x->total = UNREAD_BYTES;
	do {
		if (x->sent == x->total)
			die("the server took everything although nothing was read");
		if (request) {
			sent = send(x->fd, request + x->sent % len,
				    len - x->sent % len, 0);
			if (sent < 0)
				sent = -errno;
			else
				x->sent += sent;
		} else {
			sent = exchange_send(x);
		}
		if (sent < 0 && sent != -EAGAIN)
			die("send: %s", strerror(-sent));
	} while (sent > 0 || wait_for(x->fd, POLLOUT, BLOCKED_MS));
	free(request);
}

static void wait_readable(int fd)
{
	if (!wait_for(fd, POLLIN, -1))
		die("nothing came back");
}

static void go_to_stage(struct exchange *x, const struct options *opts)
{
	char bytes[16];
	ssize_t got;

	if (!strcmp(opts->stage, "connected"))
		return;
	if (!strcmp(opts->stage, "partial")) {
		send_request(x, opts->path, 10);
	} else if (!strcmp(opts->stage, "sent")) {
		send_request(x, opts->path, 0);
	} else if (!strcmp(opts->stage, "reading")) {
		send_request(x, opts->path, 0);
		wait_readable(x->fd);
		x->read_size = sizeof(bytes);
		got = opts->path ? try_read(x->fd, bytes, sizeof(bytes)) :
				   exchange_read(x);
		if (got <= 0)
			die("read: %s", got ? strerror(-got) : "FIN");
	} else if (!strcmp(opts->stage, "blocked")) {
		block(x, opts->path);
	} else {
		die("there is no stage '%s'", opts->stage);
	}
}

/* After our FIN: one response to each whole request, then FIN. */
static void drain_responses(struct exchange *x, const char *path)
{
	struct reader from = { .fd = x->fd };
	char *request = http_get(path, true);
	size_t i, count = x->sent / strlen(request);
	struct response resp;
	int err;

	free(request);
	for (i = 0; i < count; i++) {
		read_response(&from, false, &resp);
		if (resp.status != 200)
			die("response %zu of %zu has status %d", i + 1, count,
			    resp.status);
		free_response(&resp);
	}
	/* A part of a request may be answered with an error. */
	err = try_read_response(&from, false, &resp);
	if (!err && resp.status < 400)
		die("more than %zu responses", count);
	if (!err)
		drain_bytes(x->fd);
	else if (err != -ECONNABORTED)
		die("waiting for the server's FIN: %s", strerror(-err));
}

/* After our FIN: everything that is still owed, then FIN. */
static void drain(struct exchange *x, const struct options *opts)
{
	if (!opts->path) {
		x->total = x->sent;
		x->read_size = 0;
		run_exchange(x);
		expect_eof(x->fd);
	} else if (!strcmp(opts->stage, "reading")) {
		drain_bytes(x->fd);
	} else {
		drain_responses(x, opts->path);
	}
}

int cmd_end(const struct options *opts)
{
	struct exchange x = { .fd = new_socket(opts) };
	bool blocked = !strcmp(opts->stage, "blocked");

	if (blocked) {
		set_option(x.fd, SOL_SOCKET, SO_RCVBUF, 16384, "SO_RCVBUF");
		set_option(x.fd, SOL_SOCKET, SO_SNDBUF, 16384, "SO_SNDBUF");
		set_option(x.fd, IPPROTO_TCP, TCP_MAXSEG, 1220, "TCP_MAXSEG");
	}
	if (try_connect(x.fd, opts))
		die("cannot connect");
	go_to_stage(&x, opts);

	if (!strcmp(opts->ending, "fin")) {
		finish_sending(x.fd);
		drain(&x, opts);
	} else if (!strcmp(opts->ending, "rst")) {
		reset_on_close(x.fd);
	} else if (strcmp(opts->ending, "close")) {
		die("there is no ending '%s'", opts->ending);
	}
	close(x.fd);
	return 0;
}

/* All data and FIN at once; everything must come back, and no RST. */
int cmd_half_close(const struct options *opts)
{
	struct exchange x = { .total = opts->bytes };
	int capture = capture_open();
	struct reader from;
	struct response resp;

	x.fd = connect_to(opts);
	if (opts->path) {
		send_request(&x, opts->path, 0);
		finish_sending(x.fd);
		from.fd = x.fd;
		from.used = 0;
		read_response(&from, false, &resp);
		if (resp.status != 200)
			die("status %d", resp.status);
		free_response(&resp);
	} else {
		/* Only the last part can wait for its echo until after FIN. */
		x.total = x.total > 8192 ? x.total - 8192 : 0;
		run_exchange(&x);
		x.total = opts->bytes;
		while (x.sent < x.total) {
			ssize_t sent = exchange_send(&x);

			if (sent == -EAGAIN)
				wait_for(x.fd, POLLOUT, -1);
			else if (sent < 0)
				die("send: %s", strerror(-sent));
		}
		finish_sending(x.fd);
		run_exchange(&x);
	}
	expect_eof(x.fd);
	if (capture_saw_reset(capture, x.fd))
		die("the server sent RST");
	close(x.fd);
	return 0;
}

/*
 * The server closes first. It must go on taking what we send, without RST,
 * until we close.
 */
int cmd_linger(const struct options *opts)
{
	struct reader from = { .fd = connect_to(opts) };
	int capture = capture_open();
	struct response resp;
	char *request, *more;

	if (!opts->path)
		die("needs -p");
	request = http_get(opts->path, false);
	send_all(from.fd, request, strlen(request));
	read_response(&from, false, &resp);
	expect_eof(from.fd);

	more = calloc(1, opts->bytes);
	if (!more)
		die("out of memory");
	send_all(from.fd, more, opts->bytes);
	wait_acknowledged(from.fd);
	if (capture_saw_reset(capture, from.fd))
		die("the server sent RST");
	if (opts->until_eof) {
		/* Leaves the end to the server, until SIGTERM. */
		puts("waiting");
		fflush(stdout);
		alarm(remaining_ms() / 1000 + 1);
		pause();
	}
	close(from.fd);
	return 0;
}
