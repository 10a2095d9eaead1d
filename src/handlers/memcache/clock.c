// SPDX-License-Identifier: GPL-2.0
/*
 * Which item has to go when room is needed.
 *
 * New items are on probation. Those that were asked for twice, when it is
 * their turn to go, are protected instead, and from then on stay as long as
 * they are asked for once in each round of the clock's hand. A quarter of the
 * items, at least, is on probation once there are so many: reading everything
 * once, or storing a lot that nobody wants, displaces what is on probation and,
 * to make up that quarter, some of what is protected.
 */
#include "store.h"

/* Protected items go only if those on probation are fewer than one of so many. */
#define PROBATION_SHARE	4

/* How many items that were asked for are passed by before one has to go. */
#define SECOND_CHANCES	8

/**
 * mc_clock_note() - an item was asked for
 * @item: the item
 *
 * Writes to it only if that changes something: many CPUs may read a popular
 * item at the same time.
 *
 * Context: Any, under RCU.
 */
void mc_clock_note(struct mc_item *item)
{
	u32 now = mc_store_now();

	if (READ_ONCE(item->used) != now)
		WRITE_ONCE(item->used, now);
	if (!test_bit(MC_ITEM_FETCHED, &item->bits))
		set_bit(MC_ITEM_FETCHED, &item->bits);
	else if (!test_bit(MC_ITEM_ACTIVE, &item->bits))
		set_bit(MC_ITEM_ACTIVE, &item->bits);
}

static enum mc_list list_to_evict(const struct mc_shard *shard)
{
	u32 probation = shard->count[MC_PROBATION];
	u32 all = probation + shard->count[MC_PROTECTED];

	if (probation && probation >= all / PROBATION_SHARE)
		return MC_PROBATION;
	return shard->count[MC_PROTECTED] ? MC_PROTECTED : MC_PROBATION;
}

static void protect(struct mc_store *store, struct mc_shard *shard,
		    struct mc_item *item)
{
	clear_bit(MC_ITEM_ACTIVE, &item->bits);
	list_move_tail(&item->lru, &shard->items[MC_PROTECTED]);
	if (test_and_set_bit(MC_ITEM_PROTECTED, &item->bits))
		return;
	mc_shard_count(shard, MC_PROBATION, -1);
	mc_shard_count(shard, MC_PROTECTED, 1);
	mc_count(store, moves_to_warm);
}

static void evict(struct mc_store *store, struct mc_shard *shard,
		  struct mc_item *item)
{
	bool fetched = test_bit(MC_ITEM_FETCHED, &item->bits);

	if (mc_store_is_dead(store, item)) {
		mc_count(store, reclaimed);
		if (!fetched)
			mc_count(store, expired_unfetched);
	} else {
		mc_count(store, evictions);
		if (!fetched)
			mc_count(store, evicted_unfetched);
		if (test_bit(MC_ITEM_ACTIVE, &item->bits))
			mc_count(store, evicted_active);
	}
	mc_store_unlink(store, shard, item);
}

/**
 * mc_clock_evict() - remove an item of a shard
 * @store: the store
 * @shard: the shard, locked
 *
 * Return: false if there is none.
 */
bool mc_clock_evict(struct mc_store *store, struct mc_shard *shard)
{
	struct mc_item *item;
	int chances;

	lockdep_assert_held(&shard->lock);

	for (chances = SECOND_CHANCES; ; chances--) {
		struct list_head *items = &shard->items[list_to_evict(shard)];

		item = list_first_entry_or_null(items, struct mc_item, lru);
		if (!item)
			return false;
		if (!chances || !test_bit(MC_ITEM_ACTIVE, &item->bits) ||
		    mc_store_is_dead(store, item))
			break;
		protect(store, shard, item);
	}
	evict(store, shard, item);
	return true;
}
