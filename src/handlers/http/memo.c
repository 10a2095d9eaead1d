// SPDX-License-Identifier: GPL-2.0
#include <crypto/algapi.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "memo.h"
#include "reply.h"
#include "snapshot.h"

/* Longer requests are not in the memo. */
#define REQUEST_MAX	512

/**
 * struct memo - a request, and the reply to it
 * @snapshot: &http_snapshot.id of the pages that the reply is of
 * @noted: when it was put here, in jiffies
 * @len: the length of the request; 0: there is none
 * @reply: the reply
 * @request: the request
 */
struct memo {
	u64			snapshot;
	unsigned long		noted;
	size_t			len;
	struct http_reply	reply;
	u8			request[REQUEST_MAX];
};

/* Used in softirq, or with bottom halves disabled. */
static DEFINE_PER_CPU(struct memo, memos);

/*
 * The comparison takes as long wherever the requests differ: it is the request
 * of somebody else perhaps, whom it could tell byte by byte.
 */
size_t http_memo_recall(const struct http_snapshot *snapshot, const void *data,
			size_t len, struct http_reply *reply)
{
	const struct memo *memo;

	if (!in_softirq())
		return 0;
	memo = this_cpu_ptr(&memos);
	if (!memo->len || memo->len > len || memo->snapshot != snapshot->id ||
	    crypto_memneq(memo->request, data, memo->len))
		return 0;
	*reply = memo->reply;
	return memo->len;
}

/* A whole page: nothing in it is of the request itself. */
static bool is_page(const struct http_reply *reply)
{
	return reply->content && !reply->head.range && !reply->parts;
}

void http_memo_note(const struct http_snapshot *snapshot, const void *data,
		    size_t len, const struct http_reply *reply)
{
	struct memo *memo;

	if (!in_softirq() || len > REQUEST_MAX || !is_page(reply))
		return;
	memo = this_cpu_ptr(&memos);
	if (memo->len && !time_after(jiffies, memo->noted))
		return;
	memo->snapshot = snapshot->id;
	memo->noted = jiffies;
	memo->len = len;
	memo->reply = *reply;
	memcpy(memo->request, data, len);
}
