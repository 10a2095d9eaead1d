// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the memo of a request: what is found again, and what is not.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>

#include "table.h"
#include "../src/handlers/http/memo.c"

#define REQUEST	"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
#define OTHER	"GET /a HTTP/1.1\r\nHost: b\r\n\r\n"

static const struct http_content content = { .length = 1000 };
static const struct http_snapshot snapshot = { .id = 7 };
static const struct http_snapshot next_snapshot = { .id = 8 };

static const struct http_reply page = {
	.head.status	= 200,
	.head.length	= 1000,
	.content	= &content,
	.end		= 1000,
};

/* The length of what is found at the beginning of @data. */
static size_t found(const struct http_snapshot *in, const char *data)
{
	struct http_reply reply;

	return http_memo_recall(in, data, strlen(data), &reply);
}

static void note(const char *data, const struct http_reply *reply)
{
	http_memo_note(&snapshot, data, strlen(data), reply);
}

static void empty(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST), 0);
	KUNIT_EXPECT_EQ(test, found(&snapshot, ""), 0);
}

static void again(struct kunit *test)
{
	struct http_reply reply;

	note(REQUEST, &page);
	KUNIT_EXPECT_EQ(test,
			http_memo_recall(&snapshot, REQUEST, strlen(REQUEST),
					 &reply),
			strlen(REQUEST));
	KUNIT_EXPECT_PTR_EQ(test, reply.content, &content);
	KUNIT_EXPECT_EQ(test, reply.end, 1000);
	KUNIT_EXPECT_EQ(test, reply.at, 0);
}

/* What follows it is another request. */
static void pipelined(struct kunit *test)
{
	note(REQUEST, &page);
	KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST OTHER), strlen(REQUEST));
	KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST "GET"), strlen(REQUEST));
	KUNIT_EXPECT_EQ(test, found(&snapshot, OTHER REQUEST), 0);
}

static void cut_off(struct kunit *test)
{
	struct http_reply reply;
	size_t len;

	note(REQUEST, &page);
	for (len = 0; len < strlen(REQUEST); len++)
		KUNIT_EXPECT_EQ(test,
				http_memo_recall(&snapshot, REQUEST, len,
						 &reply), 0);
}

static void another_byte(struct kunit *test)
{
	char request[] = REQUEST;
	size_t i;

	note(REQUEST, &page);
	for (i = 0; i < strlen(REQUEST); i++) {
		request[i] ^= 0x20;
		KUNIT_EXPECT_EQ(test, found(&snapshot, request), 0);
		request[i] ^= 0x20;
	}
	KUNIT_EXPECT_EQ(test, found(&snapshot, request), strlen(REQUEST));
}

static void other_pages(struct kunit *test)
{
	note(REQUEST, &page);
	KUNIT_EXPECT_EQ(test, found(&next_snapshot, REQUEST), 0);
}

static void not_worth_it(struct kunit *test)
{
	static const struct http_range range = { .first = 1, .last = 2 };
	struct http_reply text = page, part = page, parts = page;
	static char request[REQUEST_MAX + 2];

	text.content = NULL;
	part.head.range = &range;
	parts.parts = 2;
	note(REQUEST, &text);
	note(REQUEST, &part);
	note(REQUEST, &parts);
	KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST), 0);

	memset(request, 'a', REQUEST_MAX + 1);
	note(request, &page);
	KUNIT_EXPECT_EQ(test, found(&snapshot, request), 0);
	request[REQUEST_MAX] = '\0';
	note(request, &page);
	KUNIT_EXPECT_EQ(test, found(&snapshot, request), REQUEST_MAX);
}

static void one_in_a_jiffy(struct kunit *test)
{
	struct memo *memo = this_cpu_ptr(&memos);

	note(REQUEST, &page);
	memo->noted = jiffies;
	note(OTHER, &page);
	if (!time_after(jiffies, memo->noted))
		KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST),
				strlen(REQUEST));
	memo->noted = jiffies - 1;
	note(OTHER, &page);
	KUNIT_EXPECT_EQ(test, found(&snapshot, REQUEST), 0);
	KUNIT_EXPECT_EQ(test, found(&snapshot, OTHER), strlen(OTHER));
}

/* A worker has softirqs enabled, which use the memo as well. */
static void in_a_worker(struct kunit *test)
{
	size_t len;

	note(REQUEST, &page);
	local_bh_enable();
	len = found(&snapshot, REQUEST);
	note(OTHER, &page);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, len, 0);
	KUNIT_EXPECT_EQ(test, found(&snapshot, OTHER), 0);
}

struct memo_param {
	const char	*desc;
	void		(*check)(struct kunit *test);
};

static const struct memo_param memo_params[] = {
	{ "there is none", empty },
	{ "the same again", again },
	{ "another behind it", pipelined },
	{ "cut off", cut_off },
	{ "another byte", another_byte },
	{ "other pages", other_pages },
	{ "what is not worth it", not_worth_it },
	{ "one in a jiffy", one_in_a_jiffy },
	{ "in a worker", in_a_worker },
};

SSK_KUNIT_TABLE(memo);

/* With the memo of one CPU, and no softirq that changes it. */
static void memo_test(struct kunit *test)
{
	const struct memo_param *param = test->param_value;

	local_bh_disable();
	memset(this_cpu_ptr(&memos), 0, sizeof(struct memo));
	param->check(test);
	memset(this_cpu_ptr(&memos), 0, sizeof(struct memo));
	local_bh_enable();
}

static struct kunit_case memo_test_cases[] = {
	KUNIT_CASE_PARAM(memo_test, memo_gen_params),
	{}
};

static struct kunit_suite memo_test_suite = {
	.name		= "syncsock_http_memo",
	.test_cases	= memo_test_cases,
};

kunit_test_suite(memo_test_suite);
