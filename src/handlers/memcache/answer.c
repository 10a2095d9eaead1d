// SPDX-License-Identifier: GPL-2.0
/*
 * Sending answers.
 *
 * An answer with a small value is put together where it leaves from, under RCU,
 * so that a hit takes neither a lock nor a reference. A value in pages is sent
 * without being copied; its item is held meanwhile.
 */
#include <linux/bottom_half.h>
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <syncsock/syncsock.h>

#include "session.h"

static_assert(MC_REPLY_MAX + MC_INLINE_MAX + 2 <= SYNCSOCK_RESERVE_MAX);

/*
 * Where each CPU puts statistics together. Used with bottom halves disabled: a
 * worker calls a handler with them enabled.
 */
struct scratch {
	char	bytes[MC_STATS_MAX];
};

static_assert(sizeof(struct scratch) <= SYNCSOCK_SEND_MAX);

static struct scratch __percpu *cpu_scratch;

/* Returns NULL if there is no room; the core took note of it. */
static char *begin(struct syncsock_conn *conn, size_t most)
{
	char *bytes = syncsock_reserve(conn, most);

	return IS_ERR(bytes) ? NULL : bytes;
}

/* What was written into the room from begin(). */
static void end(struct syncsock_conn *conn, struct mc_store *store, size_t len)
{
	syncsock_commit(conn, len);
	mc_count_add(store, bytes_written, len);
}

/* Returns false if there is no room; the core took note of it. */
static bool send(struct syncsock_conn *conn, struct mc_store *store,
		 const void *bytes, size_t len)
{
	if (syncsock_send(conn, bytes, len))
		return false;
	mc_count_add(store, bytes_written, len);
	return true;
}

static bool wants_value(const struct mc_request *request)
{
	return !mc_request_is_meta(request) ||
	       (request->command == MC_META_GET &&
		mc_meta_has(&request->meta, 'v'));
}

/* Whether nothing of its pages is to be sent. */
static bool is_small(const struct mc_request *request,
		     const struct mc_item *item)
{
	return !item->pages || !wants_value(request);
}

static char *put_head(char *at, const struct mc_request *request,
		      const struct mc_view *view)
{
	if (mc_request_is_meta(request))
		return mc_reply_meta(at, request, MC_HIT, view);
	return mc_reply_value(at, request, view);
}

/* With the value of @item, unless that is NULL or not asked for. */
static bool send_head(struct syncsock_conn *conn, struct mc_store *store,
		      const struct mc_request *request,
		      const struct mc_item *item, const struct mc_view *view)
{
	bool value = item && wants_value(request);
	char *bytes = begin(conn, MC_REPLY_MAX + (value ? item->len + 2 : 0));
	char *at;

	if (!bytes)
		return false;
	at = put_head(bytes, request, view);
	if (value) {
		at = text_put(at, mc_item_inline(item), item->len);
		at = text_put(at, "\r\n", 2);
	}
	end(conn, store, at - bytes);
	return true;
}

static bool send_pages(struct syncsock_conn *conn, struct mc_store *store,
		       struct mc_answer *answer)
{
	const struct mc_item *item = answer->item;

	while (answer->sent < item->len) {
		u32 offset = offset_in_page(answer->sent);
		u32 len = min_t(u32, item->len - answer->sent,
				PAGE_SIZE - offset);
		struct page *page = item->page[answer->sent / PAGE_SIZE];

		if (syncsock_send_page(conn, page, offset, len))
			return false;
		mc_count_add(store, bytes_written, len);
		answer->sent += len;
	}
	return send(conn, store, "\r\n", 2);
}

/* What @answer->item is about; it can be gone on with. */
static bool send_item(struct syncsock_conn *conn, struct mc_store *store,
		      const struct mc_request *request,
		      struct mc_answer *answer)
{
	if (is_small(request, answer->item))
		return send_head(conn, store, request, answer->item,
				 &answer->view);
	if (!answer->head_sent) {
		if (!send_head(conn, store, request, NULL, &answer->view))
			return false;
		answer->head_sent = true;
		answer->sent = 0;
	}
	return send_pages(conn, store, answer);
}

static bool send_meta(struct syncsock_conn *conn, struct mc_store *store,
		      const struct mc_request *request,
		      const struct mc_answer *answer)
{
	char *bytes = begin(conn, MC_REPLY_MAX);

	if (!bytes)
		return false;
	end(conn, store, mc_reply_meta(bytes, request, answer->status,
				       &answer->view) - bytes);
	return true;
}

static bool send_number(struct syncsock_conn *conn, struct mc_store *store,
			u64 number)
{
	char *bytes = begin(conn, TEXT_DIGITS_MAX + 2);

	if (!bytes)
		return false;
	end(conn, store, mc_reply_number(bytes, number) - bytes);
	return true;
}

static bool send_stats(struct syncsock_conn *conn, struct mc_store *store,
		       const struct mc_request *request)
{
	char *bytes;
	bool sent;

	local_bh_disable();
	bytes = this_cpu_ptr(cpu_scratch)->bytes;
	sent = send(conn, store, bytes, mc_stats(store, request, bytes));
	local_bh_enable();
	return sent;
}

/* There is no such item: only the meta protocol says so. */
static bool miss(struct syncsock_conn *conn, struct mc_store *store,
		 const struct mc_request *request, struct mc_answer *answer)
{
	answer->status = MC_MISS;
	if (mc_request_is_meta(request) &&
	    !send_meta(conn, store, request, answer))
		return false;
	if (request->command != MC_META_DEBUG)
		mc_lookup_count(store, request, NULL);
	return true;
}

/* An item was found whose pages are to be sent. */
static bool hit_large(struct syncsock_conn *conn, struct mc_store *store,
		      const struct mc_request *request, struct mc_item *item,
		      struct mc_answer *answer)
{
	mc_lookup_view(item, &answer->view);
	mc_lookup_count(store, request, item);
	answer->item = item;
	answer->kind = MC_ANSWER_ITEM;
	return send_item(conn, store, request, answer);
}

/* Another was found, under RCU. */
static bool hit_small(struct syncsock_conn *conn, struct mc_store *store,
		      const struct mc_request *request, struct mc_item *item,
		      struct mc_answer *answer)
{
	mc_lookup_view(item, &answer->view);
	if (!send_head(conn, store, request, item, &answer->view))
		return false;
	if (request->command != MC_META_DEBUG)
		mc_lookup_count(store, request, item);
	return true;
}

/* "mg" that changes something does so once, and the answer is kept. */
static bool change(struct syncsock_conn *conn, struct mc_store *store,
		   const struct mc_request *request, struct mc_answer *answer)
{
	answer->item = mc_change(store, request, &answer->view,
				 &answer->status);
	answer->kind = answer->item ? MC_ANSWER_ITEM : MC_ANSWER_META;
	if (answer->item)
		return send_item(conn, store, request, answer);
	return send_meta(conn, store, request, answer);
}

static bool look_up(struct syncsock_conn *conn, struct mc_store *store,
		    const struct mc_request *request, struct mc_answer *answer)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_item *item;
	bool changes;
	bool sent;

	rcu_read_lock();
	do {
		item = mc_store_find(store, &key);
		changes = request->command == MC_META_GET &&
			  mc_lookup_changes(request, item);
		if (item && !changes && is_small(request, item)) {
			sent = hit_small(conn, store, request, item, answer);
			rcu_read_unlock();
			return sent;
		}
		/* If it has just gone, there may be another, or none. */
	} while (item && !changes && !mc_item_get(item));
	rcu_read_unlock();

	if (changes)
		return change(conn, store, request, answer);
	if (item)
		return hit_large(conn, store, request, item, answer);
	return miss(conn, store, request, answer);
}

static bool send_answer(struct syncsock_conn *conn, struct mc_store *store,
			const struct mc_request *request,
			struct mc_answer *answer)
{
	switch (answer->kind) {
	case MC_ANSWER_TEXT:
		return send(conn, store, answer->text, strlen(answer->text));
	case MC_ANSWER_NUMBER:
		return send_number(conn, store, answer->view.number);
	case MC_ANSWER_META:
		return send_meta(conn, store, request, answer);
	case MC_ANSWER_LOOKUP:
		return look_up(conn, store, request, answer);
	case MC_ANSWER_ITEM:
		return send_item(conn, store, request, answer);
	case MC_ANSWER_STATS:
		return send_stats(conn, store, request);
	default:
		return true;
	}
}

/**
 * mc_answer_send() - send the answer of a session, if it has one
 * @conn: the connection
 * @store: the store
 * @session: the session
 *
 * Context: an operation of the connection.
 * Return: false if there is no room for the rest.
 */
bool mc_answer_send(struct syncsock_conn *conn, struct mc_store *store,
		    struct mc_session *session)
{
	struct mc_answer *answer = &session->answer;

	if (!send_answer(conn, store, &session->parser.request, answer))
		return false;
	mc_answer_drop(answer);
	return true;
}

/* Forget an answer. */
void mc_answer_drop(struct mc_answer *answer)
{
	mc_item_put(answer->item);
	answer->item = NULL;
	answer->head_sent = false;
	answer->kind = MC_ANSWER_NONE;
}

/* Context: Process context. Return: 0 or -ENOMEM. */
int mc_answer_init(void)
{
	cpu_scratch = alloc_percpu(struct scratch);
	return cpu_scratch ? 0 : -ENOMEM;
}

void mc_answer_exit(void)
{
	free_percpu(cpu_scratch);
}
