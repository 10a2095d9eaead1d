// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of HTTP's dates.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/handlers/http/date.c"

struct date_param {
	const char	*desc;
	s64		time;
	const char	*text;
};

static const struct date_param written_params[] = {
	{ "begin of time", 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ "before the begin of time", -1, "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ "the example of RFC 9110", 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ "leap day", 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
	{ "after a leap day", 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
	{ "end of a leap year", 1735689599, "Tue, 31 Dec 2024 23:59:59 GMT" },
	{ "no leap year", 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
	{ "above 32 bits", 4294967296, "Sun, 07 Feb 2106 06:28:16 GMT" },
	{ "end of time", 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
	{ "after the end of time", 253402300800,
	  "Fri, 31 Dec 9999 23:59:59 GMT" },
};

static const struct date_param read_params[] = {
	{ "IMF-fixdate", 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ "RFC 850", 784111777, "Sunday, 06-Nov-94 08:49:37 GMT" },
	{ "RFC 850, the longest day", 784370977,
	  "Wednesday, 09-Nov-94 08:49:37 GMT" },
	{ "RFC 850, last year of the century", 3155759999,
	  "Sunday, 31-Dec-69 23:59:59 GMT" },
	{ "RFC 850, first year of the other", 0,
	  "Thursday, 01-Jan-70 00:00:00 GMT" },
	{ "asctime, one digit", 784111777, "Sun Nov  6 08:49:37 1994" },
	{ "asctime, two digits", 784975777, "Wed Nov 16 08:49:37 1994" },
	{ "leap second", 1483228800, "Sat, 31 Dec 2016 23:59:60 GMT" },
	{ "leap day", 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
	{ "before the begin of time", -1, "Wed, 31 Dec 1969 23:59:59 GMT" },
	{ "year 0", -62167219200, "Sat, 01 Jan 0000 00:00:00 GMT" },
	{ "wrong day of the week", 784111777, "Mon, 06 Nov 1994 08:49:37 GMT" },
};

struct no_date_param {
	const char	*desc;
	const char	*text;
};

static const struct no_date_param no_date_params[] = {
	{ "nothing", "" },
	{ "another zone", "Sun, 06 Nov 1994 08:49:37 CET" },
	{ "no zone", "Sun, 06 Nov 1994 08:49:37" },
	{ "something behind it", "Sun, 06 Nov 1994 08:49:37 GMT " },
	{ "lower case", "sun, 06 nov 1994 08:49:37 gmt" },
	{ "no day of the week", "06 Nov 1994 08:49:37 GMT" },
	{ "unknown month", "Sun, 06 Nob 1994 08:49:37 GMT" },
	{ "one digit", "Sun, 6 Nov 1994 08:49:37 GMT" },
	{ "day 0", "Sun, 00 Nov 1994 08:49:37 GMT" },
	{ "day 31 of 30", "Sun, 31 Nov 1994 08:49:37 GMT" },
	{ "no leap year", "Mon, 29 Feb 2100 00:00:00 GMT" },
	{ "hour 24", "Sun, 06 Nov 1994 24:00:00 GMT" },
	{ "minute 60", "Sun, 06 Nov 1994 08:60:37 GMT" },
	{ "second 61", "Sun, 06 Nov 1994 08:49:61 GMT" },
	{ "four digits in RFC 850", "Sunday, 06-Nov-1994 08:49:37 GMT" },
	{ "one space in asctime", "Sun Nov 6 08:49:37 1994" },
	{ "bytes above 127", "Sun, \xff\xff Nov 1994 08:49:37 GMT" },
	{ "seconds since 1970", "784111777" },
};

SSK_KUNIT_TABLE(written);
SSK_KUNIT_TABLE(read);
SSK_KUNIT_TABLE(no_date);

static void written(struct kunit *test)
{
	const struct date_param *param = test->param_value;
	char text[HTTP_DATE_LEN + 1] = "";

	http_date_write(text, param->time);
	KUNIT_EXPECT_STREQ(test, (const char *)text, param->text);
}

static void read(struct kunit *test)
{
	const struct date_param *param = test->param_value;
	s64 time = 12345;

	KUNIT_EXPECT_TRUE(test, http_date_read(param->text,
					       strlen(param->text), &time));
	KUNIT_EXPECT_EQ(test, time, param->time);
}

static void no_date(struct kunit *test)
{
	const struct no_date_param *param = test->param_value;
	s64 time;

	KUNIT_EXPECT_FALSE(test, http_date_read(param->text,
						strlen(param->text), &time));
}

/* A date that is cut off is none. */
static void cut_off(struct kunit *test)
{
	const struct date_param *param = test->param_value;
	s64 time;
	size_t len;

	for (len = 0; len < strlen(param->text); len++)
		KUNIT_EXPECT_FALSE(test, http_date_read(param->text, len,
							&time));
}

/* What is written can be read: some seconds of every day of 400 years. */
static void round_trip(struct kunit *test)
{
	char text[HTTP_DATE_LEN];
	s64 time, back;
	int day;

	for (day = 0; day < DAYS_OF_ERA; day++) {
		time = (s64)day * DAY + day % DAY;
		http_date_write(text, time);
		KUNIT_ASSERT_TRUE(test, http_date_read(text, sizeof(text),
						       &back));
		KUNIT_ASSERT_EQ(test, time, back);
	}
}

static struct kunit_case http_date_test_cases[] = {
	KUNIT_CASE_PARAM(written, written_gen_params),
	KUNIT_CASE_PARAM(read, read_gen_params),
	KUNIT_CASE_PARAM(no_date, no_date_gen_params),
	KUNIT_CASE_PARAM(cut_off, read_gen_params),
	KUNIT_CASE(round_trip),
	{}
};

static struct kunit_suite http_date_test_suite = {
	.name		= "syncsock_http_date",
	.test_cases	= http_date_test_cases,
};

kunit_test_suite(http_date_test_suite);
