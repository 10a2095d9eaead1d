// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <syncsock/syncsock.h>

#include "../text.h"
#include "clock.h"
#include "deliver.h"
#include "parser.h"
#include "reply.h"
#include "store.h"

/*
 * What is no longer than this is copied behind the head, to leave in the same
 * piece of memory: fewer instructions than a reference to one more page takes.
 */
#define COPY_MAX	1536

static_assert(HTTP_RESPONSE_HEAD_MAX + COPY_MAX <= SYNCSOCK_RESERVE_MAX);

/* How much of the body is copied behind the head: all or nothing. */
static size_t small_body(const struct http_reply *reply)
{
	u64 len = reply->end - reply->at;

	return !reply->parts && len <= COPY_MAX ? len : 0;
}

/* The next @left bytes of the body. */
static char *copy_body(char *to, struct http_reply *reply, size_t left)
{
	while (left) {
		const void *bytes = reply->text + reply->at;
		size_t offset, len = left;

		if (reply->content) {
			bytes = page_address(http_content_part(reply->content,
							       reply->at,
							       &offset, &len));
			bytes += offset;
			len = min(len, left);
		}
		to = text_put(to, bytes, len);
		reply->at += len;
		left -= len;
	}
	return to;
}

bool http_deliver_head(struct syncsock_conn *conn, struct http_reply *reply)
{
	size_t small = small_body(reply);
	char *head = syncsock_reserve(conn, HTTP_RESPONSE_HEAD_MAX + small);
	char date[HTTP_DATE_LEN];
	char *at;

	if (IS_ERR(head))
		return false;
	http_clock(date);
	at = head + http_response_head(head, &reply->head, date);
	at = copy_body(at, reply, small);
	syncsock_commit(conn, at - head);
	return true;
}

static int send_content(struct syncsock_conn *conn,
			const struct http_content *content, u64 at,
			size_t *len)
{
	size_t offset, most = *len;
	struct page *page;

	page = http_content_part(content, at, &offset, len);
	*len = min3(*len, most, (size_t)SYNCSOCK_SEND_MAX);
	if (*len <= COPY_MAX)
		return syncsock_send(conn, page_address(page) + offset, *len);
	return syncsock_send_page(conn, page, offset, *len);
}

/* The bytes from @reply->at to @reply->end. */
static bool deliver_bytes(struct syncsock_conn *conn, struct http_reply *reply)
{
	while (reply->at < reply->end) {
		size_t len = reply->end - reply->at;
		int err;

		if (reply->content)
			err = send_content(conn, reply->content, reply->at,
					   &len);
		else
			err = syncsock_send(conn, reply->text + reply->at, len);
		if (err)
			return false;
		reply->at += len;
	}
	return true;
}

/* What comes before the next range, or behind the last one. */
static bool deliver_part_head(struct syncsock_conn *conn,
			      struct http_reply *reply,
			      const struct http_ranges *ranges)
{
	struct http_multipart multipart = http_reply_multipart(reply);
	bool last = reply->part == reply->parts;
	char buf[HTTP_PART_HEAD_MAX];
	size_t len;

	if (last)
		len = http_multipart_end(buf, &multipart);
	else
		len = http_multipart_head(buf, &multipart,
					  &ranges->range[reply->part]);
	if (syncsock_send(conn, buf, len))
		return false;
	if (!last) {
		reply->at = ranges->range[reply->part].first;
		reply->end = ranges->range[reply->part].last + 1;
	}
	reply->part++;
	return true;
}

bool http_deliver_body(struct syncsock_conn *conn, struct http_reply *reply,
		       const struct http_parser *request)
{
	const struct http_ranges *ranges = &request->fields.ranges;

	for (;;) {
		if (!deliver_bytes(conn, reply))
			return false;
		if (!reply->parts || reply->part > reply->parts)
			return true;
		if (!deliver_part_head(conn, reply, ranges))
			return false;
	}
}
