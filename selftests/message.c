// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP responses, read one after another from a connection.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client.h"

/* The most that a response may be; more is a failure. */
#define MAX_BODY	(64 << 20)

/* Returns the bytes added, 0 at the end, or a negative errno. */
static ssize_t read_more(struct reader *from)
{
	ssize_t got;

	if (from->used == sizeof(from->buf))
		return -EMSGSIZE;
	got = try_read(from->fd, from->buf + from->used,
		       sizeof(from->buf) - from->used);
	if (got > 0)
		from->used += got;
	return got;
}

/* Returns the value of a header field, or NULL. The head ends in NUL. */
static const char *field(const char *head, const char *name)
{
	size_t len = strlen(name);
	const char *line = head;

	while ((line = strstr(line, "\r\n"))) {
		line += 2;
		if (!strncasecmp(line, name, len) && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " \t");
	}
	return NULL;
}

/* Reads until the end of the head. Returns its length or a negative errno. */
static ssize_t read_head(struct reader *from)
{
	const char *end;
	ssize_t got;

	for (;;) {
		end = memmem(from->buf, from->used, "\r\n\r\n", 4);
		if (end)
			return end + 4 - from->buf;
		got = read_more(from);
		if (got < 0)
			return got;
		if (!got)
			return from->used ? -EPROTO : -ECONNABORTED;
	}
}

static int parse_head(struct response *resp, const char *head, bool head_only)
{
	const char *value;
	int minor;

	if (sscanf(head, "HTTP/1.%1d %3d ", &minor, &resp->status) != 2)
		return -EPROTO;
	value = field(head, "Connection");
	resp->will_close = value ? !strncasecmp(value, "close", 5) : !minor;
	resp->body_len = 0;
	if (head_only || resp->status == 204 || resp->status == 304)
		return 0;
	value = field(head, "Content-Length");
	if (!value)
		return -EPROTO;
	resp->body_len = strtoul(value, NULL, 10);
	return resp->body_len > MAX_BODY ? -EMSGSIZE : 0;
}

/*
 * Reads one response; what follows it stays in the reader. Returns 0,
 * -ECONNABORTED if the server ended the connection before it, -EPROTO if it is
 * malformed or incomplete, or another negative errno.
 */
int try_read_response(struct reader *from, bool head_only,
		      struct response *resp)
{
	ssize_t head_len, got;
	size_t total, have;
	char *head;
	int err;

	memset(resp, 0, sizeof(*resp));
	head_len = read_head(from);
	if (head_len < 0)
		return head_len;
	head = strndup(from->buf, head_len);
	if (!head)
		return -ENOMEM;
	err = parse_head(resp, head, head_only);
	free(head);
	if (err)
		return err;

	resp->head_len = head_len;
	total = head_len + resp->body_len;
	resp->bytes = malloc(total);
	if (!resp->bytes)
		return -ENOMEM;
	have = from->used < total ? from->used : total;
	memcpy(resp->bytes, from->buf, have);
	from->used -= have;
	memmove(from->buf, from->buf + have, from->used);
	while (have < total) {
		got = try_read(from->fd, resp->bytes + have, total - have);
		if (got <= 0) {
			free_response(resp);
			return got ? got : -EPROTO;
		}
		have += got;
	}
	return 0;
}

void read_response(struct reader *from, bool head_only, struct response *resp)
{
	int err = try_read_response(from, head_only, resp);

	if (err == -ECONNABORTED)
		die("FIN instead of a response");
	if (err == -EPROTO)
		die("a malformed or incomplete response");
	if (err)
		die("waiting for a response: %s", strerror(-err));
}

void free_response(struct response *resp)
{
	free(resp->bytes);
	resp->bytes = NULL;
}

/* Returns a request in memory of its own. */
char *http_get(const char *path, bool keep_alive)
{
	char *request;

	if (asprintf(&request,
		     "GET %s HTTP/1.1\r\nHost: test\r\n%s\r\n", path,
		     keep_alive ? "" : "Connection: close\r\n") < 0)
		die("out of memory");
	return request;
}
