/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memo: a request that a CPU has answered, and what to.
 *
 * Clients repeat themselves: who keeps a connection, looks whether the server is
 * alive or fetches a page again sends the same bytes. They mean the same as
 * before, as long as the same pages are served, and need not be read again.
 */
#ifndef HTTP_MEMO_H
#define HTTP_MEMO_H

#include <linux/types.h>

struct http_reply;
struct http_snapshot;

/**
 * http_memo_recall() - look whether a request is the one of this CPU's memo
 * @snapshot: the pages that are served
 * @data: bytes that begin with a request
 * @len: how many
 * @reply: where to store the reply to it
 *
 * Context: Any, under RCU. Finds nothing where softirqs are enabled.
 * Return: the length of the request, or 0 if it is another one.
 */
size_t http_memo_recall(const struct http_snapshot *snapshot, const void *data,
			size_t len, struct http_reply *reply);

/**
 * http_memo_note() - put a request into this CPU's memo
 * @snapshot: the pages that are served
 * @data: the request, complete
 * @len: its length
 * @reply: the reply to it, of which nothing was sent yet
 *
 * Leaves out what is not worth it: long requests, replies that are no page, and
 * all but one in a jiffy, so that requests that differ cost next to nothing.
 *
 * Context: as http_memo_recall().
 */
void http_memo_note(const struct http_snapshot *snapshot, const void *data,
		    size_t len, const struct http_reply *reply);

#endif /* HTTP_MEMO_H */
