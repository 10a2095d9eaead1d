// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what is answered to a request: the head of the response, and
 * which bytes its body has.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "table.h"
#include "../src/handlers/http/media.c"
#include "../src/handlers/http/multipart.c"
#include "../src/handlers/http/reply.c"
#include "../src/handlers/http/response.c"
#include "../src/handlers/http/status.c"

#define TAG		"\"0123456789abcdef\""
#define GZIP_TAG	"\"fedcba9876543210\""
#define MODIFIED	"Sun, 06 Nov 1994 08:49:37 GMT"
#define BOUNDARY	"0123456789ABCDEF"
#define NOW		"Mon, 07 Nov 1994 00:00:00 GMT"

#define HEAD(_status) \
	"HTTP/1.1 " _status "\r\nServer: syncsock\r\nDate: " NOW "\r\n"
#define TYPE		"Content-Type: text/css; charset=utf-8\r\n"
#define PLAIN(_length)	"Content-Type: text/plain; charset=utf-8\r\n" \
			"Content-Length: " _length "\r\n"
#define VALIDATORS	"ETag: " TAG "\r\nLast-Modified: " MODIFIED "\r\n"
#define GZIP_VALIDATORS	\
	"ETag: " GZIP_TAG "\r\nLast-Modified: " MODIFIED "\r\n"
#define VARY		"Vary: Accept-Encoding\r\n"
#define RANGES		"Accept-Ranges: bytes\r\n"

static const struct http_content content = {
	.length			= 1000,
	.validators.tag		= 0x0123456789abcdef,
	.validators.modified	= 784111777,
	.tag			= TAG,
	.modified		= MODIFIED,
};

static const struct http_content gzip = {
	.length			= 300,
	.validators.tag		= 0xfedcba9876543210,
	.validators.modified	= 784111777,
	.tag			= GZIP_TAG,
	.modified		= MODIFIED,
};

static const struct http_content empty = {
	.tag			= TAG,
	.modified		= MODIFIED,
};

static const struct http_page page = {
	.content	= &content,
	.type		= "text/css; charset=utf-8",
};

static const struct http_page both = {
	.content	= &content,
	.gzip		= &gzip,
	.type		= "text/css; charset=utf-8",
};

static const struct http_page empty_page = {
	.content	= &empty,
	.type		= "text/css; charset=utf-8",
};

static const struct http_page elsewhere = {
	.location	= "/a%20b/",
};

struct reply_param {
	const char		*desc;
	const char		*line;
	const char		*fields;
	const struct http_page	*page;
	const char		*head;
	u64			at;
	u64			end;
	int			parts;
};

#define GET_LINE	"GET / HTTP/1.1"
#define HEAD_LINE	"HEAD / HTTP/1.1"

static const struct reply_param reply_params[] = {
	{ "a page", GET_LINE, "", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "\r\n", 0, 1000 },
	{ "the head of a page", HEAD_LINE, "", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "\r\n" },
	{ "an empty page", GET_LINE, "", &empty_page,
	  HEAD("200 OK") TYPE "Content-Length: 0\r\n" VALIDATORS RANGES
	  "\r\n" },
	{ "close", GET_LINE, "Connection: close\r\n", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "Connection: close\r\n\r\n", 0, 1000 },
	{ "1.0", "GET / HTTP/1.0", "", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "Connection: close\r\n\r\n", 0, 1000 },
	{ "1.0 with keep-alive", "GET / HTTP/1.0",
	  "Connection: keep-alive\r\n", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "Connection: keep-alive\r\n\r\n", 0, 1000 },
	{ "rather compressed", GET_LINE, "Accept-Encoding: gzip\r\n", &both,
	  HEAD("200 OK") TYPE "Content-Length: 300\r\n"
	  "Content-Encoding: gzip\r\n" GZIP_VALIDATORS RANGES VARY "\r\n",
	  0, 300 },
	{ "rather not compressed", GET_LINE, "", &both,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  VARY "\r\n", 0, 1000 },
	{ "not to be had compressed", GET_LINE, "Accept-Encoding: gzip\r\n",
	  &page, HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS
	  RANGES "\r\n", 0, 1000 },
	{ "not modified", GET_LINE, "If-None-Match: " TAG "\r\n", &page,
	  HEAD("304 Not Modified") VALIDATORS "\r\n" },
	{ "not modified, compressed", GET_LINE,
	  "Accept-Encoding: gzip\r\nIf-None-Match: " GZIP_TAG "\r\n", &both,
	  HEAD("304 Not Modified") GZIP_VALIDATORS VARY "\r\n" },
	{ "the tag of the other content", GET_LINE,
	  "Accept-Encoding: gzip\r\nIf-None-Match: " TAG "\r\n", &both,
	  HEAD("200 OK") TYPE "Content-Length: 300\r\n"
	  "Content-Encoding: gzip\r\n" GZIP_VALIDATORS RANGES VARY "\r\n",
	  0, 300 },
	{ "not modified since", HEAD_LINE,
	  "If-Modified-Since: \t" MODIFIED " \r\n", &page,
	  HEAD("304 Not Modified") VALIDATORS "\r\n" },
	{ "not modified since, asctime", GET_LINE,
	  "If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n", &page,
	  HEAD("304 Not Modified") VALIDATORS "\r\n" },
	{ "precondition", GET_LINE, "If-Match: \"x\"\r\n", &page,
	  HEAD("412 Precondition Failed") PLAIN("24") "\r\n", 0, 24 },
	{ "precondition of a date", GET_LINE,
	  "If-Unmodified-Since: Sat, 05 Nov 1994 08:49:37 GMT\r\n", &page,
	  HEAD("412 Precondition Failed") PLAIN("24") "\r\n", 0, 24 },
	{ "a range", GET_LINE, "Range: bytes=10-19\r\n", &page,
	  HEAD("206 Partial Content") TYPE "Content-Length: 10\r\n" VALIDATORS
	  "Content-Range: bytes 10-19/1000\r\n\r\n", 10, 20 },
	{ "the last bytes", GET_LINE, "Range: bytes=-1\r\n", &page,
	  HEAD("206 Partial Content") TYPE "Content-Length: 1\r\n" VALIDATORS
	  "Content-Range: bytes 999-999/1000\r\n\r\n", 999, 1000 },
	{ "a range of what is compressed", GET_LINE,
	  "Range: bytes=100-\r\nAccept-Encoding: gzip\r\n", &both,
	  HEAD("206 Partial Content") TYPE "Content-Length: 200\r\n"
	  "Content-Encoding: gzip\r\n" GZIP_VALIDATORS VARY
	  "Content-Range: bytes 100-299/300\r\n\r\n", 100, 300 },
	{ "two ranges of what is compressed", GET_LINE,
	  "Range: bytes=0-0,-10\r\nAccept-Encoding: gzip\r\n", &both,
	  HEAD("200 OK") TYPE "Content-Length: 300\r\n"
	  "Content-Encoding: gzip\r\n" GZIP_VALIDATORS RANGES VARY "\r\n",
	  0, 300 },
	{ "two ranges of it, one outside", GET_LINE,
	  "Range: bytes=100-,300-\r\nAccept-Encoding: gzip\r\n", &both,
	  HEAD("206 Partial Content") TYPE "Content-Length: 200\r\n"
	  "Content-Encoding: gzip\r\n" GZIP_VALIDATORS VARY
	  "Content-Range: bytes 100-299/300\r\n\r\n", 100, 300 },
	{ "a range for HEAD", HEAD_LINE, "Range: bytes=10-19\r\n", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "\r\n" },
	{ "a range of an empty page", GET_LINE, "Range: bytes=0-\r\n",
	  &empty_page,
	  HEAD("200 OK") TYPE "Content-Length: 0\r\n" VALIDATORS RANGES
	  "\r\n" },
	{ "a range that is outside", GET_LINE, "Range: bytes=1000-\r\n", &page,
	  HEAD("416 Range Not Satisfiable") PLAIN("26")
	  "Content-Range: bytes */1000\r\n\r\n", 0, 26 },
	{ "a malformed range", GET_LINE, "Range: bytes=a\r\n", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "\r\n", 0, 1000 },
	{ "If-Range, the same", GET_LINE,
	  "If-Range: " TAG "\r\nRange: bytes=10-19\r\n", &page,
	  HEAD("206 Partial Content") TYPE "Content-Length: 10\r\n" VALIDATORS
	  "Content-Range: bytes 10-19/1000\r\n\r\n", 10, 20 },
	{ "If-Range, another", GET_LINE,
	  "Range: bytes=10-19\r\nIf-Range: " GZIP_TAG "\r\n", &page,
	  HEAD("200 OK") TYPE "Content-Length: 1000\r\n" VALIDATORS RANGES
	  "\r\n", 0, 1000 },
	{ "a range, but not modified", GET_LINE,
	  "Range: bytes=10-19\r\nIf-None-Match: *\r\n", &page,
	  HEAD("304 Not Modified") VALIDATORS "\r\n" },
	{ "two ranges", GET_LINE, "Range: bytes=0-0,-10\r\n", &page,
	  HEAD("206 Partial Content")
	  "Content-Type: multipart/byteranges; boundary=" BOUNDARY "\r\n"
	  "Content-Length: 227\r\n" VALIDATORS "\r\n", 0, 0, 2 },
	{ "two ranges, one outside", GET_LINE, "Range: bytes=0-0,1000-\r\n",
	  &page,
	  HEAD("206 Partial Content") TYPE "Content-Length: 1\r\n" VALIDATORS
	  "Content-Range: bytes 0-0/1000\r\n\r\n", 0, 1 },
	{ "elsewhere", GET_LINE, "If-None-Match: *\r\n", &elsewhere,
	  HEAD("301 Moved Permanently") PLAIN("22")
	  "Location: /a%20b/\r\n\r\n", 0, 22 },
	{ "elsewhere, for HEAD", HEAD_LINE, "", &elsewhere,
	  HEAD("301 Moved Permanently") PLAIN("22")
	  "Location: /a%20b/\r\n\r\n" },
};

SSK_KUNIT_TABLE(reply);

static void ask(struct kunit *test, struct http_parser *parser,
		const char *line, const char *fields)
{
	char text[512];
	size_t len, used;

	len = snprintf(text, sizeof(text), "%s\r\nHost: a\r\n%s\r\n", line,
		       fields);
	http_parser_begin(parser);
	KUNIT_ASSERT_EQ(test, http_parser_feed(parser, text, len, &used),
			HTTP_PARSER_DONE);
}

static char *head_of(struct kunit *test, const struct http_reply *reply)
{
	char *head = kunit_kzalloc(test, HTTP_RESPONSE_HEAD_MAX + 1,
				   GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, head);
	KUNIT_EXPECT_EQ(test, http_response_head(head, &reply->head, NOW),
			strlen(head));
	return head;
}

static void reply(struct kunit *test)
{
	const struct reply_param *param = test->param_value;
	struct http_parser *parser = test->priv;
	struct http_reply reply;

	ask(test, parser, param->line, param->fields);
	http_reply_page(&reply, parser, param->page, BOUNDARY);
	KUNIT_EXPECT_STREQ(test, (const char *)head_of(test, &reply),
			   param->head);
	KUNIT_EXPECT_EQ(test, reply.at, param->at);
	KUNIT_EXPECT_EQ(test, reply.end, param->end);
	KUNIT_EXPECT_EQ(test, (int)reply.parts, param->parts);
}

/* The page that says 404 is like any other, but nothing to compare with. */
static void missing(struct kunit *test)
{
	struct http_parser *parser = test->priv;
	struct http_reply reply;

	ask(test, parser, GET_LINE, "Accept-Encoding: gzip\r\n"
	    "If-None-Match: *\r\nRange: bytes=0-1\r\n");
	http_reply_missing(&reply, parser, &both);
	KUNIT_EXPECT_STREQ(test, (const char *)head_of(test, &reply),
			   HEAD("404 Not Found") TYPE "Content-Length: 300\r\n"
			   "Content-Encoding: gzip\r\n" VARY "\r\n");
	KUNIT_EXPECT_EQ(test, reply.end, (u64)300);
}

static void refused(struct kunit *test)
{
	static const char request[] = "HEAD  / HTTP/1.1\r\n";
	struct http_parser *parser = test->priv;
	struct http_reply reply;
	size_t used;

	http_parser_begin(parser);
	KUNIT_EXPECT_EQ(test, http_parser_feed(parser, request,
					       strlen(request), &used),
			HTTP_PARSER_ERROR);
	http_reply_status(&reply, parser, parser->status);
	KUNIT_EXPECT_STREQ(test, (const char *)head_of(test, &reply),
			   HEAD("400 Bad Request") PLAIN("16")
			   "Connection: close\r\n\r\n");
	KUNIT_EXPECT_EQ(test, reply.end, (u64)0);
}

static void not_allowed(struct kunit *test)
{
	struct http_parser *parser = test->priv;
	struct http_reply reply;

	ask(test, parser, "POST / HTTP/1.1", "");
	http_reply_status(&reply, parser, 405);
	KUNIT_EXPECT_STREQ(test, (const char *)head_of(test, &reply),
			   HEAD("405 Method Not Allowed") PLAIN("23")
			   "Allow: GET, HEAD\r\n\r\n");
	KUNIT_EXPECT_STREQ(test, reply.text, "405 Method Not Allowed\n");
}

/* What the parts are, and that they are as long as the head says. */
static void multipart(struct kunit *test)
{
	struct http_parser *parser = test->priv;
	struct http_multipart multipart;
	const struct http_ranges *ranges = &parser->fields.ranges;
	char text[HTTP_PART_HEAD_MAX + 1];
	struct http_reply reply;
	u64 length;

	ask(test, parser, GET_LINE, "Range: bytes=5-9,998-2000\r\n");
	http_reply_page(&reply, parser, &page, BOUNDARY);
	multipart = http_reply_multipart(&reply);

	memset(text, 0, sizeof(text));
	length = http_multipart_head(text, &multipart, &ranges->range[0]);
	KUNIT_EXPECT_STREQ(test, (const char *)text, "\r\n--" BOUNDARY "\r\n"
			   TYPE "Content-Range: bytes 5-9/1000\r\n\r\n");
	memset(text, 0, sizeof(text));
	length += http_multipart_head(text, &multipart, &ranges->range[1]);
	KUNIT_EXPECT_STREQ(test, (const char *)text, "\r\n--" BOUNDARY "\r\n"
			   TYPE "Content-Range: bytes 998-999/1000\r\n\r\n");
	memset(text, 0, sizeof(text));
	length += http_multipart_end(text, &multipart);
	KUNIT_EXPECT_STREQ(test, (const char *)text,
			   "\r\n--" BOUNDARY "--\r\n");
	KUNIT_EXPECT_EQ(test, reply.head.length, length + 5 + 2);
}

struct type_param {
	const char	*desc;
	const char	*type;
};

static const struct type_param type_params[] = {
	{ "/index.html", "text/html; charset=utf-8" },
	{ "/a.b/C.JPG", "image/jpeg" },
	{ "/a.css.gz", "application/gzip" },
	{ "/a.woff2", "font/woff2" },
	{ "/a.webmanifest", "application/manifest+json" },
	{ "/a.longerthanall", "application/octet-stream" },
	{ "/a.unknown", "application/octet-stream" },
	{ "/a.html/b", "application/octet-stream" },
	{ "/html", "application/octet-stream" },
	{ "/a.", "application/octet-stream" },
	{ "", "application/octet-stream" },
};

SSK_KUNIT_TABLE(type);

static void type(struct kunit *test)
{
	const struct type_param *param = test->param_value;

	KUNIT_EXPECT_STREQ(test,
			   http_media_type(param->desc, strlen(param->desc)),
			   param->type);
}

/* What the limits of the buffers are reckoned from. */
static void types_fit(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		KUNIT_EXPECT_TRUE(test,
				  strlen(types[i].type) < HTTP_MEDIA_MAX);
}

/* The longest heads that there can be are within the limit. */
static void longest_head(struct kunit *test)
{
	static const struct http_range range = {
		HTTP_RANGE_MOST, HTTP_RANGE_MOST,
	};
	struct http_parser *parser = test->priv;
	struct http_page page = { .content = &content };
	struct http_reply reply;
	char *text;

	text = kunit_kzalloc(test, HTTP_LOCATION_MAX + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text);
	ask(test, parser, "GET / HTTP/1.0", "Connection: keep-alive\r\n");

	memset(text, 'x', HTTP_LOCATION_MAX);
	page.location = text;
	http_reply_page(&reply, parser, &page, BOUNDARY);
	KUNIT_EXPECT_LE(test, strlen(head_of(test, &reply)),
			(size_t)HTTP_RESPONSE_HEAD_MAX);

	text[HTTP_MEDIA_MAX] = '\0';
	page.location = NULL;
	page.type = text;
	http_reply_page(&reply, parser, &page, BOUNDARY);
	reply.head.status = 431;
	reply.head.gzip = true;
	reply.head.varies = true;
	reply.head.length = ~(u64)0;
	reply.head.range = &range;
	reply.head.complete = ~(u64)0;
	KUNIT_EXPECT_LE(test, strlen(head_of(test, &reply)),
			(size_t)HTTP_RESPONSE_HEAD_MAX);
}

static int http_reply_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct http_parser),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case http_reply_test_cases[] = {
	KUNIT_CASE_PARAM(reply, reply_gen_params),
	KUNIT_CASE(missing),
	KUNIT_CASE(refused),
	KUNIT_CASE(not_allowed),
	KUNIT_CASE(multipart),
	KUNIT_CASE_PARAM(type, type_gen_params),
	KUNIT_CASE(types_fit),
	KUNIT_CASE(longest_head),
	{}
};

static struct kunit_suite http_reply_test_suite = {
	.name		= "syncsock_http_reply",
	.init		= http_reply_test_init,
	.test_cases	= http_reply_test_cases,
};

kunit_test_suite(http_reply_test_suite);
