// SPDX-License-Identifier: GPL-2.0
/*
 * Changing what is known about an item: touch, delete, "md", and "mg" where
 * it changes something.
 */
#include "operations.h"

/**
 * mc_touch() - give an item another time
 * @store: the store
 * @request: touch, gat or gats
 *
 * Return: the item, with a reference, even if the time is over already; NULL
 * if there is none.
 */
struct mc_item *mc_touch(struct mc_store *store,
			 const struct mc_request *request)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_shard *shard = mc_store_lock(store, key.hash);
	struct mc_item *item = mc_store_find_locked(store, shard, &key);

	if (item) {
		WRITE_ONCE(item->expires, mc_store_time(request->ttl));
		refcount_inc(&item->refs);
	}
	mc_store_unlock(shard);
	mc_lookup_count(store, request, item);
	return item;
}

/* The value is an old one, and the next client that asks is to make another. */
static void make_stale(struct mc_store *store, const struct mc_request *request,
		       struct mc_item *item)
{
	if (mc_meta_has(&request->meta, 'T'))
		WRITE_ONCE(item->expires, mc_store_time(request->meta.ttl));
	set_bit(MC_ITEM_STALE, &item->bits);
	clear_bit(MC_ITEM_SENT, &item->bits);
	WRITE_ONCE(item->cas, atomic64_inc_return(&store->cas));
}

static enum mc_status delete_locked(struct mc_store *store,
				    const struct mc_request *request,
				    struct mc_shard *shard,
				    const struct mc_key *key)
{
	struct mc_item *item = mc_store_find_locked(store, shard, key);

	if (!item) {
		mc_count(store, delete_misses);
		return MC_MISS;
	}
	if (request->has_cas && request->cas != item->cas) {
		mc_count(store, delete_misses);
		return MC_EXISTS;
	}
	if (mc_meta_has(&request->meta, 'I')) {
		make_stale(store, request, item);
		return MC_HIT;
	}
	mc_count(store, delete_hits);
	mc_store_unlink(store, shard, item);
	return MC_HIT;
}

/**
 * mc_delete() - delete an item, or make it stale
 * @store: the store
 * @request: delete or "md"
 *
 * Return: MC_HIT, MC_MISS or MC_EXISTS.
 */
enum mc_status mc_delete(struct mc_store *store,
			 const struct mc_request *request)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_shard *shard = mc_store_lock(store, key.hash);
	enum mc_status status = delete_locked(store, request, shard, &key);

	mc_store_unlock(shard);
	return status;
}

/* Whether the time of R says that a new value is needed soon. */
static bool needs_recache(const struct mc_request *request,
			  const struct mc_item *item)
{
	return item->expires &&
	       item->expires < mc_store_time(request->meta.recache_ttl);
}

/* The flags of "mg" in their order. */
static void change_item(const struct mc_request *request, struct mc_item *item,
			struct mc_view *view)
{
	const struct mc_meta *meta = &request->meta;
	size_t i;

	for (i = 0; i < meta->count; i++) {
		switch (meta->letters[i]) {
		case 'T':
			WRITE_ONCE(item->expires, mc_store_time(meta->ttl));
			break;
		case 'N':
			if (!view->created)
				break;
			WRITE_ONCE(item->expires,
				   mc_store_time(meta->vivify_ttl));
			view->won = true;
			break;
		case 'R':
			if (!view->sent && !view->created &&
			    needs_recache(request, item))
				view->won = true;
			break;
		}
	}
	if (view->stale && !view->sent)
		view->won = true;
	if (view->won)
		set_bit(MC_ITEM_SENT, &item->bits);
	view->new_ttl = mc_store_ttl(item->expires);
}

/* An empty item for N, in case there is none; NULL if that is not needed. */
static struct mc_item *new_item(struct mc_store *store,
				const struct mc_request *request,
				const struct mc_key *key)
{
	struct mc_item *item;

	if (!mc_meta_has(&request->meta, 'N'))
		return NULL;
	item = mc_item_new(store, request->key, request->key_len, 0, 0);
	if (!item)
		return NULL;
	item->hash = key->hash;
	if (request->key_binary)
		set_bit(MC_ITEM_BINARY, &item->bits);
	return item;
}

/**
 * mc_change() - "mg" where it changes something
 * @store: the store
 * @request: the request
 * @view: what there is to tell about the item
 * @status: where to store MC_HIT or MC_MISS
 *
 * Return: the item, with a reference, or NULL.
 */
struct mc_item *mc_change(struct mc_store *store,
			  const struct mc_request *request,
			  struct mc_view *view, enum mc_status *status)
{
	struct mc_key key = mc_store_key(store, request->key, request->key_len);
	struct mc_item *created = new_item(store, request, &key);
	struct mc_shard *shard = mc_store_lock(store, key.hash);
	struct mc_item *item = mc_store_find_locked(store, shard, &key);
	bool is_new = false;

	if (!item && created && mc_store_link(store, shard, created, NULL)) {
		item = created;
		created = NULL;
		is_new = true;
	}
	if (item) {
		mc_lookup_view(item, view);
		view->created = is_new;
		change_item(request, item, view);
		refcount_inc(&item->refs);
	}
	mc_store_unlock(shard);
	mc_item_put(created);
	if (is_new)
		mc_expiry_start(store);
	mc_lookup_count(store, request, item);
	*status = item ? MC_HIT : MC_MISS;
	return item;
}
