// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the states of a connection.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/core/state.h"

struct step_param {
	const char		*desc;
	enum ssk_conn_state	before;
	enum ssk_conn_event	event;
	enum ssk_conn_state	after;
};

#define STEP(_before, _event, _after)					\
	{ #_before " " #_event, SSK_CONN_##_before, SSK_EVENT_##_event,	\
	  SSK_CONN_##_after }

static const struct step_param step_params[] = {
	STEP(CONNECTING,	CONNECTED,	OPEN),
	STEP(CONNECTING,	CLOSE,		ABORTING),
	STEP(CONNECTING,	ABORT,		ABORTING),
	STEP(CONNECTING,	END,		DEAD),
	STEP(OPEN,		CONNECTED,	OPEN),
	STEP(OPEN,		CLOSE,		CLOSING),
	STEP(OPEN,		ABORT,		ABORTING),
	STEP(OPEN,		END,		DEAD),
	STEP(CLOSING,		CONNECTED,	CLOSING),
	STEP(CLOSING,		CLOSE,		CLOSING),
	STEP(CLOSING,		ABORT,		ABORTING),
	STEP(CLOSING,		END,		DEAD),
	STEP(ABORTING,		CONNECTED,	ABORTING),
	STEP(ABORTING,		CLOSE,		ABORTING),
	STEP(ABORTING,		ABORT,		ABORTING),
	STEP(ABORTING,		END,		DEAD),
	STEP(DEAD,		CONNECTED,	DEAD),
	STEP(DEAD,		CLOSE,		DEAD),
	STEP(DEAD,		ABORT,		DEAD),
	STEP(DEAD,		END,		DEAD),
};

SSK_KUNIT_TABLE(step);

static void step(struct kunit *test)
{
	const struct step_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, ssk_state_after(param->before, param->event),
			param->after);
}

/* Every state and every event is in the table, once. */
static void table_is_complete(struct kunit *test)
{
	unsigned int seen[SSK_CONN_DEAD + 1][SSK_EVENT_END + 1] = {};
	int state;
	int event;
	int i;

	for (i = 0; i < ARRAY_SIZE(step_params); i++)
		seen[step_params[i].before][step_params[i].event]++;
	for (state = 0; state <= SSK_CONN_DEAD; state++)
		for (event = 0; event <= SSK_EVENT_END; event++)
			KUNIT_EXPECT_EQ(test, seen[state][event], 1);
}

/* No event leads back, on which those who look at a state later rely. */
static void never_goes_back(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(step_params); i++)
		KUNIT_EXPECT_GE(test, step_params[i].after,
				step_params[i].before);
}

static struct kunit_case state_test_cases[] = {
	KUNIT_CASE_PARAM(step, step_gen_params),
	KUNIT_CASE(table_is_complete),
	KUNIT_CASE(never_goes_back),
	{}
};

static struct kunit_suite state_test_suite = {
	.name		= "syncsock_state",
	.test_cases	= state_test_cases,
};

kunit_test_suite(state_test_suite);
