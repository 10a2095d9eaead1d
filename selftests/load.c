// SPDX-License-Identifier: GPL-2.0
/*
 * Many short connections, and a stream of requests that must not fail.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

#define SHORT_ECHO	100

static int try_echo(int fd, unsigned long seed)
{
	struct exchange x = { .fd = fd, .seed = seed, .total = SHORT_ECHO };

	return try_exchange(&x);
}

static int try_get(int fd, const char *path, bool keep_alive)
{
	struct reader from = { .fd = fd };
	struct response resp;
	char *request = http_get(path, keep_alive);
	int err;

	err = try_send(fd, request, strlen(request));
	free(request);
	if (!err)
		err = try_read_response(&from, false, &resp);
	if (err)
		return err;
	free_response(&resp);
	return resp.status == 200 ? 0 : -EBADMSG;
}

static int try_request(int fd, const struct options *opts, unsigned long seed,
		       bool keep_alive)
{
	return opts->path ? try_get(fd, opts->path, keep_alive) :
			    try_echo(fd, seed);
}

static int try_end(int fd)
{
	ssize_t got;
	char byte;

	got = try_read(fd, &byte, 1);
	return got > 0 ? -EBADMSG : got;
}

/* One short connection. Returns 0 or a negative errno. */
static int visit(const struct options *opts, unsigned long seed)
{
	bool server_first = !strcmp(opts->ending, "server");
	int fd = new_socket(opts);
	int err;

	err = try_connect(fd, opts);
	if (!err)
		err = try_request(fd, opts, seed, !server_first);
	if (!err && !strcmp(opts->ending, "fin")) {
		if (shutdown(fd, SHUT_WR) < 0)
			err = -errno;
		else
			err = try_end(fd);
	} else if (!err && server_first) {
		err = try_end(fd);
	} else if (!err) {
		reset_on_close(fd);
	}
	close(fd);
	return err;
}

static int worker(const struct options *opts, unsigned int index)
{
	unsigned int i;
	int err;

	for (i = index; i < opts->count; i += opts->workers) {
		err = visit(opts, i + 1);
		if (err)
			die("connection %u: %s", i, strerror(-err));
	}
	return 0;
}

int cmd_churn(const struct options *opts)
{
	unsigned int i, failed = 0;
	int status;
	pid_t pid;

	for (i = 0; i < opts->workers; i++) {
		pid = fork();
		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (!pid)
			exit(worker(opts, i));
	}
	for (i = 0; i < opts->workers; i++) {
		if (wait(&status) < 0)
			die("wait: %s", strerror(errno));
		failed += status != 0;
	}
	if (failed)
		die("%u of %u workers failed", failed, opts->workers);
	return 0;
}

/*
 * Alternates a request on a connection that stays with one on a new
 * connection, until SIGTERM.
 */
int cmd_stream(const struct options *opts)
{
	int fd = connect_to(opts);
	struct exchange kept = { .fd = fd };
	unsigned int requests = 0;
	int err = 0;

	block_stop();
	while (!err && !stopped()) {
		if (!remaining_ms())
			die("was not stopped in time");
		if (opts->path) {
			err = try_get(fd, opts->path, true);
		} else {
			kept.total += SHORT_ECHO;
			err = try_exchange(&kept);
		}
		if (!err)
			err = visit(opts, ++requests);
		requests++;
	}
	if (err)
		die("request %u failed: %s", requests, strerror(-err));
	close(fd);
	printf("%u requests\n", requests);
	return 0;
}
