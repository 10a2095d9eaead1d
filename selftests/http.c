// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP requests: as given, pipelined, and cut into segments.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* Sends standard input as it is and prints the responses as they are. */
int cmd_request(const struct options *opts)
{
	static char input[1 << 20];
	struct reader from = { .fd = connect_to(opts) };
	struct response resp;
	unsigned int i;
	size_t len;

	len = fread(input, 1, sizeof(input), stdin);
	if (ferror(stdin) || len == sizeof(input))
		die("cannot read the request");
	send_all(from.fd, input, len);
	for (i = 0; i < opts->count; i++) {
		read_response(&from, !strncmp(input, "HEAD ", 5), &resp);
		fwrite(resp.bytes, 1, resp.head_len + resp.body_len, stdout);
		free_response(&resp);
	}
	if (from.used)
		die("%zu bytes after the last response", from.used);
	if (opts->until_eof)
		expect_eof(from.fd);
	else if (wait_for(from.fd, POLLIN, 0))
		die("bytes or FIN after the last response");
	return 0;
}

static struct response get_once(const struct options *opts, const char *request)
{
	struct reader from = { .fd = connect_to(opts) };
	struct response resp;

	send_all(from.fd, request, strlen(request));
	read_response(&from, false, &resp);
	close(from.fd);
	return resp;
}

static bool same_content(const struct response *a, const struct response *b)
{
	return a->status == b->status && a->body_len == b->body_len &&
	       !memcmp(a->bytes + a->head_len, b->bytes + b->head_len,
		       a->body_len);
}

/*
 * All requests in one write. Odd ones ask for a path that does not exist, so
 * that a response out of order is noticed.
 */
int cmd_pipeline_http(const struct options *opts)
{
	char *good = http_get(opts->path, true);
	char *bad = http_get("/no/such/page", true);
	size_t len = 0, room = (strlen(good) + strlen(bad)) * opts->count;
	char *all = malloc(room + 1);
	struct response want[2], resp;
	struct reader from;
	unsigned int i;
	ssize_t sent;

	if (!all)
		die("out of memory");
	want[0] = get_once(opts, good);
	want[1] = get_once(opts, bad);
	if (want[0].status != 200 || want[1].status != 404)
		die("expected 200 and 404, not %d and %d", want[0].status,
		    want[1].status);
	for (i = 0; i < opts->count; i++)
		len += sprintf(all + len, "%s", i % 2 ? bad : good);

	from.fd = connect_to(opts);
	from.used = 0;
	set_option(from.fd, SOL_SOCKET, SO_SNDBUF, 4 * len, "SO_SNDBUF");
	sent = send(from.fd, all, len, 0);
	if (sent != (ssize_t)len)
		die("one write took %zd of %zu bytes", sent, len);
	for (i = 0; i < opts->count; i++) {
		read_response(&from, false, &resp);
		if (!same_content(&resp, &want[i % 2]))
			die("response %u of %u has status %d, not %d, or another body",
			    i + 1, opts->count, resp.status, want[i % 2].status);
		free_response(&resp);
	}
	if (from.used)
		die("%zu bytes after the last response", from.used);
	return 0;
}

/*
 * One request in two segments: the second part leaves when the server's TCP
 * has acknowledged the first.
 */
static struct response get_split(const struct options *opts,
				 const char *request, size_t at)
{
	struct reader from = { .fd = connect_nodelay(opts) };
	struct response resp;

	send_all(from.fd, request, at);
	wait_acknowledged(from.fd);
	send_all(from.fd, request + at, strlen(request) - at);
	read_response(&from, false, &resp);
	close(from.fd);
	return resp;
}

static struct response get_bytewise(const struct options *opts,
				    const char *request)
{
	struct reader from = { .fd = connect_nodelay(opts) };
	struct response resp;

	for (; *request; request++)
		send_all(from.fd, request, 1);
	read_response(&from, false, &resp);
	close(from.fd);
	return resp;
}

int cmd_split(const struct options *opts)
{
	struct response whole, resp;
	char *request;
	size_t at;

	if (!opts->path)
		die("needs -p");
	request = http_get(opts->path, true);
	whole = get_once(opts, request);
	if (whole.status != 200)
		die("status %d when not split", whole.status);
	for (at = 1; request[at]; at++) {
		resp = get_split(opts, request, at);
		if (!same_content(&resp, &whole))
			die("split after %zu bytes: status %d and %zu bytes, not %d and %zu",
			    at, resp.status, resp.body_len, whole.status,
			    whole.body_len);
		free_response(&resp);
	}
	resp = get_bytewise(opts, request);
	if (!same_content(&resp, &whole))
		die("byte by byte: status %d", resp.status);
	return 0;
}
