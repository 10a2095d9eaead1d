// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the parser of HTTP requests.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "table.h"
#include "../src/handlers/http/authority.c"
#include "../src/handlers/http/body.c"
#include "../src/handlers/http/chars.c"
#include "../src/handlers/http/fields.c"
#include "../src/handlers/http/parser.c"
#include "../src/handlers/http/target.c"

#define HOST	"Host: a\r\n"
#define GET(_fields)	"GET / HTTP/1.1\r\n" HOST _fields "\r\n"
#define POST(_fields)	"POST / HTTP/1.1\r\n" HOST _fields "\r\n"
#define LINE_1_0(_line)	_line " HTTP/1.0\r\n\r\n"
#define CHUNKED	"Transfer-Encoding: chunked\r\n"

struct accepted_param {
	const char		*desc;
	const char		*request;
	enum http_method	method;
	const char		*path;
	bool			closes;
};

static const struct accepted_param accepted_params[] = {
	{ "plain", GET(""), HTTP_METHOD_GET, "/" },
	{ "head", "HEAD /a HTTP/1.1\r\n" HOST "\r\n", HTTP_METHOD_HEAD, "/a" },
	{ "unknown method", "Get /a HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_UNKNOWN, "/a" },
	{ "empty lines first", "\r\n\r\n" GET(""), HTTP_METHOD_GET, "/" },
	{ "query", "GET /a?b=/../c HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/a" },
	{ "escapes", "GET /%41%2f%25%7e HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/A%2F%25~" },
	{ "what browsers do not escape", "GET /a[1]^|.b HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/a[1]^|.b" },
	{ "dot segments", "GET /a/./b/../%2E%2e/../c/. HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/c/" },
	{ "empty segments", "GET //a//../b HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "//a/b" },
	{ "absolute form", "GET HTTP://a:80/b HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/b" },
	{ "absolute form without path", "GET http://a HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_GET, "/" },
	{ "asterisk form", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_OPTIONS, "" },
	{ "authority form", "CONNECT [::1]:443 HTTP/1.1\r\n" HOST "\r\n",
	  HTTP_METHOD_CONNECT, "", .closes = true },
	{ "1.0", LINE_1_0("GET /"), HTTP_METHOD_GET, "/", .closes = true },
	{ "1.0 keep-alive",
	  "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
	  HTTP_METHOD_GET, "/" },
	{ "1.7", "GET / HTTP/1.7\r\n" HOST "\r\n", HTTP_METHOD_GET, "/" },
	{ "close", GET("Connection: close\r\n"), HTTP_METHOD_GET, "/",
	  .closes = true },
	{ "close in a list", GET("Connection: a,, CLOSE ,b\r\n"),
	  HTTP_METHOD_GET, "/", .closes = true },
	{ "close in a second line",
	  GET("Connection: keep-alive\r\nconnection:close\r\n"),
	  HTTP_METHOD_GET, "/", .closes = true },
	{ "not close", GET("Connection: closed, xclose, close x\r\n"),
	  HTTP_METHOD_GET, "/" },
	{ "empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
	  HTTP_METHOD_GET, "/" },
	{ "host and port", "GET / HTTP/1.1\r\nhOST:\t[::1]:80 \r\n\r\n",
	  HTTP_METHOD_GET, "/" },
	{ "bytes above 127 in a value", GET("A: \xff\r\n"),
	  HTTP_METHOD_GET, "/" },
	{ "body", POST("Content-Length: 3\r\n") "\r\n\r", HTTP_METHOD_POST, "/" },
	{ "body of a GET", GET("Content-Length: 3\r\n") "abc",
	  HTTP_METHOD_GET, "/" },
	{ "equal lengths",
	  POST("Content-Length: 3, 03\r\nContent-Length: 3\r\n") "abc",
	  HTTP_METHOD_POST, "/" },
	{ "chunks", POST(CHUNKED) "3;a=\"b\"\r\nabc\r\n0A \t; c\r\n0123456789\r\n0\r\n\r\n",
	  HTTP_METHOD_POST, "/" },
	{ "chunks and trailers",
	  POST(CHUNKED) "1\r\na\r\n00\r\nContent-Length: x\r\n\r\n",
	  HTTP_METHOD_POST, "/" },
	{ "expectation", POST("Expect: 100-continue\r\nContent-Length: 3\r\n"),
	  HTTP_METHOD_POST, "/", .closes = true },
	{ "expectation without body", GET("Expect: 100-continue\r\n"),
	  HTTP_METHOD_GET, "/" },
};

struct refused_param {
	const char	*desc;
	const char	*request;
	int		status;
};

static const struct refused_param refused_params[] = {
	{ "not a token", "(\r\n", 400 },
	{ "bare LF first", "\n" GET(""), 400 },
	{ "bare CR first", "\rGET / HTTP/1.1\r\n", 400 },
	{ "no target", "GET HTTP/1.1\r\n", 400 },
	{ "two spaces", "GET  / HTTP/1.1\r\n", 400 },
	{ "space in the target", "GET /a b HTTP/1.1\r\n", 400 },
	{ "fragment", "GET /#a HTTP/1.1\r\n", 400 },
	{ "relative target", "GET a HTTP/1.1\r\n", 400 },
	{ "bad escape", "GET /%4g HTTP/1.1\r\n", 400 },
	{ "unfinished escape", "GET /%4 HTTP/1.1\r\n", 400 },
	{ "escaped NUL", "GET /%00 HTTP/1.1\r\n", 400 },
	{ "asterisk of a GET", "GET * HTTP/1.1\r\n", 400 },
	{ "asterisk and more", "OPTIONS */ HTTP/1.1\r\n", 400 },
	{ "authority of a GET", "GET a:443 HTTP/1.1\r\n", 400 },
	{ "path of a CONNECT", "CONNECT / HTTP/1.1\r\n", 400 },
	{ "no port of a CONNECT", "CONNECT a HTTP/1.1\r\n", 400 },
	{ "user in an absolute target", "GET http://a@b/ HTTP/1.1\r\n", 400 },
	{ "no host in an absolute target", "GET http:///a HTTP/1.1\r\n", 400 },
	{ "0.9", "GET /\r\n", 400 },
	{ "lower case version", "GET / http/1.1\r\n", 400 },
	{ "short version", "GET / HTTP/2\r\n", 400 },
	{ "long version", "GET / HTTP/1.10\r\n", 400 },
	{ "other version", "GET / HTTP/2.0\r\n", 505 },
	{ "space behind the version", "GET / HTTP/1.1 \r\n", 400 },
	{ "bare LF behind the version", "GET / HTTP/1.1\n", 400 },
	{ "no host", "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "two hosts", GET("Host: a\r\n"), 400 },
	{ "bad host", "GET / HTTP/1.1\r\nHost: a/b\r\n", 400 },
	{ "space in the host", "GET / HTTP/1.1\r\nHost: a b\r\n", 400 },
	{ "unfinished host", "GET / HTTP/1.1\r\nHost: [::1\r\n", 400 },
	{ "no name", GET(": a\r\n"), 400 },
	{ "bad name", GET("a(b: c\r\n"), 400 },
	{ "space before the colon", GET("a : b\r\n"), 400 },
	{ "no colon", GET("a\r\n"), 400 },
	{ "folded line", GET("a: b\r\n c\r\n"), 400 },
	{ "control character", GET("a: \x01\r\n"), 400 },
	{ "bare CR in a value", GET("a: b\rc\r\n"), 400 },
	{ "bare LF in a value", GET("a: b\nc: d\r\n"), 400 },
	{ "no length", POST("Content-Length:\r\n"), 400 },
	{ "signed length", POST("Content-Length: +3\r\n"), 400 },
	{ "hexadecimal length", POST("Content-Length: 0x3\r\n"), 400 },
	{ "two lengths", POST("Content-Length: 3, 4\r\n"), 400 },
	{ "two length lines",
	  POST("Content-Length: 3\r\nContent-Length: 4\r\n"), 400 },
	{ "space in the length", POST("Content-Length: 3 3\r\n"), 400 },
	{ "large length", POST("Content-Length: 1048577\r\n"), 413 },
	{ "length of 2^64", POST("Content-Length: 18446744073709551616\r\n"),
	  413 },
	{ "length and coding", POST("Content-Length: 3\r\n" CHUNKED), 400 },
	{ "coding in 1.0", "POST / HTTP/1.0\r\n" CHUNKED "\r\n", 400 },
	{ "other coding", POST("Transfer-Encoding: gzip, chunked\r\n"), 501 },
	{ "chunked twice", POST(CHUNKED CHUNKED), 501 },
	{ "no chunk size", POST(CHUNKED) "\r\n", 400 },
	{ "bad chunk size", POST(CHUNKED) "0x3\r\n", 400 },
	{ "long chunk size", POST(CHUNKED) "00000000000000003\r\n", 400 },
	{ "large chunk", POST(CHUNKED) "100001\r\n", 413 },
	{ "large chunks", POST(CHUNKED) "1\r\na\r\n100000\r\n", 413 },
	{ "space behind the chunk size", POST(CHUNKED) "3 \r\nabc\r\n", 400 },
	{ "bare LF in a chunk extension", POST(CHUNKED) "3;a\nabc\r\n", 400 },
	{ "chunk without end", POST(CHUNKED) "3\r\nabcd\r\n", 400 },
	{ "bad trailer", POST(CHUNKED) "0\r\na : b\r\n\r\n", 400 },
};

struct limit_param {
	const char	*desc;
	const char	*request;
	size_t		limit;
	int		status;
};

/* @request and then @limit bytes are accepted, and not one more. */
static const struct limit_param limit_params[] = {
	{ "method", "", HTTP_WORD_MAX, 501 },
	{ "path", "GET /", HTTP_PATH_MAX - 1, 414 },
	{ "request line", "GET /?", HTTP_HEAD_MAX - 6, 414 },
	{ "name", "GET / HTTP/1.1\r\n", HTTP_HEAD_MAX - 16, 431 },
	{ "value", "GET / HTTP/1.1\r\na:", HTTP_HEAD_MAX - 18, 431 },
	{ "trailer", "POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n0\r\n",
	  HTTP_HEAD_MAX - 56, 431 },
	{ "chunk extension", POST(CHUNKED) "3;", HTTP_EXTENSIONS_MAX, 400 },
};

SSK_KUNIT_TABLE(accepted);
SSK_KUNIT_TABLE(refused);
SSK_KUNIT_TABLE(limit);

/*
 * Feed a request in pieces: the first has @first bytes, the others @others.
 * What was allocated ends where the piece ends, for KASAN.
 */
static enum http_parser_result feed(struct kunit *test,
				    struct http_parser *parser,
				    const char *request, size_t first,
				    size_t others, size_t *used)
{
	enum http_parser_result result = HTTP_PARSER_MORE;
	size_t len = strlen(request);
	size_t piece = first;

	http_parser_begin(parser);
	for (*used = 0; *used < len && result == HTTP_PARSER_MORE;) {
		char *copy;
		size_t part;

		piece = min(piece, len - *used);
		copy = kunit_kmalloc(test, piece, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
		memcpy(copy, request + *used, piece);
		result = http_parser_feed(parser, copy, piece, &part);
		kunit_kfree(test, copy);
		if (result == HTTP_PARSER_MORE)
			KUNIT_EXPECT_EQ(test, part, piece);
		*used += part;
		piece = others;
	}
	return result;
}

static void expect_accepted(struct kunit *test, size_t first, size_t others)
{
	const struct accepted_param *param = test->param_value;
	struct http_parser *parser = test->priv;
	size_t used;

	KUNIT_ASSERT_EQ(test, HTTP_PARSER_DONE,
			feed(test, parser, param->request, first, others,
			     &used));
	KUNIT_EXPECT_EQ(test, used, strlen(param->request));
	KUNIT_EXPECT_EQ(test, (int)parser->method, (int)param->method);
	KUNIT_EXPECT_STREQ(test, (const char *)parser->target.path, param->path);
	KUNIT_EXPECT_EQ(test, parser->persistent, !param->closes);
}

static void expect_refused(struct kunit *test, size_t first, size_t others)
{
	const struct refused_param *param = test->param_value;
	struct http_parser *parser = test->priv;
	size_t used;

	KUNIT_ASSERT_EQ(test, HTTP_PARSER_ERROR,
			feed(test, parser, param->request, first, others,
			     &used));
	KUNIT_EXPECT_EQ(test, (int)parser->status, param->status);
	KUNIT_EXPECT_FALSE(test, parser->persistent);
}

/* Whole, byte by byte, and in two pieces, cut in every possible place. */
static void accepted_in_pieces(struct kunit *test)
{
	const struct accepted_param *param = test->param_value;
	size_t len = strlen(param->request);
	size_t first;

	expect_accepted(test, 1, 1);
	for (first = 1; first <= len; first++)
		expect_accepted(test, first, len);
}

static void refused_in_pieces(struct kunit *test)
{
	const struct refused_param *param = test->param_value;
	size_t len = strlen(param->request);
	size_t first;

	expect_refused(test, 1, 1);
	for (first = 1; first <= len; first++)
		expect_refused(test, first, len);
}

static void limit(struct kunit *test)
{
	const struct limit_param *param = test->param_value;
	size_t len = strlen(param->request) + param->limit + 1;
	struct http_parser *parser = test->priv;
	char *request;
	size_t used;

	request = kunit_kzalloc(test, len + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, request);
	memset(request, 'x', len);
	memcpy(request, param->request, strlen(param->request));

	KUNIT_EXPECT_EQ(test, HTTP_PARSER_ERROR,
			feed(test, parser, request, len, len, &used));
	KUNIT_EXPECT_EQ(test, (int)parser->status, param->status);
	KUNIT_EXPECT_EQ(test, HTTP_PARSER_ERROR,
			feed(test, parser, request, 1, 1, &used));
	KUNIT_EXPECT_EQ(test, (int)parser->status, param->status);

	request[len - 1] = '\0';
	KUNIT_EXPECT_EQ(test, HTTP_PARSER_MORE,
			feed(test, parser, request, len, len, &used));
}

/* A request ends where the next one begins, whatever is in its body. */
static void pipelined(struct kunit *test)
{
	static const char requests[] =
		POST("Content-Length: 5\r\n") "GET /"
		POST(CHUNKED) "5\r\nGET /\r\n0\r\n\r\n"
		"GET /last HTTP/1.1\r\n" HOST "\r\n";
	static const char * const paths[] = { "/", "/", "/last" };
	struct http_parser *parser = test->priv;
	size_t at = 0;
	size_t used;
	int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		KUNIT_ASSERT_EQ(test, HTTP_PARSER_DONE,
				feed(test, parser, requests + at,
				     sizeof(requests), 1, &used));
		KUNIT_EXPECT_STREQ(test, (const char *)parser->target.path,
				   paths[i]);
		at += used;
	}
	KUNIT_EXPECT_EQ(test, at, sizeof(requests) - 1);
}

/* The only byte that no string constant can hold. */
static void nul_is_refused(struct kunit *test)
{
	static const char request[] = "GET / HTTP/1.1\r\nA: \0\r\n";
	struct http_parser *parser = test->priv;
	size_t used;

	http_parser_begin(parser);
	KUNIT_EXPECT_EQ(test, HTTP_PARSER_ERROR,
			http_parser_feed(parser, request, sizeof(request) - 1,
					 &used));
	KUNIT_EXPECT_EQ(test, (int)parser->status, 400);
}

static int http_parser_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct http_parser),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case http_parser_test_cases[] = {
	KUNIT_CASE_PARAM(accepted_in_pieces, accepted_gen_params),
	KUNIT_CASE_PARAM(refused_in_pieces, refused_gen_params),
	KUNIT_CASE_PARAM(limit, limit_gen_params),
	KUNIT_CASE(pipelined),
	KUNIT_CASE(nul_is_refused),
	{}
};

static struct kunit_suite http_parser_test_suite = {
	.name		= "syncsock_http_parser",
	.init		= http_parser_test_init,
	.test_cases	= http_parser_test_cases,
};

kunit_test_suite(http_parser_test_suite);
