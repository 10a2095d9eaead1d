// SPDX-License-Identifier: GPL-2.0
/*
 * Removing items that have expired or were flushed, and that nobody asks for.
 *
 * A work item walks through the hash table, some items at a time, and begins
 * again when it is through. It rests while there are no items.
 */
#include <linux/jiffies.h>

#include "store.h"

/* How long to rest after some items, and after all of them. */
#define REST_TIME	(HZ / 10)
#define PAUSE_TIME	HZ
#define ITEMS_AT_ONCE	4096

static void check(struct mc_store *store, struct mc_item *item)
{
	struct mc_shard *shard;

	mc_count(store, crawler_items_checked);
	if (!mc_store_is_dead(store, item))
		return;
	shard = mc_store_lock(store, item->hash);
	if (test_bit(MC_ITEM_LINKED, &item->bits) &&
	    mc_store_is_dead(store, item)) {
		mc_count(store, crawler_reclaimed);
		if (!test_bit(MC_ITEM_FETCHED, &item->bits))
			mc_count(store, expired_unfetched);
		mc_store_unlink(store, shard, item);
	}
	mc_store_unlock(shard);
}

/* A table that was resized is walked from its beginning, which does no harm. */
static void look(struct work_struct *work)
{
	struct mc_store *store = container_of(work, struct mc_store,
					      expiry.work);
	struct mc_item *item;
	int items;

	if (!store->walking)
		rhashtable_walk_enter(&store->table, &store->walk);
	store->walking = true;
	rhashtable_walk_start(&store->walk);
	for (items = 0; items < ITEMS_AT_ONCE; items++) {
		item = rhashtable_walk_next(&store->walk);
		if (!item)
			break;
		if (!IS_ERR(item))
			check(store, item);
	}
	rhashtable_walk_stop(&store->walk);
	if (!item) {
		rhashtable_walk_exit(&store->walk);
		store->walking = false;
	}
	if (mc_store_items(store))
		mod_delayed_work(system_unbound_wq, &store->expiry,
				 item ? REST_TIME : PAUSE_TIME);
}

/**
 * mc_expiry_init() - get ready, with a store without items
 * @store: the store
 *
 * Context: Process context.
 */
void mc_expiry_init(struct mc_store *store)
{
	INIT_DELAYED_WORK(&store->expiry, look);
}

/* There are items: costs next to nothing if that was known. */
void mc_expiry_start(struct mc_store *store)
{
	if (!delayed_work_pending(&store->expiry))
		queue_delayed_work(system_unbound_wq, &store->expiry,
				   PAUSE_TIME);
}

/* Context: Process context. Waits for the work item. */
void mc_expiry_exit(struct mc_store *store)
{
	cancel_delayed_work_sync(&store->expiry);
	if (store->walking)
		rhashtable_walk_exit(&store->walk);
}
