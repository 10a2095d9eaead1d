// SPDX-License-Identifier: GPL-2.0
/*
 * incr, decr and "ma".
 */
#include "operations.h"

/* No number that is looked at is longer, with the white space before it. */
#define NUMBER_MAX	64

static bool is_decrement(const struct mc_request *request)
{
	return request->command == MC_DECR || request->meta.mode == 'D' ||
	       request->meta.mode == '-';
}

/* Whether it is to make a number where there is none. */
static bool wants_new(const struct mc_request *request)
{
	return mc_request_is_meta(request) && mc_meta_has(&request->meta, 'N');
}

static u64 sum_of(const struct mc_request *request, u64 number)
{
	if (!is_decrement(request))
		return number + request->delta;
	return number > request->delta ? number - request->delta : 0;
}

static void count_miss(struct mc_store *store, const struct mc_request *request)
{
	if (is_decrement(request))
		mc_count(store, decr_misses);
	else
		mc_count(store, incr_misses);
}

static void count_hit(struct mc_store *store, const struct mc_request *request)
{
	if (is_decrement(request))
		mc_count(store, decr_hits);
	else
		mc_count(store, incr_hits);
}

static bool number_of(const struct mc_item *item, u64 *number)
{
	const char *text;
	u32 len;

	if (!item->len)
		return false;
	text = mc_item_piece(item, 0, &len);
	return mc_number_u64(text, min_t(u32, len, NUMBER_MAX), number);
}

/* How long an item's value has to be for any sum of it. */
static u32 room_for_sum(const struct mc_item *item)
{
	return max_t(u32, item ? item->len : 0, TEXT_DIGITS_MAX);
}

/* An item that has room for a number, and is full of spaces. */
static struct mc_item *new_item(struct mc_store *store,
				const struct mc_request *request, u32 room)
{
	static const char spaces[NUMBER_MAX] = {
		[0 ... NUMBER_MAX - 1] = ' ',
	};
	struct mc_item *item;

	item = mc_item_new(store, request->key, request->key_len, 0, room);
	if (!item)
		return NULL;
	while (item->filled < room) {
		u32 len = min_t(u32, room - item->filled, sizeof(spaces));

		if (!mc_item_append(item, spaces, len)) {
			mc_item_put(item);
			return NULL;
		}
	}
	return item;
}

/* Its value becomes a number, with spaces up to at least @len characters. */
static void set_number(struct mc_item *item, u64 number, u32 len)
{
	char digits[TEXT_DIGITS_MAX];
	u32 count = text_put_number(digits, number) - digits;

	mc_item_write(item, digits, count, max(len, count));
}

/*
 * What of an item stays when its number changes: as in memcached nearly all of
 * it, unless the number has become longer.
 */
static void inherit(struct mc_item *item, const struct mc_item *old)
{
	static const enum mc_item_bit kept[] = {
		MC_ITEM_BINARY, MC_ITEM_FETCHED, MC_ITEM_STALE, MC_ITEM_SENT,
	};
	size_t count = item->len == old->len ? ARRAY_SIZE(kept) : 1;
	size_t i;

	for (i = 0; i < count; i++)
		if (test_bit(kept[i], &old->bits))
			set_bit(kept[i], &item->bits);
	item->flags = old->flags;
	item->expires = old->expires;
}

/* The times of T, or of N for a new item. */
static void set_times(const struct mc_request *request, struct mc_item *item,
		      struct mc_view *view)
{
	view->ttl = mc_store_ttl(item->expires);
	if (view->created && mc_meta_has(&request->meta, 'N'))
		item->expires = mc_store_time(request->meta.vivify_ttl);
	if (mc_meta_has(&request->meta, 'T'))
		item->expires = mc_store_time(request->meta.ttl);
	view->new_ttl = mc_store_ttl(item->expires);
	view->binary = request->key_binary;
}

/* What the number becomes that is there. */
static enum mc_status add(const struct mc_request *request,
			  struct mc_item *item, const struct mc_item *old,
			  struct mc_view *view)
{
	u64 number;

	if (old->len && request->cas && request->cas != old->cas)
		return MC_EXISTS;
	if (!number_of(old, &number))
		return MC_NOT_A_NUMBER;
	view->number = sum_of(request, number);
	set_number(item, view->number, old->len);
	inherit(item, old);
	return MC_HIT;
}

/* There is none: "ma" with N makes one. */
static enum mc_status create(const struct mc_request *request,
			     struct mc_item *item, struct mc_view *view)
{
	if (!wants_new(request))
		return MC_MISS;
	view->number = request->meta.initial;
	view->created = true;
	set_number(item, view->number, 0);
	if (request->key_binary)
		set_bit(MC_ITEM_BINARY, &item->bits);
	return MC_HIT;
}

/*
 * Store the sum in an item that has room for so many characters. Takes the
 * reference to it, in any case. Returns MC_NOT_STORED, and how much room it has
 * to have, if that is too little.
 */
static enum mc_status store_sum(struct mc_store *store,
				const struct mc_request *request,
				const struct mc_key *key, struct mc_item *item,
				u32 *room, struct mc_view *view)
{
	struct mc_shard *shard = mc_store_lock(store, key->hash);
	struct mc_item *old = mc_store_find_locked(store, shard, key);
	enum mc_status status = MC_NOT_STORED;

	view->created = false;
	item->hash = key->hash;
	if (room_for_sum(old) > *room)
		*room = room_for_sum(old);
	else
		status = old ? add(request, item, old, view) :
			       create(request, item, view);
	if (status == MC_HIT)
		set_times(request, item, view);
	return mc_update_commit(store, shard, item, old, status, view);
}

/* As much as is needed if nothing changes; 0: there is no such item. */
static u32 guess_room(struct mc_store *store, const struct mc_key *key)
{
	const struct mc_item *item;
	u32 room;

	rcu_read_lock();
	item = mc_store_find(store, key);
	room = item ? room_for_sum(item) : 0;
	rcu_read_unlock();
	return room;
}

static enum mc_status sum(struct mc_store *store,
			  const struct mc_request *request,
			  struct mc_view *view)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	u32 room = guess_room(store, &key);
	enum mc_status status;

	if (!room && !wants_new(request))
		return MC_MISS;
	room = max_t(u32, room, TEXT_DIGITS_MAX);
	do {
		struct mc_item *item = new_item(store, request, room);

		if (!item)
			return MC_NO_MEMORY;
		status = store_sum(store, request, &key, item, &room, view);
	} while (status == MC_NOT_STORED);
	return status;
}

/**
 * mc_arithmetic() - add to a number, or subtract from it
 * @store: the store
 * @request: the request
 * @view: where to store the new number, and what else there is to tell
 *
 * The number becomes a new item, because the old one may be being sent. Its
 * memory is allocated before the shard is locked, and once more for each time
 * that somebody has made the old value longer than there is room for.
 *
 * Return: MC_HIT, MC_MISS, MC_EXISTS, MC_NOT_A_NUMBER or MC_NO_MEMORY.
 */
enum mc_status mc_arithmetic(struct mc_store *store,
			     const struct mc_request *request,
			     struct mc_view *view)
{
	enum mc_status status = sum(store, request, view);

	if (status == MC_HIT && view->created)
		mc_expiry_start(store);
	else if (status == MC_HIT)
		count_hit(store, request);
	else if (status == MC_MISS)
		count_miss(store, request);
	else if (status == MC_NO_MEMORY)
		mc_count(store, store_no_memory);
	return status;
}
