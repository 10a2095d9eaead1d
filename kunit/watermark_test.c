// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the watermarks of a queue.
 */
#include <kunit/test.h>
#include <linux/limits.h>

#include "table.h"
#include "../src/core/watermark.h"

struct queue_param {
	const char	*desc;
	u32		queued;
	u32		low;
	u32		high;
	bool		has_room;
	bool		is_low;
};

static const struct queue_param queue_params[] = {
	{ "empty", 0, 10, 20, true, true },
	{ "below low", 9, 10, 20, true, true },
	{ "at low", 10, 10, 20, true, true },
	{ "above low", 11, 10, 20, true, false },
	{ "below high", 19, 10, 20, true, false },
	{ "at high", 20, 10, 20, false, false },
	{ "above high", 21, 10, 20, false, false },
	{ "low 0, empty", 0, 0, 20, true, true },
	{ "low 0, not empty", 1, 0, 20, true, false },
	{ "low 1 below high, below high", 19, 19, 20, true, true },
	{ "low 1 below high, at high", 20, 19, 20, false, false },
	{ "low as high, below high", 19, 20, 20, true, true },
	{ "low as high, at high", 20, 20, 20, false, false },
	{ "low above high, below high", 19, 30, 20, true, true },
	{ "low above high, at high", 20, 30, 20, false, false },
	{ "low above high, below low", 29, 30, 20, false, false },
	{ "low above high, at low", 30, 30, 20, false, false },
	{ "high 1, empty", 0, 0, 1, true, true },
	{ "high 1, not empty", 1, 0, 1, false, false },
	{ "largest high, below", U32_MAX - 1, U32_MAX, U32_MAX, true, true },
	{ "largest high, at", U32_MAX, U32_MAX, U32_MAX, false, false },
};

SSK_KUNIT_TABLE(queue);

static void has_room(struct kunit *test)
{
	const struct queue_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, param->has_room,
			ssk_watermark_has_room(param->queued, param->high));
}

static void is_low(struct kunit *test)
{
	const struct queue_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, param->is_low,
			ssk_watermark_is_low(param->queued, param->low,
					     param->high));
}

/* Whatever the watermarks are, a queue that drains becomes low in the end. */
static void becomes_low(struct kunit *test)
{
	u32 high;
	u32 low;

	for (high = 1; high <= 20; high++)
		for (low = 0; low <= 21; low++)
			KUNIT_EXPECT_TRUE(test,
					  ssk_watermark_is_low(0, low, high));
}

static struct kunit_case watermark_test_cases[] = {
	KUNIT_CASE_PARAM(has_room, queue_gen_params),
	KUNIT_CASE_PARAM(is_low, queue_gen_params),
	KUNIT_CASE(becomes_low),
	{}
};

static struct kunit_suite watermark_test_suite = {
	.name		= "syncsock_watermark",
	.test_cases	= watermark_test_cases,
};

kunit_test_suite(watermark_test_suite);
