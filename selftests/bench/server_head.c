// SPDX-License-Identifier: GPL-2.0
/*
 * The head of an HTTP request.
 */
#include <string.h>
#include <strings.h>

#include "server_head.h"

struct fields {
	unsigned int hosts;
	bool	needs_host;
	bool	length;
	bool	close;
	bool	keep_alive;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts the path out of a target; anything but a path is not found. */
static void find_path(struct request *req)
{
	char *end = req->target + req->target_len, *path;

	if (req->target_len > 7 && !strncasecmp(req->target, "http://", 7)) {
		path = memchr(req->target + 7, '/', end - req->target - 7);
		req->target = path ? path : end;
	}
	path = memchr(req->target, '?', end - req->target);
	if (path)
		end = path;
	req->target_len = end - req->target;
}

/* METHOD SP TARGET SP HTTP/1.DIGIT */
static void parse_line(struct request *req, struct fields *fields, char *line,
		       size_t len)
{
	char *space = memchr(line, ' ', len), *version = line + len - 9;

	req->status = 400;
	/* "A / HTTP/1.1" is as short as it gets. */
	if (len < 12 || !space || space == line || version <= space)
		return;
	if (memcmp(version, " HTTP/", 6) || !is_digit(version[6]) ||
	    version[7] != '.' || !is_digit(version[8]))
		return;
	req->target = space + 1;
	req->target_len = version - req->target;
	if (!req->target_len || memchr(req->target, ' ', req->target_len))
		return;
	if (version[6] != '1') {
		req->status = 505;
		return;
	}
	fields->keep_alive = version[8] != '0';
	fields->needs_host = fields->keep_alive;
	find_path(req);
	if (space - line == 3 && !memcmp(line, "GET", 3)) {
		req->status = 200;
	} else if (space - line == 4 && !memcmp(line, "HEAD", 4)) {
		req->status = 200;
		req->head_only = true;
	} else {
		req->status = 405;
	}
}

static bool parse_length(struct request *req, struct fields *fields,
			 const char *value, size_t len)
{
	unsigned long sum = 0;
	size_t i;

	if (!len || len > 18)
		return false;
	for (i = 0; i < len; i++) {
		if (!is_digit(value[i]))
			return false;
		sum = 10 * sum + value[i] - '0';
	}
	if (fields->length && sum != req->body_len)
		return false;
	fields->length = true;
	req->body_len = sum;
	return true;
}

static void parse_connection(struct fields *fields, const char *value,
			     size_t len)
{
	size_t part;

	while (len) {
		for (part = 0; part < len && value[part] != ',' &&
		     !is_blank(value[part]); part++)
			;
		if (part == 5 && !strncasecmp(value, "close", 5))
			fields->close = true;
		else if (part == 10 && !strncasecmp(value, "keep-alive", 10))
			fields->keep_alive = true;
		while (part < len && (value[part] == ',' ||
				      is_blank(value[part])))
			part++;
		value += part;
		len -= part;
	}
}

/* Few names matter; their lengths tell most others apart. */
static bool parse_field(struct request *req, struct fields *fields,
			const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value, *end = line + len;
	size_t name_len = colon - line;

	if (!colon || !name_len || memchr(line, ' ', name_len) ||
	    memchr(line, '\t', name_len))
		return false;
	for (value = colon + 1; value < end && is_blank(*value); value++)
		;
	while (end > value && is_blank(end[-1]))
		end--;
	switch (name_len) {
	case 4:
		if (!strncasecmp(line, "Host", 4))
			fields->hosts++;
		break;
	case 10:
		if (!strncasecmp(line, "Connection", 10))
			parse_connection(fields, value, end - value);
		break;
	case 14:
		if (!strncasecmp(line, "Content-Length", 14))
			return parse_length(req, fields, value, end - value);
		break;
	case 17:
		if (!strncasecmp(line, "Transfer-Encoding", 17))
			req->status = 501;
		break;
	}
	return true;
}

/*
 * Returns the length of the head, 0 if there is more to come. With a status
 * other than 200, 404 and 405 it is not known where the next request begins.
 */
size_t request_parse(struct request *req, char *data, size_t len)
{
	struct fields fields = { };
	char *line = data, *end = data + len, *feed;
	bool first = true;
	size_t line_len;

	req->head_only = false;
	req->keep_alive = false;
	req->body_len = 0;
	for (; (feed = memchr(line, '\n', end - line)); line = feed + 1) {
		line_len = feed - line;
		if (line_len && feed[-1] == '\r')
			line_len--;
		if (first) {
			/* Empty lines before a request mean nothing. */
			if (!line_len)
				continue;
			parse_line(req, &fields, line, line_len);
			if (req->status != 200 && req->status != 405)
				return feed + 1 - data;
			first = false;
		} else if (!line_len) {
			if (fields.hosts != 1 &&
			    (fields.hosts || fields.needs_host))
				req->status = 400;
			req->keep_alive = fields.keep_alive && !fields.close;
			return feed + 1 - data;
		} else if (!parse_field(req, &fields, line, line_len)) {
			req->status = 400;
			return feed + 1 - data;
		}
		if (feed - data > HEAD_MAX)
			break;
	}
	if (end - data <= HEAD_MAX)
		return 0;
	req->status = 431;
	return len;
}
