// SPDX-License-Identifier: GPL-2.0
/*
 * Storing: set, add, replace, append, prepend, cas, and "ms".
 */
#include "operations.h"

/* How often an item may change while another is made of it. */
#define TRIES_MAX	16

/* A value that cannot be stored must not leave an older one behind. */
static void remove_old(struct mc_store *store, const struct mc_request *request)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_shard *shard = mc_store_lock(store, key.hash);
	struct mc_item *item = mc_store_find_locked(store, shard, &key);

	if (item)
		mc_store_unlink(store, shard, item);
	mc_store_unlock(shard);
}

/**
 * mc_update_fail() - a value cannot be stored
 * @store: the store
 * @request: the request
 * @status: MC_TOO_LARGE or MC_NO_MEMORY
 *
 * Return: @status.
 */
enum mc_status mc_update_fail(struct mc_store *store,
			      const struct mc_request *request,
			      enum mc_status status)
{
	if (status == MC_TOO_LARGE)
		mc_count(store, store_too_large);
	else
		mc_count(store, store_no_memory);
	if (request->command == MC_SET || request->command == MC_META_SET)
		remove_old(store, request);
	return status;
}

/**
 * mc_update_begin() - make the item whose value follows
 * @store: the store
 * @request: the request
 * @item: where to store the item
 *
 * Return: MC_HIT, MC_TOO_LARGE or MC_NO_MEMORY.
 */
enum mc_status mc_update_begin(struct mc_store *store,
			       const struct mc_request *request,
			       struct mc_item **item)
{
	if (!mc_item_size_ok(request->key_len, request->flags,
			     request->value_len))
		return mc_update_fail(store, request, MC_TOO_LARGE);
	*item = mc_item_new(store, request->key, request->key_len,
			    request->flags, request->value_len);
	if (!*item)
		return mc_update_fail(store, request, MC_NO_MEMORY);
	(*item)->expires = mc_store_time(request->ttl);
	if (request->key_binary)
		set_bit(MC_ITEM_BINARY, &(*item)->bits);
	return MC_HIT;
}

/* "ms" with I takes an older unique number for that of a stale value. */
static bool is_older(const struct mc_request *request,
		     const struct mc_item *old)
{
	return request->command == MC_META_SET && request->cas &&
	       request->cas < old->cas && mc_meta_has(&request->meta, 'I');
}

static void take_over_stale(struct mc_item *item, const struct mc_item *old)
{
	item->expires = old->expires;
	set_bit(MC_ITEM_STALE, &item->bits);
	if (test_bit(MC_ITEM_SENT, &old->bits))
		set_bit(MC_ITEM_SENT, &item->bits);
}

static enum mc_status compare_cas(struct mc_store *store,
				  const struct mc_request *request,
				  struct mc_item *item, struct mc_item *old)
{
	if (!old) {
		mc_count(store, cas_misses);
		return MC_MISS;
	}
	if (request->cas && request->cas == old->cas) {
		mc_count(store, cas_hits);
		return MC_HIT;
	}
	if (is_older(request, old)) {
		mc_count(store, cas_hits);
		take_over_stale(item, old);
		return MC_HIT;
	}
	mc_count(store, cas_badval);
	return MC_EXISTS;
}

/* Whether to store an item where there is @old. */
static enum mc_status decide(struct mc_store *store,
			     const struct mc_request *request,
			     struct mc_item *item, struct mc_item *old)
{
	switch (request->store) {
	case MC_ADD:
		return old ? MC_NOT_STORED : MC_HIT;
	case MC_REPLACE:
		return old ? MC_HIT : MC_NOT_STORED;
	case MC_CAS:
		return compare_cas(store, request, item, old);
	default:
		return MC_HIT;
	}
}

/*
 * What was decided about @item is done: with MC_HIT it is put into the store, in
 * the place of @old if there is one. Unlocks the shard, and takes the reference
 * to @item, in any case.
 */
enum mc_status mc_update_commit(struct mc_store *store, struct mc_shard *shard,
				struct mc_item *item, struct mc_item *old,
				enum mc_status status, struct mc_view *view)
{
	if (status == MC_HIT && !mc_store_link(store, shard, item, old))
		status = MC_NO_MEMORY;
	if (status == MC_HIT)
		view->cas = item->cas;
	mc_store_unlock(shard);
	if (status != MC_HIT)
		mc_item_put(item);
	return status;
}

static enum mc_status put_item(struct mc_store *store,
			       const struct mc_request *request,
			       struct mc_item *item, struct mc_view *view)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_shard *shard = mc_store_lock(store, key.hash);
	struct mc_item *old = mc_store_find_locked(store, shard, &key);

	item->hash = key.hash;
	return mc_update_commit(store, shard, item, old,
				decide(store, request, item, old), view);
}

/* The values of two items, one behind the other; NULL if there is no memory. */
static struct mc_item *join(struct mc_store *store, const struct mc_item *old,
			    const struct mc_item *first,
			    const struct mc_item *second)
{
	struct mc_item *item;

	item = mc_item_new(store, mc_item_key(old), old->key_len, old->flags,
			   first->len + second->len);
	if (!item)
		return NULL;
	if (!mc_item_append_item(item, first) ||
	    !mc_item_append_item(item, second)) {
		mc_item_put(item);
		return NULL;
	}
	if (test_bit(MC_ITEM_BINARY, &old->bits))
		set_bit(MC_ITEM_BINARY, &item->bits);
	item->hash = old->hash;
	return item;
}

/*
 * Put a new item in the place of the one it was made of, whose unique number
 * was @cas then. Takes the reference to it, in any case. Returns MC_MISS if the
 * old one is not there any more, or was changed.
 */
static enum mc_status replace(struct mc_store *store, struct mc_item *item,
			      struct mc_item *old, u64 cas,
			      struct mc_view *view)
{
	struct mc_shard *shard = mc_store_lock(store, old->hash);
	enum mc_status status = MC_MISS;

	if (test_bit(MC_ITEM_LINKED, &old->bits) && old->cas == cas &&
	    !mc_store_is_dead(store, old)) {
		item->expires = old->expires;
		status = MC_HIT;
	}
	return mc_update_commit(store, shard, item, old, status, view);
}

/* Returns MC_MISS if the old item has changed meanwhile. */
static enum mc_status extend(struct mc_store *store,
			     const struct mc_request *request,
			     const struct mc_item *part, struct mc_item *old,
			     struct mc_view *view)
{
	u64 cas = READ_ONCE(old->cas);
	struct mc_item *item;

	if (request->cas && request->cas != cas)
		return MC_EXISTS;
	if (!mc_item_size_ok(old->key_len, old->flags,
			     (u64)old->len + part->len))
		return MC_NOT_STORED;
	item = request->store == MC_APPEND ? join(store, old, old, part) :
					     join(store, old, part, old);
	if (!item) {
		/* As in memcached. */
		mc_count(store, store_no_memory);
		return MC_NOT_STORED;
	}
	return replace(store, item, old, cas, view);
}

/*
 * The new item is made without the shard's lock, and made again if the old one
 * has changed meanwhile.
 */
static enum mc_status extend_item(struct mc_store *store,
				  const struct mc_request *request,
				  const struct mc_item *part,
				  struct mc_view *view)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	enum mc_status status = MC_MISS;
	int tries;

	for (tries = TRIES_MAX; tries && status == MC_MISS; tries--) {
		struct mc_item *old = mc_store_get(store, &key);

		status = old ? extend(store, request, part, old, view) :
			       MC_NOT_STORED;
		mc_item_put(old);
	}
	return status == MC_MISS ? MC_NOT_STORED : status;
}

/**
 * mc_update_end() - store an item whose value is complete
 * @store: the store
 * @request: the request
 * @item: the item; it is the store's from now on
 * @view: where to store its unique number
 *
 * Return: MC_HIT, MC_NOT_STORED, MC_EXISTS, MC_MISS or MC_NO_MEMORY.
 */
enum mc_status mc_update_end(struct mc_store *store,
			     const struct mc_request *request,
			     struct mc_item *item, struct mc_view *view)
{
	enum mc_status status;

	mc_count(store, cmd_set);
	if (request->store == MC_APPEND || request->store == MC_PREPEND) {
		status = extend_item(store, request, item, view);
		mc_item_put(item);
	} else {
		status = put_item(store, request, item, view);
	}
	if (status == MC_HIT)
		mc_expiry_start(store);
	else if (status == MC_NO_MEMORY)
		mc_count(store, store_no_memory);
	return status;
}
