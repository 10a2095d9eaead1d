// SPDX-License-Identifier: GPL-2.0
/*
 * Talking in lines: standard input goes to the server, what comes back is
 * printed.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* What is still to be sent of standard input. */
struct input {
	char	buf[65536];
	size_t	from;
	size_t	to;
	bool	ended;
};

static bool has_input(void)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0;
}

/* Reads more if all is sent; at the end of it, closes our direction if asked. */
static void refill(struct input *in, int fd, bool close_at_end)
{
	ssize_t got;

	if (in->ended || in->from < in->to || !has_input())
		return;
	got = read(STDIN_FILENO, in->buf, sizeof(in->buf));
	if (got < 0)
		die("standard input: %s", strerror(errno));
	in->from = 0;
	in->to = got;
	if (got)
		return;
	in->ended = true;
	if (close_at_end && shutdown(fd, SHUT_WR) < 0)
		die("shutdown: %s", strerror(errno));
}

/* Returns a negative errno, or else 1. */
static int send_some(struct input *in, int fd)
{
	ssize_t sent;

	if (in->from == in->to)
		return 1;
	sent = send(fd, in->buf + in->from, in->to - in->from, MSG_NOSIGNAL);
	if (sent > 0)
		in->from += sent;
	return sent > 0 || errno == EAGAIN ? 1 : -errno;
}

/* Prints what has come. Returns 0 at the end, a negative errno, or else 1. */
static int print_some(int fd, unsigned int *lines)
{
	char buf[65536];
	ssize_t got, i;

	got = recv(fd, buf, sizeof(buf), 0);
	if (got < 0)
		return errno == EAGAIN ? 1 : -errno;
	for (i = 0; i < got; i++)
		*lines += buf[i] == '\n';
	fwrite(buf, 1, got, stdout);
	fflush(stdout);
	return got > 0;
}

/* Waits until the server has something, or there is something to send to it. */
static bool wait_both(const struct input *in, int fd)
{
	bool pending = in->from < in->to;
	struct pollfd pfd[] = {
		{ .fd = fd, .events = POLLIN | (pending ? POLLOUT : 0) },
		{ .fd = in->ended || pending ? -1 : STDIN_FILENO,
		  .events = POLLIN },
	};

	return poll(pfd, 2, remaining_ms()) > 0;
}

static bool all_sent(const struct input *in)
{
	return in->ended && in->from == in->to;
}

/*
 * Ends after -n lines. With -u, sends FIN after standard input, and goes on
 * until the server has closed too; with -e server, closes only after the
 * server; with -e rst, goes on until the server resets.
 */
int cmd_talk(const struct options *opts)
{
	bool until_reset = !strcmp(opts->ending, "rst");
	bool until_closed = opts->until_eof || !strcmp(opts->ending, "server");
	struct input in = { .ended = false };
	int fd = new_socket(opts);
	unsigned int lines = 0;
	int status;

	/* A reset can be as early as that. */
	status = try_connect(fd, opts);
	if (!status)
		status = 1;

	while (status > 0 && (until_closed || until_reset ||
			      lines < opts->count)) {
		refill(&in, fd, opts->until_eof);
		status = send_some(&in, fd);
		if (status < 0)
			break;
		if (!wait_both(&in, fd))
			die("%u lines came in time", lines);
		status = print_some(fd, &lines);
	}
	while (!status && until_closed && !all_sent(&in)) {
		refill(&in, fd, true);
		if (send_some(&in, fd) < 0)
			die("the server reset");
		if (!wait_both(&in, fd))
			die("not everything could be sent in time");
	}
	if (until_reset && status != -ECONNRESET)
		die("the server did not reset: %s", strerror(-status));
	if (!until_reset && status < 0)
		die("%s after %u lines", strerror(-status), lines);
	if (!status && !until_closed)
		die("FIN after %u lines", lines);
	close(fd);
	return 0;
}
