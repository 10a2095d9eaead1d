// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the buckets of latencies.
 */
#include <kunit/test.h>
#include <linux/limits.h>

#include "table.h"
#include "../src/core/latency.h"

#define LAST	(SSK_LATENCY_BUCKETS - 1)

struct latency_param {
	const char	*desc;
	u64		ns;
	unsigned int	bucket;
};

static const struct latency_param latency_params[] = {
	{ "0", 0, 0 },
	{ "1", 1, 0 },
	{ "2", 2, 1 },
	{ "3", 3, 1 },
	{ "4", 4, 2 },
	{ "a microsecond", 1000, 9 },
	{ "a millisecond", 1000000, 19 },
	{ "a second", 1000000000, 29 },
	{ "below the last", (1ULL << LAST) - 1, LAST - 1 },
	{ "the last", 1ULL << LAST, LAST },
	{ "the last bit of 32", U32_MAX, LAST },
	{ "above the last", 1ULL << 32, LAST },
	{ "above the last, low bits only", (1ULL << 32) + 1, LAST },
	{ "an hour", 3600000000000ULL, LAST },
	{ "largest signed", S64_MAX, LAST },
	{ "largest", U64_MAX, LAST },
};

SSK_KUNIT_TABLE(latency);

static void bucket(struct kunit *test)
{
	const struct latency_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, ssk_latency_bucket(param->ns), param->bucket);
}

/* The first and the last of every power of two. */
static void edges(struct kunit *test)
{
	unsigned int n;

	for (n = 0; n < 64; n++) {
		u64 first = 1ULL << n;

		KUNIT_EXPECT_EQ(test, ssk_latency_bucket(first),
				min_t(unsigned int, n, LAST));
		KUNIT_EXPECT_EQ(test, ssk_latency_bucket(first - 1 + first),
				min_t(unsigned int, n, LAST));
	}
}

/* So many latencies in three buckets, and where the percentiles are. */
struct percentile_param {
	const char	*desc;
	u64		count[3];
	u64		p50;
	u64		p99;
	u64		p999;
};

static const struct percentile_param percentile_params[] = {
	{ "none", { 0, 0, 0 }, 0, 0, 0 },
	{ "one", { 0, 1, 0 }, 2047, 2047, 2047 },
	{ "two", { 1, 1, 0 }, 1023, 2047, 2047 },
	{ "100", { 99, 1, 0 }, 1023, 1023, 2047 },
	{ "a bit more than a hundredth", { 98, 2, 0 }, 1023, 2047, 2047 },
	{ "1000", { 500, 499, 1 }, 1023, 2047, 2047 },
	{ "a bit more than a half", { 499, 500, 1 }, 2047, 2047, 2047 },
	{ "a bit more than a thousandth", { 499, 499, 2 }, 2047, 2047, 4095 },
	{ "many", { 1ULL << 50, 1ULL << 41, 1 }, 1023, 1023, 2047 },
};

SSK_KUNIT_TABLE(percentile);

static void percentile(struct kunit *test)
{
	const struct percentile_param *param = test->param_value;
	u64 buckets[SSK_LATENCY_BUCKETS] = {
		[9] = param->count[0],
		[10] = param->count[1],
		[11] = param->count[2],
	};

	KUNIT_EXPECT_EQ(test, ssk_latency_percentile(buckets, 500), param->p50);
	KUNIT_EXPECT_EQ(test, ssk_latency_percentile(buckets, 990), param->p99);
	KUNIT_EXPECT_EQ(test, ssk_latency_percentile(buckets, 999), param->p999);
}

static struct kunit_case latency_test_cases[] = {
	KUNIT_CASE_PARAM(bucket, latency_gen_params),
	KUNIT_CASE(edges),
	KUNIT_CASE_PARAM(percentile, percentile_gen_params),
	{}
};

static struct kunit_suite latency_test_suite = {
	.name		= "syncsock_latency",
	.test_cases	= latency_test_cases,
};

kunit_test_suite(latency_test_suite);
