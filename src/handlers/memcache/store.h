/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: the items of a network namespace.
 *
 * Reading takes no lock: an item is found in the hash table under RCU. All
 * changes to a key are made under the lock of the shard that the key's hash
 * belongs to, which also protects that shard's lists. No two shards are locked
 * at a time, nothing is allocated under a shard's lock but by the hash table,
 * and no other lock of ours is taken under it.
 *
 * Operations run in softirq, or in a worker with bottom halves enabled; so the
 * locks are taken with bottom halves disabled.
 */
#ifndef MC_STORE_H
#define MC_STORE_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "item.h"

#define MC_COUNTER(name) MC_COUNT_##name
enum mc_counter {
#include "counters.h"
	MC_COUNTERS
};

#undef MC_COUNTER

/* One CPU's share of the counters. */
struct mc_counters {
	u64	value[MC_COUNTERS];
};

#define mc_count_add(store, name, number) \
	this_cpu_add((store)->counters->value[MC_COUNT_##name], number)
#define mc_count(store, name)	mc_count_add(store, name, 1)

/**
 * enum mc_list - the lists of a shard
 * @MC_PROBATION: items that were not asked for twice, or not again
 * @MC_PROTECTED: the others
 */
enum mc_list {
	MC_PROBATION,
	MC_PROTECTED,
	MC_LISTS,
};

/**
 * struct mc_shard - the items whose hash has the same low bits
 * @lock: protects the lists, and changes to these items
 * @items: the items of each list, those that came first at the beginning
 * @count: how many they are
 */
struct mc_shard {
	spinlock_t		lock;	/* see struct mc_shard */
	struct list_head	items[MC_LISTS];
	u32			count[MC_LISTS];
} ____cacheline_aligned_in_smp;

/**
 * struct mc_store - a store
 * @table: the items, by their keys
 * @secret: the key of the hash
 * @shards: the shards
 * @shard_mask: their number, a power of two, less one
 * @limit: the memory that items may use, in bytes
 * @used: what they use, also those whose values are still coming, and those
 *	that are gone but still being handed to TCP
 * @incoming: of that, what is used by items that are not linked yet
 * @waiting: what waits for a grace period to be freed
 * @hand: at which shard room was last made
 * @cas: the last unique number
 * @flushed_cas: items with lower ones were flushed
 * @flushed_at: items that were stored then or before were flushed
 * @flush_at: items that were stored then or before are flushed since then; 0:
 *	none
 * @flush_lock: protects changes to these three
 * @connections: how many clients are connected
 * @started: when the store was made, in seconds of mc_store_now()
 * @counters: see counters.h
 * @at_reset: what they were when they were last reset
 * @expiry: removes items that have expired
 * @walk: where it is
 * @walking: it is somewhere
 */
struct mc_store {
	struct rhashtable	table;

	/* What requests read. */
	siphash_key_t		secret ____cacheline_aligned_in_smp;
	struct mc_shard		*shards;
	struct mc_counters __percpu *counters;
	unsigned long		limit;
	u64			flushed_cas;
	u32			flushed_at;
	u32			flush_at;
	u32			shard_mask;
	u32			started;

	/* What those write that store something, and what is seldom used. */
	atomic_long_t		used ____cacheline_aligned_in_smp;
	atomic_long_t		incoming;
	atomic_long_t		waiting;
	atomic64_t		cas;
	atomic_t		hand;
	atomic_t		connections;
	spinlock_t		flush_lock;	/* see above */
	u64			at_reset[MC_COUNTERS];
	struct delayed_work	expiry;
	struct rhashtable_iter	walk;
	bool			walking;
};

/**
 * struct mc_key - a key that is looked for
 * @text: its bytes
 * @hash: their hash
 * @len: how many they are
 */
struct mc_key {
	const char	*text;
	u32		hash;
	u8		len;
};

/* store.c */
int mc_store_init(struct mc_store *store, unsigned long limit);
void mc_store_empty(struct mc_store *store);
void mc_store_exit(struct mc_store *store);
u32 mc_store_now(void);
u32 mc_store_time(s32 ttl);
s64 mc_store_ttl(u32 expires);
struct mc_key mc_store_key(const struct mc_store *store, const char *text,
			   u8 len);
struct mc_shard *mc_store_lock(struct mc_store *store, u32 hash);
void mc_store_unlock(struct mc_shard *shard);
struct mc_item *mc_store_find(struct mc_store *store, const struct mc_key *key);
struct mc_item *mc_store_get(struct mc_store *store, const struct mc_key *key);
struct mc_item *mc_store_find_locked(struct mc_store *store,
				     struct mc_shard *shard,
				     const struct mc_key *key);
bool mc_store_link(struct mc_store *store, struct mc_shard *shard,
		   struct mc_item *item, struct mc_item *old);
void mc_store_unlink(struct mc_store *store, struct mc_shard *shard,
		     struct mc_item *item);
bool mc_store_is_dead(const struct mc_store *store, const struct mc_item *item);
void mc_store_flush(struct mc_store *store, s32 delay);

/* clock.c */
void mc_clock_note(struct mc_item *item);
bool mc_clock_evict(struct mc_store *store, struct mc_shard *shard);

/* expiry.c */
void mc_expiry_init(struct mc_store *store);
void mc_expiry_start(struct mc_store *store);
void mc_expiry_exit(struct mc_store *store);

/* The shard is locked. Who adds all shards up does not lock them. */
static inline void mc_shard_count(struct mc_shard *shard, enum mc_list list,
				  int more)
{
	lockdep_assert_held(&shard->lock);
	WRITE_ONCE(shard->count[list], shard->count[list] + more);
}

/* The items in that list of all shards. */
static inline u64 mc_store_count(const struct mc_store *store,
				 enum mc_list list)
{
	u64 items = 0;
	u32 i;

	for (i = 0; i <= store->shard_mask; i++)
		items += READ_ONCE(store->shards[i].count[list]);
	return items;
}

static inline u64 mc_store_items(const struct mc_store *store)
{
	return mc_store_count(store, MC_PROBATION) +
	       mc_store_count(store, MC_PROTECTED);
}

#endif /* MC_STORE_H */
