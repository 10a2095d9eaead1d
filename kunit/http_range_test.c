// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the Range field.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/handlers/http/range.c"

#define MOST	"1152921504606846976"	/* HTTP_RANGE_MOST */

struct range_param {
	const char			*desc;
	const char			*field;
	u64				length;
	enum http_ranges_result		result;
	int				count;
	struct http_range		range[HTTP_RANGES_MAX];
};

static const struct range_param range_params[] = {
	{ "first bytes", "bytes=0-9", 100, HTTP_RANGES_PARTIAL,
	  1, { { 0, 9 } } },
	{ "one byte", "bytes=0-0", 100, HTTP_RANGES_PARTIAL, 1, { { 0, 0 } } },
	{ "to the end", "bytes=90-", 100, HTTP_RANGES_PARTIAL,
	  1, { { 90, 99 } } },
	{ "beyond the end", "bytes=90-1000", 100, HTTP_RANGES_PARTIAL,
	  1, { { 90, 99 } } },
	{ "last bytes", "bytes=-10", 100, HTTP_RANGES_PARTIAL,
	  1, { { 90, 99 } } },
	{ "more last bytes than there are", "bytes=-1000", 100,
	  HTTP_RANGES_PARTIAL, 1, { { 0, 99 } } },
	{ "all bytes", "bytes=0-", 100, HTTP_RANGES_PARTIAL,
	  1, { { 0, 99 } } },
	{ "several", "bytes=0-1,10-11,-2", 100, HTTP_RANGES_PARTIAL,
	  3, { { 0, 1 }, { 10, 11 }, { 98, 99 } } },
	{ "several in another order", "bytes=50-59,0-9", 100,
	  HTTP_RANGES_PARTIAL, 2, { { 50, 59 }, { 0, 9 } } },
	{ "empty elements and white space", "bytes= ,0-1\t, ,5-6 ,,", 100,
	  HTTP_RANGES_PARTIAL, 2, { { 0, 1 }, { 5, 6 } } },
	{ "white space before the unit", " bytes=0-1", 100,
	  HTTP_RANGES_PARTIAL, 1, { { 0, 1 } } },
	{ "upper case", "BYTES=0-1", 100, HTTP_RANGES_PARTIAL,
	  1, { { 0, 1 } } },
	{ "some outside", "bytes=200-300,0-1,100-", 100, HTTP_RANGES_PARTIAL,
	  1, { { 0, 1 } } },
	{ "eight", "bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7", 100,
	  HTTP_RANGES_PARTIAL, 8, { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 3 },
				    { 4, 4 }, { 5, 5 }, { 6, 6 }, { 7, 7 } } },
	{ "zeros before a number", "bytes=000-0009", 100, HTTP_RANGES_PARTIAL,
	  1, { { 0, 9 } } },
	{ "large numbers", "bytes=1-99999999999999999999999", 100,
	  HTTP_RANGES_PARTIAL, 1, { { 1, 99 } } },
	{ "large suffix", "bytes=-18446744073709551616", 100,
	  HTTP_RANGES_PARTIAL, 1, { { 0, 99 } } },
	{ "overlapping, but less than all", "bytes=0-9,5-14", 100,
	  HTTP_RANGES_PARTIAL, 2, { { 0, 9 }, { 5, 14 } } },
	{ "behind the end", "bytes=100-", 100, HTTP_RANGES_UNSATISFIABLE },
	{ "far behind the end", "bytes=99999999999999999999-", 100,
	  HTTP_RANGES_UNSATISFIABLE },
	{ "the greatest number", "bytes=" MOST "-" MOST, 100,
	  HTTP_RANGES_UNSATISFIABLE },
	{ "none of the last bytes", "bytes=-0", 100,
	  HTTP_RANGES_UNSATISFIABLE },
	{ "an empty content", "bytes=0-", 0, HTTP_RANGES_IGNORED },
	{ "the end of an empty content", "bytes=-1", 0, HTTP_RANGES_IGNORED },
	{ "more than all", "bytes=0-,0-0", 100, HTTP_RANGES_IGNORED },
	{ "all several times", "bytes=0-,0-,0-", 100, HTTP_RANGES_IGNORED },
	{ "nine", "bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8", 100,
	  HTTP_RANGES_IGNORED },
	{ "nothing", "", 100, HTTP_RANGES_IGNORED },
	{ "no ranges", "bytes=", 100, HTTP_RANGES_IGNORED },
	{ "only commas", "bytes=,,", 100, HTTP_RANGES_IGNORED },
	{ "another unit", "lines=0-1", 100, HTTP_RANGES_IGNORED },
	{ "a longer unit", "bytesx=0-1", 100, HTTP_RANGES_IGNORED },
	{ "a shorter unit", "byte=0-1", 100, HTTP_RANGES_IGNORED },
	{ "space in the unit", "bytes =0-1", 100, HTTP_RANGES_IGNORED },
	{ "no unit", "0-1", 100, HTTP_RANGES_IGNORED },
	{ "only a dash", "bytes=-", 100, HTTP_RANGES_IGNORED },
	{ "no dash", "bytes=5", 100, HTTP_RANGES_IGNORED },
	{ "two dashes", "bytes=5--6", 100, HTTP_RANGES_IGNORED },
	{ "backwards", "bytes=6-5", 100, HTTP_RANGES_IGNORED },
	{ "one is backwards", "bytes=0-1,6-5,8-9", 100, HTTP_RANGES_IGNORED },
	{ "signed", "bytes=+1-2", 100, HTTP_RANGES_IGNORED },
	{ "hexadecimal", "bytes=0x1-2", 100, HTTP_RANGES_IGNORED },
	{ "space in a range", "bytes=0 -1", 100, HTTP_RANGES_IGNORED },
	{ "space in a number", "bytes=0-1 2", 100, HTTP_RANGES_IGNORED },
	{ "something behind it", "bytes=0-1;", 100, HTTP_RANGES_IGNORED },
};

SSK_KUNIT_TABLE(range);

static void read_line(struct http_ranges *ranges, const char *field)
{
	http_ranges_begin(ranges);
	while (*field)
		http_ranges_char(ranges, *field++);
	http_ranges_end(ranges);
}

static void range(struct kunit *test)
{
	const struct range_param *param = test->param_value;
	struct http_ranges ranges;
	int i;

	http_ranges_none(&ranges);
	read_line(&ranges, param->field);
	KUNIT_ASSERT_EQ(test, http_ranges_resolve(&ranges, param->length),
			param->result);
	if (param->result != HTTP_RANGES_PARTIAL)
		return;
	KUNIT_ASSERT_EQ(test, (int)ranges.count, param->count);
	for (i = 0; i < param->count; i++) {
		KUNIT_EXPECT_EQ(test, ranges.range[i].first,
				param->range[i].first);
		KUNIT_EXPECT_EQ(test, ranges.range[i].last,
				param->range[i].last);
	}
}

static void absent(struct kunit *test)
{
	struct http_ranges ranges;

	http_ranges_none(&ranges);
	KUNIT_EXPECT_EQ(test, http_ranges_resolve(&ranges, 100),
			HTTP_RANGES_IGNORED);
}

static void two_fields_are_ignored(struct kunit *test)
{
	struct http_ranges ranges;

	http_ranges_none(&ranges);
	read_line(&ranges, "bytes=0-1");
	read_line(&ranges, "bytes=5-6");
	KUNIT_EXPECT_EQ(test, http_ranges_resolve(&ranges, 100),
			HTTP_RANGES_IGNORED);
}

static struct kunit_case http_range_test_cases[] = {
	KUNIT_CASE_PARAM(range, range_gen_params),
	KUNIT_CASE(absent),
	KUNIT_CASE(two_fields_are_ignored),
	{}
};

static struct kunit_suite http_range_test_suite = {
	.name		= "syncsock_http_range",
	.test_cases	= http_range_test_cases,
};

kunit_test_suite(http_range_test_suite);
