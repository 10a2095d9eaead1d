// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of finding bytes in a queue of packets.
 *
 * A message lies in queues of real packets, built in all the ways that TCP and
 * GRO build them; what the cursor finds is compared to the flat message.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "table.h"
#include "../src/core/cursor.c"

#define MESSAGE_LEN	300

/* What a packet is made of. What is in it goes on where the last one ended. */
enum part_kind {
	PART_END,
	PART_PACKET,		/* begins a packet at this place */
	PART_HEAD,		/* so many bytes in the packet's head */
	PART_FRAG,		/* so many bytes in a page */
	PART_LIST,		/* a packet in its list, bytes in the head */
	PART_LIST_FRAG,		/* bytes in a page of the last one in the list */
};

struct part {
	enum part_kind	kind;
	u32		value;
};

#define PACKET(at)	{ PART_PACKET, at }
#define HEAD(len)	{ PART_HEAD, len }
#define FRAG(len)	{ PART_FRAG, len }
#define LIST(len)	{ PART_LIST, len }
#define LIST_FRAG(len)	{ PART_LIST_FRAG, len }

struct queue_param {
	const char	*desc;
	struct part	parts[24];
};

static const struct queue_param queue_params[] = {
	{ "one packet", { PACKET(0), HEAD(300) } },
	{ "one packet in a page", { PACKET(0), FRAG(300) } },
	{ "one packet in a list", { PACKET(0), LIST(300) } },
	{ "three packets",
	  { PACKET(0), HEAD(100), PACKET(100), HEAD(1), PACKET(101), HEAD(199) } },
	{ "head and pages",
	  { PACKET(0), HEAD(100), FRAG(1), FRAG(99), FRAG(100) } },
	{ "pages only", { PACKET(0), FRAG(1), FRAG(200), FRAG(99) } },
	{ "most pages",
	  { PACKET(0), HEAD(10), FRAG(1), FRAG(2), FRAG(3), FRAG(4), FRAG(5),
	    FRAG(6), FRAG(7), FRAG(8), FRAG(9), FRAG(10), FRAG(11), FRAG(12),
	    FRAG(13), FRAG(14), FRAG(15), FRAG(16), FRAG(154) } },
	{ "head and list", { PACKET(0), HEAD(100), LIST(1), LIST(199) } },
	{ "list only", { PACKET(0), LIST(1), LIST(150), LIST(149) } },
	{ "head, pages and list",
	  { PACKET(0), HEAD(50), FRAG(50), FRAG(50), LIST(75), LIST(75) } },
	{ "list with pages",
	  { PACKET(0), HEAD(20), LIST(20), LIST_FRAG(20), LIST_FRAG(40),
	    LIST(0), LIST_FRAG(100), LIST(50), LIST_FRAG(50) } },
	{ "all of it, twice",
	  { PACKET(0), HEAD(10), FRAG(20), LIST(30), LIST_FRAG(40), LIST(50),
	    PACKET(150), HEAD(50), FRAG(40), LIST(30), LIST_FRAG(20),
	    LIST(10) } },
	{ "empty packets",
	  { PACKET(0), PACKET(0), HEAD(150), PACKET(150), PACKET(150),
	    HEAD(150), PACKET(300) } },
	{ "empty parts",
	  { PACKET(0), HEAD(0), FRAG(0), FRAG(100), FRAG(0), LIST(0), LIST(100),
	    LIST_FRAG(0), LIST(0), LIST(100), LIST_FRAG(0) } },
	{ "begins one byte too early",
	  { PACKET(0), HEAD(150), PACKET(149), HEAD(151) } },
	{ "begins in the first byte but one",
	  { PACKET(0), HEAD(299), PACKET(1), HEAD(299) } },
	{ "contained in the one before",
	  { PACKET(0), HEAD(200), PACKET(50), HEAD(100), PACKET(199),
	    HEAD(101) } },
	{ "the same again",
	  { PACKET(0), HEAD(150), PACKET(0), FRAG(150), PACKET(150),
	    HEAD(150), PACKET(150), LIST(150) } },
	{ "overlapping in pages and lists",
	  { PACKET(0), HEAD(10), FRAG(40), LIST(60), PACKET(30), HEAD(5),
	    FRAG(95), LIST(40), LIST_FRAG(40), PACKET(200), LIST(50),
	    LIST_FRAG(50) } },
};

SSK_KUNIT_TABLE(queue);

/* Where sequence numbers begin: they and their sign go round everywhere. */
static const u32 firsts[] = {
	0, 1, 0x7fffff80, 0x80000000, 0xfffffe00, 0xfffffed3,
	-300U, -299U, -200U, -150U, -149U, -100U, -1U,
};

struct fixture {
	struct sk_buff_head	queue;
	u8			*message;
	u8			*buf;
};

static void add_to_page(struct kunit *test, struct sk_buff *skb,
			const void *data, u32 len)
{
	/* Across the border of two pages, where there is enough. */
	u32 offset = PAGE_SIZE - 7;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memcpy(page_address(page) + offset, data, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, offset, len,
			2 * PAGE_SIZE);
}

/* KASAN knows where the head ends, up to what alignment adds. */
static struct sk_buff *new_packet(struct kunit *test, u32 len)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	return skb;
}

static void add_to_list(struct sk_buff *skb, struct sk_buff *part)
{
	struct sk_buff **last = &skb_shinfo(skb)->frag_list;

	while (*last)
		last = &(*last)->next;
	*last = part;
}

static void grow(struct sk_buff *skb, u32 len)
{
	skb->len += len;
	skb->data_len += len;
	skb->truesize += len;
}

/* Queue the message, as it is described, from the sequence number on. */
static void build(struct kunit *test, const struct part *parts, u32 first)
{
	struct fixture *fixture = test->priv;
	struct sk_buff *part = NULL;
	struct sk_buff *skb = NULL;
	u32 at = 0;

	__skb_queue_purge(&fixture->queue);
	for (; parts->kind != PART_END; parts++) {
		const u8 *data = fixture->message + at;
		u32 len = parts->value;

		switch (parts->kind) {
		case PART_PACKET:
			at = parts->value;
			skb = new_packet(test, MESSAGE_LEN);
			TCP_SKB_CB(skb)->seq = first + at;
			__skb_queue_tail(&fixture->queue, skb);
			continue;
		case PART_HEAD:
			skb_put_data(skb, data, len);
			break;
		case PART_FRAG:
			add_to_page(test, skb, data, len);
			break;
		case PART_LIST:
			part = new_packet(test, len);
			skb_put_data(part, data, len);
			add_to_list(skb, part);
			grow(skb, len);
			break;
		case PART_LIST_FRAG:
			add_to_page(test, part, data, len);
			grow(skb, len);
			break;
		case PART_END:
			break;
		}
		at += len;
	}
	KUNIT_ASSERT_EQ(test, at, MESSAGE_LEN);
}

/* The first packet that holds a byte, from one on; NULL if none does. */
static struct sk_buff *holder(struct kunit *test, struct sk_buff *from,
			      u32 seq)
{
	struct fixture *fixture = test->priv;

	while (from && seq - TCP_SKB_CB(from)->seq >= from->len)
		from = skb_peek_next(from, &fixture->queue);
	return from;
}

/* From every packet that is not behind it, every byte is found. */
static void expect_found(struct kunit *test, u32 first)
{
	struct fixture *fixture = test->priv;
	struct sk_buff *from;
	u32 at;

	skb_queue_walk(&fixture->queue, from) {
		for (at = TCP_SKB_CB(from)->seq - first; at < MESSAGE_LEN;
		     at++) {
			struct sk_buff *expected = holder(test, from,
							  first + at);
			struct sk_buff *skb;
			u32 offset;
			u8 byte;

			if (!expected)
				continue;
			skb = ssk_cursor_find(&fixture->queue, from, first + at,
					      &offset);
			KUNIT_ASSERT_PTR_EQ(test, skb, expected);
			KUNIT_ASSERT_EQ(test, TCP_SKB_CB(skb)->seq + offset,
					first + at);
			KUNIT_ASSERT_EQ(test, 0,
					skb_copy_bits(skb, offset, &byte, 1));
			KUNIT_ASSERT_EQ(test, byte, fixture->message[at]);
		}
	}
}

static void find(struct kunit *test)
{
	const struct queue_param *param = test->param_value;
	int i;

	for (i = 0; i < ARRAY_SIZE(firsts); i++) {
		build(test, param->parts, firsts[i]);
		expect_found(test, firsts[i]);
	}
}

/* A run of bytes begins at every byte, and goes to the end of its part. */
static void run(struct kunit *test)
{
	const struct queue_param *param = test->param_value;
	struct fixture *fixture = test->priv;
	const struct part *part;
	struct sk_buff *skb = (struct sk_buff *)&fixture->queue;
	u32 start = 0;
	u32 at = 0;
	u32 left;

	build(test, param->parts, 0);
	for (part = param->parts; part->kind != PART_END; part++) {
		if (part->kind == PART_PACKET) {
			skb = skb->next;
			start = part->value;
			at = start;
			continue;
		}
		for (left = part->value; left; left--, at++) {
			const u8 *data;
			size_t len;

			data = ssk_cursor_run(skb, at - start, &len);
			KUNIT_ASSERT_NOT_NULL(test, data);
			KUNIT_ASSERT_EQ(test, len, left);
			KUNIT_ASSERT_EQ(test, 0,
					memcmp(data, fixture->message + at,
					       len));
		}
	}
}

/* Copy a part of the message: that, and nothing beside it, is written. */
static void expect_copied(struct kunit *test, struct sk_buff *from, u32 first,
			  u32 at, u32 len)
{
	struct fixture *fixture = test->priv;
	u8 *buf = fixture->buf + MESSAGE_LEN - len;

	memset(fixture->buf, 0, MESSAGE_LEN);
	ssk_cursor_copy(&fixture->queue, from, first + at, buf, len);
	KUNIT_ASSERT_EQ(test, 0, memcmp(buf, fixture->message + at, len));
	KUNIT_ASSERT_NULL(test, memchr_inv(fixture->buf, 0,
					   MESSAGE_LEN - len));
}

/* All of the message in two copies; the second may begin where it is found. */
static void expect_both_copied(struct kunit *test, u32 first, u32 at)
{
	struct fixture *fixture = test->priv;
	struct sk_buff *head = skb_peek(&fixture->queue);
	u32 offset;

	expect_copied(test, head, first, 0, at);
	expect_copied(test, head, first, at, MESSAGE_LEN - at);
	if (at < MESSAGE_LEN)
		expect_copied(test, ssk_cursor_find(&fixture->queue, head,
						    first + at, &offset),
			      first, at, MESSAGE_LEN - at);
}

static void copy(struct kunit *test)
{
	const struct queue_param *param = test->param_value;
	u32 at;
	int i;

	for (i = 0; i < ARRAY_SIZE(firsts); i++) {
		build(test, param->parts, firsts[i]);
		for (at = 0; at <= MESSAGE_LEN; at++)
			expect_both_copied(test, firsts[i], at);
	}
}

/* Every part of the message, while sequence numbers go round in the middle. */
static void copy_every_part(struct kunit *test)
{
	const struct queue_param *param = test->param_value;
	struct fixture *fixture = test->priv;
	u32 first = -150U;
	u32 len;
	u32 at;

	build(test, param->parts, first);
	for (at = 0; at < MESSAGE_LEN; at++)
		for (len = 1; len <= MESSAGE_LEN - at; len++)
			expect_copied(test, skb_peek(&fixture->queue), first,
				      at, len);
}

struct split_param {
	const char	*desc;
	enum part_kind	before;
	enum part_kind	behind;
	u32		overlap;
	bool		one_packet;
};

static const struct split_param split_params[] = {
	{ "heads", PART_HEAD, PART_HEAD },
	{ "pages", PART_FRAG, PART_FRAG },
	{ "head, page", PART_HEAD, PART_FRAG },
	{ "list, head", PART_LIST, PART_HEAD },
	{ "heads that overlap", PART_HEAD, PART_HEAD, 1 },
	{ "page and list that overlap", PART_FRAG, PART_LIST, 20 },
	{ "heads of nearly the same", PART_HEAD, PART_HEAD, 299 },
	{ "head and page of one packet", PART_HEAD, PART_FRAG, 0, true },
	{ "head and list of one packet", PART_HEAD, PART_LIST, 0, true },
	{ "pages of one packet", PART_FRAG, PART_FRAG, 0, true },
	{ "page and list of one packet", PART_FRAG, PART_LIST, 0, true },
	{ "list of one packet", PART_LIST, PART_LIST, 0, true },
	{ "pages in a list", PART_LIST, PART_LIST_FRAG, 0, true },
};

SSK_KUNIT_TABLE(split);

/* A message that came in two, cut at every byte. */
static void split(struct kunit *test)
{
	const struct split_param *param = test->param_value;
	u32 first = -150U;
	u32 cut;

	for (cut = 1; cut < MESSAGE_LEN; cut++) {
		u32 second = cut - min(cut, param->overlap);
		const struct part two_packets[] = {
			PACKET(0), { param->before, cut },
			PACKET(second), { param->behind, MESSAGE_LEN - second },
			{ PART_END },
		};
		const struct part one_packet[] = {
			PACKET(0), { param->before, cut },
			{ param->behind, MESSAGE_LEN - cut }, { PART_END },
		};

		build(test, param->one_packet ? one_packet : two_packets,
		      first);
		expect_both_copied(test, first, cut - 1);
		expect_both_copied(test, first, cut);
		expect_both_copied(test, first, cut + 1);
	}
}

/* A message that came in packets of every size. */
static void chop(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	u32 first = -150U;
	u32 size;
	u32 at;

	for (size = 1; size <= MESSAGE_LEN; size++) {
		__skb_queue_purge(&fixture->queue);
		for (at = 0; at < MESSAGE_LEN; at += size) {
			struct sk_buff *skb = new_packet(test, size);

			skb_put_data(skb, fixture->message + at,
				     min(size, MESSAGE_LEN - at));
			TCP_SKB_CB(skb)->seq = first + at;
			__skb_queue_tail(&fixture->queue, skb);
		}
		expect_both_copied(test, first, 0);
		expect_both_copied(test, first, size - 1);
		expect_both_copied(test, first, MESSAGE_LEN - 1);
	}
}

static int cursor_test_init(struct kunit *test)
{
	struct fixture *fixture;
	int i;

	fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	if (!fixture)
		return -ENOMEM;
	fixture->message = kunit_kzalloc(test, MESSAGE_LEN, GFP_KERNEL);
	fixture->buf = kunit_kzalloc(test, MESSAGE_LEN, GFP_KERNEL);
	if (!fixture->message || !fixture->buf)
		return -ENOMEM;
	/* Never 0, and neighbours differ. */
	for (i = 0; i < MESSAGE_LEN; i++)
		fixture->message[i] = 1 + (i * 167 + i / 251) % 255;
	__skb_queue_head_init(&fixture->queue);
	test->priv = fixture;
	return 0;
}

static void cursor_test_exit(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (fixture)
		__skb_queue_purge(&fixture->queue);
}

static struct kunit_case cursor_test_cases[] = {
	KUNIT_CASE_PARAM(find, queue_gen_params),
	KUNIT_CASE_PARAM(run, queue_gen_params),
	KUNIT_CASE_PARAM(copy, queue_gen_params),
	KUNIT_CASE_PARAM(copy_every_part, queue_gen_params),
	KUNIT_CASE_PARAM(split, split_gen_params),
	KUNIT_CASE(chop),
	{}
};

static struct kunit_suite cursor_test_suite = {
	.name		= "syncsock_cursor",
	.init		= cursor_test_init,
	.exit		= cursor_test_exit,
	.test_cases	= cursor_test_cases,
};

kunit_test_suite(cursor_test_suite);
