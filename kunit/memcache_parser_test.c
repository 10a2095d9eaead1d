// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the parser of the memcached protocols.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "table.h"
#include "../src/handlers/memcache/base64.c"
#include "../src/handlers/memcache/command.c"
#include "../src/handlers/memcache/meta.c"
#include "../src/handlers/memcache/number.c"
#include "../src/handlers/memcache/parser.c"

#define EXPTIME	"[CLIENT_ERROR invalid exptime argument]"
#define FORMAT	"[CLIENT_ERROR bad command line format]"
#define TOKEN	"[CLIENT_ERROR bad token in command line format]"
#define FLAG	"[CLIENT_ERROR invalid or duplicate flag]"
#define DELTA	"[CLIENT_ERROR invalid numeric delta argument]"
#define USAGE	\
	"[CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]]"

struct trace_param {
	const char	*desc;
	const char	*input;
	const char	*trace;
};

/*
 * What the parser finds: a request "name:key", an
 * answer "[text]", a key "k:key", the end of keys "e", bytes of a value as
 * they are, the end of a value "." or "!", and "x" for closing.
 */
static const struct trace_param trace_params[] = {
	{ "get", "get a\r\n", "k:a e" },
	{ "get with LF", "get a\n", "k:a e" },
	{ "get keys", "get  a b \r\n", "k:a k:b e" },
	{ "get CR in a key", "get a\rb\r\r\n", "k:a\rb\r e" },
	{ "get nothing", "get\r\n", "[ERROR]" },
	{ "gat", "gat 5 a\r\n", "k:a e" },
	{ "gat no key", "gat 5\r\n", "e" },
	{ "gat no time", "gat a b\r\nmn\r\n", EXPTIME " [MN]" },
	{ "set", "set a 0 0 3\r\nx\r\n\r\n", "set:a x\r\n ." },
	{ "set empty", "set a 0 0 0\r\n\r\n", "set:a ." },
	{ "set bad end", "set a 0 0 1\r\nxyzmn\r\n", "set:a x ! [MN]" },
	{ "set short", "set a 0 0\r\n", "[ERROR]" },
	{ "set long", "set a 0 0 1 noreply x\r\n", "[ERROR]" },
	{ "set no reply", "set a x 0 1 noreply\r\n", "[]" },
	{ "set negative", "set a 0 0 -1\r\n", FORMAT },
	{ "set too much", "set a 0 0 2147483646\r\n", FORMAT },
	{ "set no flags", "set a -1 0 1\r\n", FORMAT },
	{ "cas", "cas a 0 0 0 7\r\n\r\n", "cas:a ." },
	{ "cas short", "cas a 0 0 0\r\n", "[ERROR]" },
	{ "incr", "incr a 1\r\n", "incr:a" },
	{ "incr negative", "incr a -1\r\n", DELTA },
	{ "touch", "touch a 0\r\n", "touch:a" },
	{ "touch no time", "touch a b\r\n", EXPTIME },
	{ "delete", "delete a\r\n", "delete:a" },
	{ "delete 0", "delete a 0 noreply\r\n", "delete:a" },
	{ "delete 1", "delete a 1\r\n", USAGE },
	{ "flush_all", "flush_all\r\n", "flush_all:" },
	{ "flush_all bad", "flush_all x\r\n", EXPTIME },
	{ "stats", "stats\r\n", "stats:" },
	{ "stats items", "stats items\r\n", "stats:items" },
	{ "stats other", "stats x\r\n", "[ERROR]" },
	{ "verbosity", "verbosity 1\r\n", "[OK]" },
	{ "verbosity no reply", "verbosity 1 noreply\r\n", "[]" },
	{ "version", "version\r\n", "[VERSION " MC_VERSION "]" },
	{ "quit", "quit\r\n", "quit:" },
	{ "empty lines", "\r\n\n \r\n", "[ERROR] [ERROR] [ERROR]" },
	{ "capitals", "GET a\r\n", "[ERROR]" },
	{ "HTTP", "GET / HTTP/1.1\r\n", "x" },
	{ "binary", "\x80\x01", "x" },
	{ "binary later", "mn\r\n\x80\x01\r\n", "[MN] [ERROR]" },
	{ "mg", "mg a v k\r\n", "mg:a" },
	{ "mg nothing", "mg\r\n", "[ERROR]" },
	{ "mg base64", "mg Zm9v b\r\n", "mg:foo" },
	{ "mg bad base64", "mg Zm9 b\r\n",
	  "[CLIENT_ERROR error decoding key]" },
	{ "mg twice", "mg a v v\r\n", "[CLIENT_ERROR duplicate flag]" },
	{ "mg unknown", "mg a !\r\n", "[CLIENT_ERROR invalid flag]" },
	{ "mg bad time", "mg a Tx v\r\n", TOKEN },
	{ "mg opaque", "mg a O1234567890123456789012345678901\r\n", "mg:a" },
	{ "mg long opaque", "mg a O12345678901234567890123456789012\r\n",
	  "[CLIENT_ERROR opaque token too long]" },
	{ "mg too many", "mg a 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8\r\n",
	  "[CLIENT_ERROR options flags are too long]" },
	{ "ms", "ms a 1 T5 k\r\nx\r\n", "ms:a x ." },
	{ "ms nothing", "ms a\r\n", FORMAT },
	{ "ms bad length", "ms a x\r\nmn\r\n", FORMAT " [MN]" },
	{ "ms skipped", "ms a 1 !\r\nx\r\nmn\r\n",
	  "[CLIENT_ERROR invalid flag] [MN]" },
	{ "ms bad mode", "ms a 0 MX\r\n\r\nmn\r\n",
	  "[CLIENT_ERROR invalid mode for ms M token] [MN]" },
	{ "md", "md a q\r\n", "md:a" },
	{ "md bad", "md a Cx\r\n", FLAG },
	{ "ma", "ma a MD D5\r\n", "ma:a" },
	{ "ma bad mode", "ma a MX\r\n",
	  "[CLIENT_ERROR invalid mode for ma M token]" },
	{ "me", "me a\r\n", "me:a" },
	{ "me nothing", "me\r\n", FORMAT },
	{ "mn", "mn x\r\n", "[MN]" },
	{ "pipelined", "set a 0 0 1\r\nx\r\nget a b\r\nquit\r\n",
	  "set:a x . k:a k:b e quit:" },
};

struct number_param {
	const char	*desc;
	const char	*text;
	bool		is_u64;
	u64		as_u64;
	bool		is_s32;
	s32		as_s32;
};

static const struct number_param number_params[] = {
	{ "zero", "0", true, 0, true, 0 },
	{ "leading zeros", "007", true, 7, true, 7 },
	{ "spaces", "\t 7\tx", true, 7, true, 7 },
	{ "plus", "+7", true, 7, true, 7 },
	{ "minus", "-7", false, 0, true, -7 },
	{ "minus zero", "-0", true, 0, true, 0 },
	{ "nothing", "", false, 0, false, 0 },
	{ "sign only", "-", false, 0, false, 0 },
	{ "letters", "7x", false, 0, false, 0 },
	{ "cut to 32 bits", "4294967297", true, 4294967297, true, 1 },
	{ "most of 63 bits", "9223372036854775807",
	  true, 9223372036854775807, true, -1 },
	{ "more than 63 bits", "9223372036854775808",
	  true, 9223372036854775808ULL, false, 0 },
	{ "most", "18446744073709551615", true, U64_MAX, false, 0 },
	{ "too much", "18446744073709551616", false, 0, false, 0 },
	{ "minus, wrapped", "-18446744073709551615", true, 1, false, 0 },
};

SSK_KUNIT_TABLE(trace);
SSK_KUNIT_TABLE(number);

#define TRACE_MAX	1024

struct context {
	struct mc_parser	parser;
	bool			in_value;
	char			trace[TRACE_MAX];
};

static void put_trace(struct context *context, const char *what,
		      const char *text, size_t len)
{
	size_t at = strlen(context->trace);

	scnprintf(context->trace + at, TRACE_MAX - at, "%s%s%.*s",
		  at && *what != '-' ? " " : "", *what == '-' ? "" : what,
		  (int)len, text);
}

static void put_request(struct context *context)
{
	const struct mc_request *request = &context->parser.request;
	const char *text = request->text ? request->text : "\r\n";
	char name[16];

	if (request->command == MC_SAY) {
		put_trace(context, "[", text, strlen(text) - 2);
		put_trace(context, "-", "]", 1);
		return;
	}
	snprintf(name, sizeof(name), "%s:", context->parser.syntax->name);
	put_trace(context, name, request->key, request->key_len);
}

static void put_event(struct context *context, enum mc_event event,
		      const char *data, size_t used)
{
	const struct mc_request *request = &context->parser.request;

	switch (event) {
	case MC_EVENT_REQUEST:
		put_request(context);
		break;
	case MC_EVENT_KEY:
		put_trace(context, "k:", request->key, request->key_len);
		break;
	case MC_EVENT_END:
		put_trace(context, "e", "", 0);
		break;
	case MC_EVENT_VALUE:
		put_trace(context, context->in_value ? "-" : "", data, used);
		break;
	case MC_EVENT_VALUE_END:
		put_trace(context, ".", "", 0);
		break;
	case MC_EVENT_BAD_VALUE:
		put_trace(context, "!", "", 0);
		break;
	case MC_EVENT_CLOSE:
		put_trace(context, "x", "", 0);
		break;
	case MC_EVENT_MORE:
		break;
	}
	if (event != MC_EVENT_MORE)
		context->in_value = event == MC_EVENT_VALUE;
}

/*
 * Feed the input in pieces: the first has @first bytes, the others @others.
 * What was allocated ends where the piece ends, for KASAN.
 */
static void expect_trace(struct kunit *test, size_t first, size_t others)
{
	const struct trace_param *param = test->param_value;
	struct context *context = test->priv;
	size_t len = strlen(param->input);
	enum mc_event event = MC_EVENT_MORE;
	size_t piece = first;
	size_t at = 0;

	memset(context, 0xaa, sizeof(context->parser));
	mc_parser_init(&context->parser);
	context->in_value = false;
	context->trace[0] = '\0';
	while (at < len && event != MC_EVENT_CLOSE) {
		size_t used;
		char *copy;

		piece = min(piece, len - at);
		copy = kunit_kmalloc(test, piece, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
		memcpy(copy, param->input + at, piece);
		event = mc_parser_feed(&context->parser, copy, piece, &used);
		put_event(context, event, copy, used);
		kunit_kfree(test, copy);
		at += used;
		piece = others;
	}
	KUNIT_EXPECT_STREQ(test, (const char *)context->trace, param->trace);
}

/* Whole, byte by byte, and in two pieces, cut in every possible place. */
static void trace_in_pieces(struct kunit *test)
{
	const struct trace_param *param = test->param_value;
	size_t len = strlen(param->input);
	size_t first;

	expect_trace(test, 1, 1);
	for (first = 1; first <= len; first++)
		expect_trace(test, first, len);
}

static void number(struct kunit *test)
{
	const struct number_param *param = test->param_value;
	size_t len = strlen(param->text);
	u64 as_u64 = 0;
	s32 as_s32 = 0;

	KUNIT_EXPECT_EQ(test, mc_number_u64(param->text, len, &as_u64),
			param->is_u64);
	KUNIT_EXPECT_EQ(test, as_u64, param->as_u64);
	KUNIT_EXPECT_EQ(test, mc_number_s32(param->text, len, &as_s32),
			param->is_s32);
	KUNIT_EXPECT_EQ(test, as_s32, param->as_s32);
}

/* Each length, and each byte, becomes base64 and itself again. */
static void base64_both_ways(struct kunit *test)
{
	char text[MC_BASE64_LEN(256)];
	u8 bytes[256];
	size_t len;
	int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	for (len = 1; len <= sizeof(bytes); len++) {
		char *end = mc_base64_encode(text, bytes, len);

		KUNIT_ASSERT_EQ(test, (size_t)(end - text), MC_BASE64_LEN(len));
		KUNIT_ASSERT_EQ(test, mc_base64_decode(text, end - text), len);
		KUNIT_ASSERT_EQ(test, memcmp(text, bytes, len), 0);
	}
}

/*
 * What a line leads to that begins with @line and goes on with @count times
 * the letter k, and with @end.
 */
static enum mc_event feed_line(struct context *context, const char *line,
			       size_t count, const char *end)
{
	enum mc_event event = MC_EVENT_MORE;
	size_t used;

	mc_parser_init(&context->parser);
	mc_parser_feed(&context->parser, line, strlen(line), &used);
	while (count-- && event == MC_EVENT_MORE)
		event = mc_parser_feed(&context->parser, "k", 1, &used);
	if (*end && event == MC_EVENT_MORE)
		event = mc_parser_feed(&context->parser, end, strlen(end),
				       &used);
	return event;
}

static void line_limit(struct kunit *test)
{
	struct context *context = test->priv;

	KUNIT_EXPECT_EQ(test, MC_EVENT_MORE,
			feed_line(context, "set ", MC_LINE_MAX - 4, ""));
	KUNIT_EXPECT_EQ(test, MC_EVENT_CLOSE,
			feed_line(context, "set ", MC_LINE_MAX - 3, ""));
	KUNIT_EXPECT_EQ(test, MC_EVENT_MORE,
			feed_line(context, "get ", 10 * MC_LINE_MAX, ""));
}

static void key_limit(struct kunit *test)
{
	static const char * const commands[] = {
		"set ", "cas ", "incr ", "touch ", "mg ", "ms ",
		"md ", "ma ", "me ",
	};
	static const char rest[] = " 1\r\n";
	struct context *context = test->priv;
	const struct mc_request *request = &context->parser.request;
	int i;

	KUNIT_EXPECT_EQ(test, MC_EVENT_KEY,
			feed_line(context, "get ", MC_KEY_MAX, rest));
	KUNIT_EXPECT_EQ(test, (int)request->key_len, MC_KEY_MAX);
	KUNIT_EXPECT_EQ(test, MC_EVENT_REQUEST,
			feed_line(context, "get ", MC_KEY_MAX + 1, rest));
	KUNIT_EXPECT_STREQ(test, request->text, MC_BAD_FORMAT);

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		bool is_set = i < 2;

		KUNIT_EXPECT_EQ(test, MC_EVENT_REQUEST,
				feed_line(context, commands[i], MC_KEY_MAX + 1,
					  is_set ? " 0 0 1 1\r\n" : rest));
		KUNIT_EXPECT_STREQ(test, request->text, MC_BAD_FORMAT);
	}
}

static int memcache_parser_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct context), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case memcache_parser_test_cases[] = {
	KUNIT_CASE_PARAM(trace_in_pieces, trace_gen_params),
	KUNIT_CASE_PARAM(number, number_gen_params),
	KUNIT_CASE(base64_both_ways),
	KUNIT_CASE(line_limit),
	KUNIT_CASE(key_limit),
	{}
};

static struct kunit_suite memcache_parser_test_suite = {
	.name		= "syncsock_memcache_parser",
	.init		= memcache_parser_test_init,
	.test_cases	= memcache_parser_test_cases,
};

kunit_test_suite(memcache_parser_test_suite);
