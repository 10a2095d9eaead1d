// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP: GET of one path, whose body is known.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "load.h"

#define HEAD_MAX	8192

static char *get;
static size_t get_len;
static const char *body;
static size_t body_len;

static void read_body(const char *name)
{
	FILE *file = fopen(name, "r");
	char *content;

	if (!file || fseek(file, 0, SEEK_END) < 0)
		die("%s: %s", name, strerror(errno));
	body_len = ftell(file);
	rewind(file);
	content = malloc(body_len + 1);
	if (!content)
		die("out of memory");
	if (fread(content, 1, body_len, file) != body_len)
		die("%s: cannot be read", name);
	fclose(file);
	body = content;
}

static void setup_http(void)
{
	int len;

	if (options.file) {
		read_body(options.file);
	} else {
		pattern_setup(options.size);
		body = pattern_at(0);
		body_len = options.size;
	}
	len = asprintf(&get, "GET %s HTTP/1.1\r\nHost: bench\r\n%s\r\n",
		       options.path,
		       options.once ? "Connection: close\r\n" : "");
	if (len < 0)
		die("out of memory");
	get_len = len;
}

static unsigned int request(unsigned long number, struct iovec *pieces)
{
	(void)number;
	pieces[0].iov_base = get;
	pieces[0].iov_len = get_len;
	return 1;
}

static bool is_field(const char *line, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	return len > name_len && line[name_len] == ':' &&
	       !strncasecmp(line, name, name_len);
}

static void check_length(const char *line, unsigned long number)
{
	unsigned long len;
	char *end;

	line = strchr(line, ':') + 1;
	len = strtoul(line, &end, 10);
	if (end == line || (*end != '\r' && *end != ' ') || len != body_len)
		fail("request %lu: Content-Length:%.*s, not %zu", number,
		     (int)strcspn(line, "\r"), line, body_len);
}

/* The head ends with an empty line, so that each line has its end. */
static void check_head(const char *head, size_t len, unsigned long number)
{
	const char *end = head + len - 2, *line, *next;
	bool has_length = false;

	if (len < 15 || memcmp(head, "HTTP/1.1 ", 9))
		fail("request %lu: not HTTP/1.1, but '%.*s'", number,
		     (int)strcspn(head, "\r"), head);
	if (memcmp(head + 9, "200 ", 4))
		fail("request %lu: status %.3s", number, head + 9);
	line = memchr(head, '\n', len);
	for (line++; line < end; line = next) {
		next = (const char *)memchr(line, '\n', end - line) + 1;
		if (is_field(line, next - line, "Content-Length")) {
			if (has_length)
				fail("request %lu: two lengths", number);
			check_length(line, number);
			has_length = true;
		} else if (is_field(line, next - line, "Transfer-Encoding")) {
			fail("request %lu: Transfer-Encoding", number);
		}
	}
	if (!has_length)
		fail("request %lu: no Content-Length", number);
}

/* Returns how many bytes belong to the head. */
static size_t receive_head(struct response *resp, unsigned long number,
			   const char *data, size_t len)
{
	size_t before = resp->head_used, from;
	char *end;

	if (!before) {
		end = memmem(data, len, "\r\n\r\n", 4);
		if (end) {
			end += 4;
			check_head(data, end - data, number);
			resp->in_body = true;
			return end - data;
		}
	}

	/* It has come in pieces, which is rare. */
	if (!resp->head)
		resp->head = malloc(HEAD_MAX + 1);
	if (!resp->head)
		die("out of memory");
	if (len > HEAD_MAX - before)
		len = HEAD_MAX - before;
	memcpy(resp->head + before, data, len);
	resp->head_used += len;
	from = before > 3 ? before - 3 : 0;
	end = memmem(resp->head + from, resp->head_used - from, "\r\n\r\n", 4);
	if (end) {
		end += 4;
		check_head(resp->head, end - resp->head, number);
		resp->in_body = true;
		resp->head_used = 0;
		return end - resp->head - before;
	}
	if (resp->head_used == HEAD_MAX)
		fail("request %lu: the head of the response is too long",
		     number);
	return len;
}

static size_t receive(struct response *resp, unsigned long number,
		      const char *data, size_t len, bool *complete)
{
	size_t used = 0, part;

	if (!resp->in_body) {
		used = receive_head(resp, number, data, len);
		if (!resp->in_body)
			return used;
	}
	part = body_len - resp->offset;
	if (part > len - used)
		part = len - used;
	if (memcmp(data + used, body + resp->offset, part))
		fail("request %lu: a wrong byte between %zu and %zu of the body",
		     number, resp->offset, resp->offset + part);
	resp->offset += part;
	if (resp->offset == body_len) {
		resp->offset = 0;
		resp->in_body = false;
		*complete = true;
	}
	return used + part;
}

const struct protocol http_protocol = {
	.name		= "http",
	.setup		= setup_http,
	.request	= request,
	.receive	= receive,
	.server_closes	= true,
};
