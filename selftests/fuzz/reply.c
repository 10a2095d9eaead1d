// SPDX-License-Identifier: GPL-2.0
/*
 * What is answered to a GET or HEAD with any fields.
 *
 * An input begins with four bytes: two of the length of the content, one of
 * its compressed sibling's, 0 for none, and one whose lowest bit makes the
 * request a HEAD. The fields follow.
 */
#include "fuzz.h"

#include "../../src/handlers/http/reply.h"

#define BOUNDARY	"0123456789ABCDEF"
#define MEDIA		"text/plain; charset=utf-8"

/* Returns whether there is a request to answer. */
static bool parse(struct http_parser *parser, bool head, const u8 *fields,
		  size_t len)
{
	static const char begin[] = " / HTTP/1.1\r\nHost: a\r\n";
	const char *method = head ? "HEAD" : "GET";
	enum http_parser_result result;
	size_t used;

	memset(parser, 0x55, sizeof(*parser));
	http_parser_begin(parser);
	http_parser_feed(parser, method, strlen(method), &used);
	http_parser_feed(parser, begin, strlen(begin), &used);
	result = http_parser_feed(parser, fields, len, &used);
	if (result == HTTP_PARSER_MORE)
		result = http_parser_feed(parser, "\r\n", 2, &used);
	return result == HTTP_PARSER_DONE;
}

/* Each range is in the content, and all of them are not more than it. */
static void require_parts(const struct http_reply *reply,
			  const struct http_ranges *ranges, u64 complete)
{
	u64 sum = 0;
	u8 i;

	require(reply->parts >= 2 && reply->parts <= HTTP_RANGES_MAX);
	require(reply->parts == ranges->count);
	require(reply->at == reply->end && !reply->part);
	for (i = 0; i < reply->parts; i++) {
		require(ranges->range[i].first <= ranges->range[i].last);
		require(ranges->range[i].last < complete);
		sum += http_range_length(&ranges->range[i]);
	}
	require(sum <= complete);
	require(reply->head.length > sum);
}

static void require_body(const struct http_reply *reply,
			 const struct http_parser *parser, u64 complete)
{
	require(reply->at <= reply->end);
	if (parser->method == HTTP_METHOD_HEAD || reply->head.status == 304) {
		require(reply->at == reply->end && !reply->parts);
		return;
	}
	if (reply->parts) {
		require(reply->head.status == 206);
		require_parts(reply, &parser->fields.ranges, complete);
		return;
	}
	require(reply->end - reply->at == reply->head.length);
	if (reply->content)
		require(reply->end <= complete);
	else
		require(reply->end == strlen(reply->text));
}

static void require_reply(const struct http_reply *reply,
			  const struct http_parser *parser,
			  const struct http_page *page)
{
	u64 complete = reply->head.gzip ? page->gzip->length :
					  page->content->length;

	switch (reply->head.status) {
	case 200:
	case 304:
	case 412:
		break;
	case 206:
	case 416:
		require(parser->method == HTTP_METHOD_GET);
		require(complete);
		break;
	default:
		require(false);
	}
	require_body(reply, parser, complete);
}

static void require_head(const struct http_reply *reply)
{
	char *buf = malloc(HTTP_RESPONSE_HEAD_MAX);
	size_t len;

	require(buf);
	len = http_response_head(buf, &reply->head,
				 "Sun, 06 Nov 1994 08:49:37 GMT");
	require(len > 4 && len <= HTTP_RESPONSE_HEAD_MAX);
	require(!memcmp(buf + len - 4, "\r\n\r\n", 4));
	free(buf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct http_content content = {
		.validators = { 0x0123456789abcdef, 784111777 },
	};
	struct http_content gzip = {
		.validators = { 0xfedcba9876543210, 784111778 },
	};
	struct http_page page = { .content = &content, .type = MEDIA };
	struct http_parser parser;
	struct http_reply reply;

	if (size < 4)
		return 0;
	content.length = data[0] << 8 | data[1];
	gzip.length = data[2];
	page.gzip = gzip.length ? &gzip : NULL;
	if (!parse(&parser, data[3] & 1, data + 4, size - 4))
		return 0;

	memset(&reply, 0xaa, sizeof(reply));
	http_reply_page(&reply, &parser, &page, BOUNDARY);
	require_reply(&reply, &parser, &page);
	require_head(&reply);
	http_reply_missing(&reply, &parser, &page);
	require(reply.head.status == 404 && !reply.head.content);
	require_head(&reply);
	return 0;
}
