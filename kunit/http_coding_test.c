// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the Accept-Encoding field.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/handlers/http/coding.c"

struct coding_param {
	const char	*desc;
	const char	*field;
	bool		gzip;
};

/* A newline stands for the end of a field and another one. */
static const struct coding_param coding_params[] = {
	{ "gzip", "gzip", true },
	{ "upper case", "GZIP", true },
	{ "the old name", "x-gzip", true },
	{ "in a list", "deflate, gzip, br", true },
	{ "last of a browser's list", "br, zstd, gzip", true },
	{ "a second field", "br\ngzip", true },
	{ "a weight", "gzip;q=0.5", true },
	{ "white space", " gzip ; q=0.001 , br", true },
	{ "weight 1", "gzip;q=1", true },
	{ "weight 1.000", "gzip;q=1.000", true },
	{ "an upper-case Q", "gzip;Q=1", true },
	{ "any", "*", true },
	{ "any, but not br", "*, br;q=0", true },
	{ "both alike", "identity;q=0.5, gzip;q=0.5", true },
	{ "no identity", "gzip;q=0.1, identity;q=0", true },
	{ "empty elements", ",,gzip,,", true },
	{ "nothing", "", false },
	{ "others", "br, deflate", false },
	{ "weight 0", "gzip;q=0", false },
	{ "weight 0.000", "gzip;q=0.000", false },
	{ "weight 0 beats any", "*, gzip;q=0", false },
	{ "any with weight 0", "*;q=0", false },
	{ "rather without", "gzip;q=0.5, identity", false },
	{ "a little rather without", "identity;q=0.501, gzip;q=0.5", false },
	{ "a longer name", "gzipx", false },
	{ "two names", "gzip br", false },
	{ "no weight", "gzip;q=", false },
	{ "no parameter", "gzip;", false },
	{ "another parameter", "gzip;a=1", false },
	{ "weight 2", "gzip;q=2", false },
	{ "weight 1.1", "gzip;q=1.1", false },
	{ "four digits", "gzip;q=0.0001", false },
	{ "no digit", "gzip;q=0.x", false },
	{ "something behind the weight", "gzip;q=0.5x", false },
	{ "two weights", "gzip;q=0.5;q=1", false },
};

SSK_KUNIT_TABLE(coding);

static void coding(struct kunit *test)
{
	const struct coding_param *param = test->param_value;
	struct http_codings codings;
	const char *at;

	http_codings_begin(&codings);
	http_codings_begin_line(&codings);
	for (at = param->field; *at; at++) {
		if (*at == '\n') {
			http_codings_end_line(&codings);
			http_codings_begin_line(&codings);
		} else {
			http_codings_char(&codings, *at);
		}
	}
	http_codings_end_line(&codings);
	KUNIT_EXPECT_EQ(test, http_codings_prefer_gzip(&codings), param->gzip);
}

static void absent(struct kunit *test)
{
	struct http_codings codings;

	http_codings_begin(&codings);
	KUNIT_EXPECT_FALSE(test, http_codings_prefer_gzip(&codings));
}

static struct kunit_case http_coding_test_cases[] = {
	KUNIT_CASE_PARAM(coding, coding_gen_params),
	KUNIT_CASE(absent),
	{}
};

static struct kunit_suite http_coding_test_suite = {
	.name		= "syncsock_http_coding",
	.test_cases	= http_coding_test_cases,
};

kunit_test_suite(http_coding_test_suite);
