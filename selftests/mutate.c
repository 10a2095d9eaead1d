// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP requests that are wrong in a different way each time, until it is told
 * to end: whatever comes back begins as a response does.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define MAX_INPUT	4096

/* How long to wait for a response to what may want none. */
#define PATIENCE_MS	20

static const char * const seeds[] = {
	"GET /hello.txt HTTP/1.1\r\nHost: test\r\n\r\n",
	"HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"GET http://test:80/%2e%2E/a//../1k?b HTTP/1.1\r\nHost: test\r\n\r\n",
	"GET /16k HTTP/1.1\r\nHost: test\r\nRange: bytes=0-1,-5,100-200\r\n\r\n",
	"GET /1k HTTP/1.1\r\nHost: test\r\nRange: bytes=5-\r\nIf-Range: \"a\"\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: test\r\nIf-None-Match: W/\"a\", *\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: test\r\nIf-Match: \"0123456789abcdef\"\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: test\r\nIf-Modified-Since: Sun Nov  6 08:49:37 1994\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip;q=0.5, *;q=0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nabcde",
	"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
	"3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
	"CONNECT test:443 HTTP/1.1\r\nHost: test\r\n\r\n",
};

#define SEEDS	(sizeof(seeds) / sizeof(*seeds))

struct input {
	size_t	len;
	char	bytes[MAX_INPUT];
};

static unsigned int below(unsigned int limit)
{
	return (unsigned int)random() % limit;
}

static void append(struct input *input, const char *bytes, size_t len)
{
	if (len > MAX_INPUT - input->len)
		len = MAX_INPUT - input->len;
	memcpy(input->bytes + input->len, bytes, len);
	input->len += len;
}

/* Some bytes are said twice, left out, or become others. */
static void mutate(struct input *input)
{
	static const char special[] = "\r\n\t :;,/%?*\"-0019\x7f\xff";
	struct input before = *input;
	size_t at = below(input->len + 1);
	size_t count = below(below(40) + 1);

	if (count > input->len - at)
		count = input->len - at;
	switch (below(5)) {
	case 0:
		input->len = at;
		append(input, before.bytes + at + count,
		       before.len - at - count);
		break;
	case 1:
		input->len = at + count;
		append(input, before.bytes + at, before.len - at);
		break;
	case 2:
		if (at < input->len)
			input->bytes[at] = special[below(sizeof(special))];
		break;
	case 3:
		if (at < input->len)
			input->bytes[at] ^= 1 << below(8);
		break;
	default:
		input->len = at;
		append(input, special + below(sizeof(special)), 1);
		append(input, before.bytes + at, before.len - at);
		break;
	}
}

static void make(struct input *input)
{
	unsigned int i;

	input->len = 0;
	for (i = below(3) + 1; i; i--) {
		const char *seed = seeds[below(SEEDS)];

		append(input, seed, strlen(seed));
	}
	for (i = below(6); i; i--)
		mutate(input);
}

/* Responses are complete, or cut off by us; the last one may wait for more. */
static void check_answers(struct reader *from)
{
	static const char version[] = "HTTP/1.1 ";
	size_t len = from->used < strlen(version) ? from->used :
						    strlen(version);

	if (memcmp(from->buf, version, len))
		die("no response: %.*s", (int)from->used, from->buf);
	if (from->used > len + 3 &&
	    !strchr("2345", from->buf[strlen(version)]))
		die("no status: %.*s", (int)from->used, from->buf);
}

static void send_in_pieces(int fd, const struct input *input)
{
	size_t at, len;

	for (at = 0; at < input->len; at += len) {
		len = below(4) ? input->len - at : below(50) + 1;
		if (len > input->len - at)
			len = input->len - at;
		if (try_send(fd, input->bytes + at, len))
			return;
	}
}

static void visit(const struct options *opts)
{
	struct reader from = { .fd = connect_nodelay(opts) };
	struct input input;
	ssize_t got;

	make(&input);
	send_in_pieces(from.fd, &input);
	if (!below(4))
		shutdown(from.fd, SHUT_WR);
	while (below(8) && from.used < sizeof(from.buf) &&
	       wait_for(from.fd, POLLIN, PATIENCE_MS)) {
		got = try_read(from.fd, from.buf + from.used,
			       sizeof(from.buf) - from.used);
		if (got <= 0)
			break;
		from.used += got;
	}
	check_answers(&from);
	if (!below(4))
		reset_on_close(from.fd);
	close(from.fd);
}

/* Until SIGTERM. What it was seeded with is told, to do it again. */
int cmd_mutate(const struct options *opts)
{
	unsigned int requests = 0;

	printf("seed %u\n", opts->count);
	fflush(stdout);
	srandom(opts->count);
	block_stop();
	while (!stopped()) {
		if (!remaining_ms())
			die("was not stopped in time");
		visit(opts);
		requests++;
	}
	printf("%u connections\n", requests);
	return 0;
}
