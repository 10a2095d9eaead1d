// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the bound on how often something may happen.
 */
#include <kunit/test.h>
#include <linux/limits.h>

#include "table.h"
#include "../src/core/rate.h"

#define SECOND	((u64)NSEC_PER_SEC)
#define DAY	(86400 * SECOND)

/* The first time that there can be. */
#define START	(2 * SECOND)

struct rate_param {
	const char	*desc;
	u32		per_second;
};

static const struct rate_param rate_params[] = {
	{ "1", 1 },
	{ "2", 2 },
	{ "3", 3 },
	{ "7", 7 },
	{ "10", 10 },
	{ "1000", 1000 },
	{ "31623", 31623 },
	{ "44721", 44721 },
	{ "65537", 65537 },
	{ "333333", 333333 },
	{ "500000", 500000 },
	{ "500001", 500001 },
	{ "999999", 999999 },
	{ "1000000", 1000000 },
};

SSK_KUNIT_TABLE(rate);

/* How often it may happen at a time, up to @most times. */
static u32 burst(atomic64_t *next, u64 now, u32 per_second, u32 most)
{
	u32 count = 0;

	while (count < most && ssk_rate_allow(next, now, per_second))
		count++;
	return count;
}

/* What a second allows, and not one more. */
static void first_burst(struct kunit *test)
{
	const struct rate_param *param = test->param_value;
	atomic64_t next = ATOMIC64_INIT(0);

	KUNIT_EXPECT_EQ(test, param->per_second,
			burst(&next, START, param->per_second, U32_MAX));
	KUNIT_EXPECT_FALSE(test,
			   ssk_rate_allow(&next, START, param->per_second));
}

/* Being refused costs nothing. */
static void refill(struct kunit *test)
{
	const struct rate_param *param = test->param_value;
	u64 interval = DIV_ROUND_UP_ULL(SECOND, param->per_second);
	atomic64_t next = ATOMIC64_INIT(0);
	u64 now = START;
	int i;

	burst(&next, now, param->per_second, U32_MAX);
	for (i = 0; i < 100; i++) {
		now += interval - 1;
		KUNIT_ASSERT_EQ(test, 0,
				burst(&next, now, param->per_second, 1));
		now++;
		KUNIT_ASSERT_EQ(test, 1,
				burst(&next, now, param->per_second, 2));
	}
}

/* As much time as for five: five. */
static void partial_refill(struct kunit *test)
{
	const struct rate_param *param = test->param_value;
	u64 interval = DIV_ROUND_UP_ULL(SECOND, param->per_second);
	u32 refilled = min_t(u32, param->per_second, 5);
	atomic64_t next = ATOMIC64_INIT(0);

	burst(&next, START, param->per_second, U32_MAX);
	KUNIT_EXPECT_EQ(test, refilled,
			burst(&next, START + 5 * interval, param->per_second,
			      U32_MAX));
}

/*
 * However often it is tried, a bound is kept over many seconds, and reached
 * but for what rounding to a nanosecond takes.
 */
static void many_seconds(struct kunit *test)
{
	const struct rate_param *param = test->param_value;
	u64 interval = DIV_ROUND_UP_ULL(SECOND, param->per_second);
	u64 seconds = clamp_t(u64, 500000 / param->per_second, 2, 1000);
	atomic64_t next = ATOMIC64_INIT(0);
	u64 expected;
	u64 count = 0;
	u64 passed;

	burst(&next, START, param->per_second, U32_MAX);
	for (passed = 0; passed < seconds * SECOND;) {
		passed += SECOND / 100;
		count += burst(&next, START + passed, param->per_second,
			       U32_MAX);
	}

	expected = div64_u64(seconds * SECOND, interval);
	KUNIT_EXPECT_EQ(test, count, expected);
	KUNIT_EXPECT_LE(test, count, seconds * param->per_second);
	KUNIT_EXPECT_GE(test, count * 1001,
			seconds * param->per_second * 1000);
}

/* Rest saves nothing up beyond a second. */
static void rest(struct kunit *test)
{
	static const u64 rests[] = { SECOND, DAY, 36500 * DAY };
	const struct rate_param *param = test->param_value;
	atomic64_t next = ATOMIC64_INIT(0);
	u64 now = START;
	int i;

	burst(&next, now, param->per_second, U32_MAX);
	for (i = 0; i < ARRAY_SIZE(rests); i++) {
		/* A second may be some nanoseconds short, by rounding. */
		now += rests[i] + param->per_second;
		KUNIT_ASSERT_EQ(test, param->per_second,
				burst(&next, now, param->per_second, U32_MAX));
	}
}

/* At whatever time it is used first. */
static void first_use(struct kunit *test)
{
	static const u64 times[] = {
		START, START + 1, 3 * SECOND - 1, 3 * SECOND, U32_MAX,
		U32_MAX + 1ULL, DAY, 36500 * DAY,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		atomic64_t next = ATOMIC64_INIT(0);

		KUNIT_EXPECT_EQ(test, 100,
				burst(&next, times[i], 100, U32_MAX));
	}
}

/* Once a second over three days, and once in every second only. */
static void one_per_second(struct kunit *test)
{
	atomic64_t next = ATOMIC64_INIT(0);
	u64 now;

	for (now = START; now < 3 * DAY; now += SECOND) {
		KUNIT_ASSERT_TRUE(test, ssk_rate_allow(&next, now, 1));
		KUNIT_ASSERT_FALSE(test, ssk_rate_allow(&next, now, 1));
		KUNIT_ASSERT_FALSE(test, ssk_rate_allow(&next, now + SECOND - 1,
							1));
	}
}

/* Who comes at exactly the rate is never refused. */
static void steady(struct kunit *test)
{
	const struct rate_param *param = test->param_value;
	atomic64_t next = ATOMIC64_INIT(0);
	u64 interval = DIV_ROUND_UP_ULL(SECOND, param->per_second);
	u64 now = START;
	int i;

	burst(&next, now, param->per_second, U32_MAX);
	for (i = 0; i < 10000; i++) {
		now += interval;
		KUNIT_ASSERT_TRUE(test, ssk_rate_allow(&next, now,
						       param->per_second));
	}
}

/* The bound may be changed meanwhile. */
static void changed(struct kunit *test)
{
	atomic64_t next = ATOMIC64_INIT(0);

	/* A higher bound allows at once what it has more. */
	KUNIT_EXPECT_EQ(test, 10, burst(&next, DAY, 10, U32_MAX));
	KUNIT_EXPECT_EQ(test, 0, burst(&next, DAY, 1000, U32_MAX));
	KUNIT_EXPECT_EQ(test, 1000,
			burst(&next, DAY + 2 * SECOND, 1000, U32_MAX));
	/* A lower one is in force at once. */
	KUNIT_EXPECT_EQ(test, 1, burst(&next, DAY + 3 * SECOND, 1, U32_MAX));
	KUNIT_EXPECT_EQ(test, 0,
			burst(&next, DAY + 4 * SECOND - 1, 1, U32_MAX));
	KUNIT_EXPECT_EQ(test, 1, burst(&next, DAY + 4 * SECOND, 1, U32_MAX));
}

static struct kunit_case rate_test_cases[] = {
	KUNIT_CASE_PARAM(first_burst, rate_gen_params),
	KUNIT_CASE_PARAM(refill, rate_gen_params),
	KUNIT_CASE_PARAM(partial_refill, rate_gen_params),
	KUNIT_CASE_PARAM(many_seconds, rate_gen_params),
	KUNIT_CASE_PARAM(rest, rate_gen_params),
	KUNIT_CASE_PARAM(steady, rate_gen_params),
	KUNIT_CASE(first_use),
	KUNIT_CASE(one_per_second),
	KUNIT_CASE(changed),
	{}
};

static struct kunit_suite rate_test_suite = {
	.name		= "syncsock_rate",
	.test_cases	= rate_test_cases,
};

kunit_test_suite(rate_test_suite);
