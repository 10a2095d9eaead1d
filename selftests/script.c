// SPDX-License-Identifier: GPL-2.0
/*
 * Exchanges with a memcached server, from a file that describes itself:
 * selftests/memcache/exchanges. What was answered goes to standard output.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* Sent behind each exchange, and what answers it. */
#define LAST_REQUEST	"md end-of-exchange Oend\r\n"
#define LAST_ANSWER	"NF Oend\r\n"

/* The most pieces that an exchange is sent in. */
#define PIECES_MAX	8

#define SIZE_MAX_HERE	(16 << 20)

/* Longer ones are not spoilt. */
#define SPOIL_MAX	(64 << 10)

struct bytes {
	char	*data;
	size_t	len;
};

static void add(struct bytes *to, const void *data, size_t len)
{
	if (to->len + len > SIZE_MAX_HERE)
		die("an exchange is too long");
	memcpy(to->data + to->len, data, len);
	to->len += len;
}

static void add_char(struct bytes *to, char c)
{
	add(to, &c, 1);
}

/* "{N C}", from behind its first brace; returns what follows it. */
static const char *add_many(struct bytes *to, const char *at)
{
	char *end;
	unsigned long count = strtoul(at, &end, 10);

	if (end == at || !*end || end[1] != '}')
		die("bad repetition: %.20s", at);
	while (count--)
		add_char(to, *end);
	return end + 2;
}

/* An escape, from behind its backslash; returns what follows it. */
static const char *add_escape(struct bytes *to, const char *at)
{
	static const char letters[] = "lr0s\\";
	static const char meanings[] = "\n\r\0 \\";
	const char *letter = memchr(letters, *at, strlen(letters));
	char hex[3] = "";

	if (letter) {
		add_char(to, meanings[letter - letters]);
		return at + 1;
	}
	switch (*at) {
	case 'n':
		add(to, "\r\n", 2);
		return at + 1;
	case 'x':
		memcpy(hex, at + 1, 2);
		add_char(to, strtoul(hex, NULL, 16));
		return at + 3;
	case '{':
		return add_many(to, at + 1);
	default:
		die("bad escape: %.20s", at);
	}
}

static void read_line(struct bytes *request, const char *line)
{
	request->len = 0;
	while (*line && *line != '\n') {
		if (*line == '\\')
			line = add_escape(request, line + 1);
		else
			add_char(request, *line++);
	}
	add(request, LAST_REQUEST, strlen(LAST_REQUEST));
}

/*
 * In pieces that end at random places. A server that has closed the connection
 * gets no more of them.
 */
static void send_pieces(int fd, const struct bytes *request)
{
	size_t pieces = 1 + rand() % PIECES_MAX;
	size_t at = 0;

	while (at < request->len) {
		size_t len = request->len - at;

		if (pieces > 1)
			len = 1 + rand() % len;
		pieces--;
		if (try_send(fd, request->data + at, len))
			return;
		at += len;
	}
}

static bool ends_with(const struct bytes *bytes, const char *text)
{
	size_t len = strlen(text);

	return bytes->len >= len &&
	       !memcmp(bytes->data + bytes->len - len, text, len);
}

/* Returns false if the server has closed the connection. */
static bool receive(int fd, struct bytes *answer)
{
	answer->len = 0;
	while (!ends_with(answer, LAST_ANSWER)) {
		char buf[1 << 16];
		ssize_t len = try_read(fd, buf, sizeof(buf));

		if (len <= 0)
			return false;
		add(answer, buf, len);
	}
	answer->len -= strlen(LAST_ANSWER);
	return true;
}

/* Hides the numbers of t and l in the first line of an answer of "mg". */
static void print(const struct bytes *answer)
{
	bool line_start = true;
	bool masked = false;
	size_t i;

	for (i = 0; i < answer->len; i++) {
		const char *at = answer->data + i;

		if (line_start)
			masked = answer->len - i > 2 &&
				 (!memcmp(at, "HD", 2) || !memcmp(at, "VA", 2));
		line_start = *at == '\n';
		putchar(*at);
		if (!masked || i == 0 || (*at != 't' && *at != 'l') ||
		    at[-1] != ' ')
			continue;
		if (i + 1 < answer->len && at[1] >= '0' && at[1] <= '9')
			putchar('#');
		while (i + 1 < answer->len && answer->data[i + 1] >= '0' &&
		       answer->data[i + 1] <= '9')
			i++;
	}
}

/* A few bytes of a request become others, are missing, or are there twice. */
static void spoil(struct bytes *request)
{
	static const char chars[] = " \r\n\0-09agmsvz\x80\xff";
	int times = 1 + rand() % 4;

	while (times--) {
		size_t at = rand() % request->len;
		size_t part = 1 + rand() % 16;
		size_t rest = request->len - at;

		if (part >= rest)
			continue;
		switch (rand() % 3) {
		case 0:
			request->data[at] = chars[rand() % sizeof(chars)];
			break;
		case 1:
			memmove(request->data + at, request->data + at + part,
				rest - part);
			request->len -= part;
			break;
		default:
			add(request, request->data, part);
			memmove(request->data + at + part, request->data + at,
				rest);
			break;
		}
	}
}

/* However it ends, it has to end. */
static void exchange_spoilt(const struct options *opts, struct bytes *request)
{
	int fd = connect_nodelay(opts);
	char buf[1 << 16];

	spoil(request);
	send_pieces(fd, request);
	shutdown(fd, SHUT_WR);
	while (try_read(fd, buf, sizeof(buf)) > 0)
		;
	if (!remaining_ms())
		die("a spoilt exchange does not end");
	close(fd);
}

/*
 * -n: the seed of where exchanges are cut; -p: the file, else standard input;
 * -u: each on a connection of its own, spoilt.
 */
int cmd_script(const struct options *opts)
{
	struct bytes request = { .data = malloc(SIZE_MAX_HERE) };
	struct bytes answer = { .data = malloc(SIZE_MAX_HERE) };
	char *line = NULL;
	size_t size = 0;
	int fd = connect_nodelay(opts);

	if (opts->path && !freopen(opts->path, "r", stdin))
		die("cannot read %s", opts->path);
	if (!request.data || !answer.data)
		die("out of memory");
	srand(opts->count);
	while (getline(&line, &size, stdin) > 0) {
		if (*line == '#' || *line == '\n')
			continue;
		if (*line == '~') {
			if (!opts->until_eof)
				sleep(atoi(line + 1));
			continue;
		}
		printf("> %s", line);
		read_line(&request, line);
		if (opts->until_eof) {
			if (request.len < SPOIL_MAX)
				exchange_spoilt(opts, &request);
			continue;
		}
		send_pieces(fd, &request);
		if (receive(fd, &answer)) {
			print(&answer);
			continue;
		}
		if (!remaining_ms())
			die("no answer to: %s", line);
		print(&answer);
		printf("(closed)\n");
		close(fd);
		fd = connect_nodelay(opts);
	}
	return 0;
}
