// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP/1.1 in a server: GET and HEAD of files in memory.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server_files.h"
#include "server_head.h"
#include "session.h"

/* A body up to this size is copied behind its head. */
#define COPY_MAX	4096

/* The room for a response that is copied, or for the head of another. */
#define RESPONSE_ROOM	(COPY_MAX + 1024)

/* The first lines of responses, with the date of this second. */
static __thread struct {
	time_t	second;
	char	date[DATE_LEN + 1];
	char	ok[160];
	size_t	ok_len;
} start;

static void tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec == start.second)
		return;
	start.second = now.tv_sec;
	format_date(start.date, now.tv_sec);
	start.ok_len = snprintf(start.ok, sizeof(start.ok),
				"HTTP/1.1 200 OK\r\nServer: %s\r\nDate: %s\r\n",
				program_invocation_short_name, start.date);
}

static void respond_file(const struct request *req, const struct file *file,
			 struct output *out)
{
	output_copy(out, start.ok, start.ok_len);
	output_copy(out, file->fields[req->keep_alive],
		    file->fields_len[req->keep_alive]);
	if (req->head_only || !file->len)
		return;
	if (file->len <= COPY_MAX)
		output_copy(out, file->body, file->len);
	else
		output_refer(out, file->body, file->len);
}

static const char *reason(unsigned int status)
{
	switch (status) {
	case 404:
		return "Not Found";
	case 405:
		return "Not Allowed";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Bad Request";
	}
}

static void respond_error(const struct request *req, struct output *out)
{
	char body[256], head[512];
	int body_len, head_len;

	body_len = snprintf(body, sizeof(body),
			    "<html>\r\n<head><title>%u %s</title></head>\r\n"
			    "<body><h1>%u %s</h1></body>\r\n</html>\r\n",
			    req->status, reason(req->status), req->status,
			    reason(req->status));
	head_len = snprintf(head, sizeof(head),
			    "HTTP/1.1 %u %s\r\nServer: %s\r\nDate: %s\r\n"
			    "Content-Type: text/html\r\nContent-Length: %d\r\n"
			    "%sConnection: %s\r\n\r\n", req->status,
			    reason(req->status), program_invocation_short_name,
			    start.date, body_len,
			    req->status == 405 ? "Allow: GET, HEAD\r\n" : "",
			    req->keep_alive ? "keep-alive" : "close");
	output_copy(out, head, head_len);
	if (!req->head_only)
		output_copy(out, body, body_len);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes %XX in place; false if something else follows a %. */
static bool decode(struct request *req)
{
	char *from = req->target, *to = from, *end = from + req->target_len;

	if (!memchr(from, '%', req->target_len))
		return true;
	while (from < end) {
		if (*from != '%') {
			*to++ = *from++;
			continue;
		}
		if (end - from < 3 || hex(from[1]) < 0 || hex(from[2]) < 0)
			return false;
		*to++ = hex(from[1]) << 4 | hex(from[2]);
		from += 3;
	}
	req->target_len = to - req->target;
	return true;
}

static void respond(struct request *req, struct output *out)
{
	const struct file *file;

	if (req->status == 200 && !decode(req)) {
		req->status = 400;
		req->keep_alive = false;
	}
	if (req->status == 200) {
		file = files_find(req->target, req->target_len);
		if (file) {
			respond_file(req, file, out);
			return;
		}
		req->status = 404;
	}
	if (req->status != 404 && req->status != 405)
		req->keep_alive = false;
	respond_error(req, out);
}

static size_t process(struct session *session, char *data, size_t len,
		      struct output *out)
{
	size_t used = 0, head_len, part;
	bool unreadable = false;
	struct request req;

	while (used < len && !session->close) {
		if (session->skip) {
			part = len - used;
			if (part > session->skip)
				part = session->skip;
			session->skip -= part;
			used += part;
			continue;
		}
		if (!output_has_room(out, RESPONSE_ROOM, 2))
			break;
		head_len = request_parse(&req, data + used, len - used);
		if (!head_len)
			break;
		used += head_len;
		session->skip = req.body_len;
		unreadable = req.status != 200 && req.status != 405;
		respond(&req, out);
		session->close = !req.keep_alive;
	}
	/* An RST for input that nobody reads would destroy the response. */
	if (session->close) {
		session->drain = used < len || session->skip || unreadable;
		used = len;
	}
	return used;
}

const struct session_protocol http_session = {
	.name		= "http",
	.setup		= files_load,
	.tick		= tick,
	.process	= process,
};
