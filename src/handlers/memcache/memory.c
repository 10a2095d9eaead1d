// SPDX-License-Identifier: GPL-2.0
/*
 * What items use counts as long as somebody has a reference to them: the
 * store, who makes one, and who sends one. When nobody has, pages are freed at
 * once, and the rest after a grace period. That rest counts separately, because
 * making room cannot free it any faster. Pages that are in TCP's queue when
 * their item goes count no more, but for the connection that is to send them.
 */
#include <linux/minmax.h>
#include <linux/sched.h>

#include "memory.h"
#include "store.h"

/* How many items may go for one allocation: that of a page for small ones. */
#define EVICTIONS_MAX	128

/*
 * What waits for a grace period may be one of so many parts of the limit, or as
 * much as a busy server replaces meanwhile.
 */
#define WAITING_SHARE	2
#define WAITING_MIN	(16UL << 20)

/*
 * What may be used by values that are still coming, in quarters of the limit. So
 * clients that do not finish theirs displace no more than that, and leave some
 * to those whose values need no pages.
 */
#define INCOMING_PAGES	2
#define INCOMING_ALL	3

/* Remove an item of the next shard that has one. */
static bool make_room(struct mc_store *store)
{
	u32 tries = store->shard_mask + 1;
	bool done = false;

	while (tries-- && !done) {
		u32 hand = atomic_inc_return(&store->hand);
		struct mc_shard *shard = mc_store_lock(store, hand);

		done = mc_clock_evict(store, shard);
		mc_store_unlock(shard);
	}
	return done;
}

static bool has_room(struct mc_store *store, unsigned long limit)
{
	int evictions = EVICTIONS_MAX;

	while (atomic_long_read(&store->used) > limit)
		if (!evictions-- || !make_room(store))
			return false;
	return true;
}

/**
 * mc_memory_reserve() - count memory that is to be allocated
 * @store: the store
 * @bytes: how much
 * @page: it is a page
 *
 * Context: Any, without a shard's lock. Does not sleep.
 * Return: false, with nothing counted, if too much waits or is coming, or if
 * the limit is reached and not enough other items could be removed.
 */
bool mc_memory_reserve(struct mc_store *store, u32 bytes, bool page)
{
	unsigned long limit = READ_ONCE(store->limit);
	long incoming_max = limit / 4 * (page ? INCOMING_PAGES : INCOMING_ALL);

	if (atomic_long_read(&store->waiting) >
	    max(limit / WAITING_SHARE, WAITING_MIN))
		return false;
	atomic_long_add(bytes, &store->used);
	if (atomic_long_add_return(bytes, &store->incoming) <= incoming_max &&
	    has_room(store, limit))
		return true;
	mc_memory_unreserve(store, bytes);
	return false;
}

/* What was reserved was not allocated, or its item was never linked. */
void mc_memory_unreserve(struct mc_store *store, u32 bytes)
{
	mc_memory_linked(store, bytes);
	mc_memory_release(store, bytes);
}

/* What was reserved belongs to an item that is linked. */
void mc_memory_linked(struct mc_store *store, u32 bytes)
{
	atomic_long_sub(bytes, &store->incoming);
}

/* An item that was linked has lost its last reference. */
void mc_memory_release(struct mc_store *store, u32 bytes)
{
	atomic_long_sub(bytes, &store->used);
}

/* It will be freed after a grace period. */
void mc_memory_wait(struct mc_store *store, u32 bytes)
{
	atomic_long_add(bytes, &store->waiting);
}

/* It is freed. */
void mc_memory_freed(struct mc_store *store, u32 bytes)
{
	atomic_long_sub(bytes, &store->waiting);
}

/**
 * mc_memory_limit() - set the limit
 * @store: the store
 * @limit: the limit, in bytes
 *
 * If more is used, items are removed.
 *
 * Context: Process context. May sleep.
 */
void mc_memory_limit(struct mc_store *store, unsigned long limit)
{
	WRITE_ONCE(store->limit, limit);
	while (atomic_long_read(&store->used) > limit && make_room(store))
		cond_resched();
}
