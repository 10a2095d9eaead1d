// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "memory.h"
#include "store.h"

/* Larger times are points in time. */
#define TTL_MAX		(30 * 24 * 3600)

/* A point in time that has passed. Its clock never shows less than 2. */
#define LONG_AGO	1

#define SHARDS_PER_CPU	8
#define SHARDS_MAX	256

/*
 * A table that is nearly empty grows at once, in softirq; one of so many
 * buckets is grown by the table's own worker, which may wait for memory.
 */
#define TABLE_MIN	1024

static u32 hash_of_key(const void *data, u32 len, u32 seed)
{
	const struct mc_key *key = data;

	return jhash_1word(key->hash, seed);
}

static u32 hash_of_item(const void *data, u32 len, u32 seed)
{
	const struct mc_item *item = data;

	return jhash_1word(item->hash, seed);
}

/* Returns 0 if the item has the key. */
static int compare(struct rhashtable_compare_arg *arg, const void *data)
{
	const struct mc_key *key = arg->key;
	const struct mc_item *item = data;

	return item->hash != key->hash || item->key_len != key->len ||
	       memcmp(mc_item_key(item), key->text, key->len);
}

static const struct rhashtable_params table_params = {
	.head_offset		= offsetof(struct mc_item, node),
	.hashfn			= hash_of_key,
	.obj_hashfn		= hash_of_item,
	.obj_cmpfn		= compare,
	.automatic_shrinking	= true,
	.min_size		= TABLE_MIN,
};

/**
 * mc_store_init() - make a store
 * @store: memory of zeroes
 * @limit: the memory that items may use, in bytes
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int mc_store_init(struct mc_store *store, unsigned long limit)
{
	u32 shards = min_t(u32, SHARDS_MAX,
			   roundup_pow_of_two(SHARDS_PER_CPU *
					      num_possible_cpus()));
	int err;
	u32 i;

	store->counters = alloc_percpu(struct mc_counters);
	if (!store->counters)
		return -ENOMEM;
	store->shards = kcalloc(shards, sizeof(*store->shards), GFP_KERNEL);
	if (!store->shards) {
		err = -ENOMEM;
		goto free_counters;
	}
	err = rhashtable_init(&store->table, &table_params);
	if (err)
		goto free_shards;

	for (i = 0; i < shards; i++) {
		spin_lock_init(&store->shards[i].lock);
		INIT_LIST_HEAD(&store->shards[i].items[MC_PROBATION]);
		INIT_LIST_HEAD(&store->shards[i].items[MC_PROTECTED]);
	}
	store->shard_mask = shards - 1;
	store->limit = limit;
	get_random_bytes(&store->secret, sizeof(store->secret));
	spin_lock_init(&store->flush_lock);
	store->started = mc_store_now();
	mc_expiry_init(store);
	return 0;

free_shards:
	kfree(store->shards);
free_counters:
	free_percpu(store->counters);
	return err;
}

/* The table is going away: so do the items. */
static void drop(void *data, void *arg)
{
	mc_item_put(data);
}

/**
 * mc_store_empty() - drop all items of a store, for good
 * @store: the store
 *
 * Items know their store until RCU frees them: mc_store_exit() has to follow
 * behind an rcu_barrier().
 *
 * Context: Process context. May sleep. No connection uses it any more.
 */
void mc_store_empty(struct mc_store *store)
{
	mc_expiry_exit(store);
	rhashtable_free_and_destroy(&store->table, drop, NULL);
}

/**
 * mc_store_exit() - free a store
 * @store: the store, empty
 *
 * Context: Process context.
 */
void mc_store_exit(struct mc_store *store)
{
	WARN_ON_ONCE(atomic_long_read(&store->used) ||
		     atomic_long_read(&store->incoming) ||
		     atomic_long_read(&store->waiting));
	kfree(store->shards);
	free_percpu(store->counters);
}

/**
 * mc_store_now() - the time
 *
 * Context: Any.
 * Return: seconds of a clock that nobody sets, at least 2.
 */
u32 mc_store_now(void)
{
	return ktime_get_seconds() + LONG_AGO + 1;
}

/**
 * mc_store_time() - when something is to expire
 * @ttl: a number of seconds, or since 1970, or a negative number for at once;
 *	0: never
 *
 * Return: the time on the clock of mc_store_now(), or 0.
 */
u32 mc_store_time(s32 ttl)
{
	if (!ttl)
		return 0;
	if (ttl > 0 && ttl <= TTL_MAX)
		return mc_store_now() + ttl;
	if (ttl < 0 || ttl <= ktime_get_real_seconds())
		return LONG_AGO;
	return mc_store_now() + ttl - ktime_get_real_seconds();
}

/**
 * mc_store_ttl() - how long it is until a time
 * @expires: a time of mc_store_time()
 *
 * Context: Any.
 * Return: the seconds that are left, or -1 for ever. If it has passed, they are
 * very many, as in memcached.
 */
s64 mc_store_ttl(u32 expires)
{
	return expires ? expires - mc_store_now() : -1LL;
}

/**
 * mc_store_key() - a key, to look for it
 * @store: the store
 * @text: its bytes, which have to stay as long as it is used
 * @len: how many
 *
 * Context: Any.
 * Return: the key, with its hash.
 */
struct mc_key mc_store_key(const struct mc_store *store, const char *text,
			   u8 len)
{
	return (struct mc_key){
		.text	= text,
		.hash	= siphash(text, len, &store->secret),
		.len	= len,
	};
}

static struct mc_shard *shard_of(struct mc_store *store, u32 hash)
{
	return &store->shards[hash & store->shard_mask];
}

/**
 * mc_store_lock() - lock the shard of a key
 * @store: the store
 * @hash: the hash of the key
 *
 * Context: Any, without a shard's lock. Disables bottom halves.
 * Return: the shard.
 */
struct mc_shard *mc_store_lock(struct mc_store *store, u32 hash)
	__acquires(&shard->lock)
{
	struct mc_shard *shard = shard_of(store, hash);

	spin_lock_bh(&shard->lock);
	return shard;
}

/**
 * mc_store_unlock() - unlock a shard
 * @shard: the shard
 */
void mc_store_unlock(struct mc_shard *shard)
	__releases(&shard->lock)
{
	spin_unlock_bh(&shard->lock);
}

static bool is_flushed(const struct mc_store *store, const struct mc_item *item,
		       u32 now)
{
	/* Who sees that a field was replaced sees in the next what it meant. */
	u32 flush_at = smp_load_acquire(&store->flush_at);
	/* The same: pairs with the store in mc_store_flush(). */
	u32 flushed_at = smp_load_acquire(&store->flushed_at);

	return READ_ONCE(item->cas) < READ_ONCE(store->flushed_cas) ||
	       item->stored <= flushed_at ||
	       (flush_at && flush_at <= now && item->stored <= flush_at);
}

static bool is_expired(const struct mc_item *item, u32 now)
{
	u32 expires = READ_ONCE(item->expires);

	return expires && expires <= now;
}

/**
 * mc_store_is_dead() - whether an item has expired or was flushed
 * @store: its store
 * @item: an item that is or was linked
 *
 * Context: Any.
 */
bool mc_store_is_dead(const struct mc_store *store, const struct mc_item *item)
{
	u32 now = mc_store_now();

	return is_expired(item, now) || is_flushed(store, item, now);
}

/* The table has the item no longer. */
static void forget(struct mc_store *store, struct mc_shard *shard,
		   struct mc_item *item)
{
	lockdep_assert_held(&shard->lock);

	clear_bit(MC_ITEM_LINKED, &item->bits);
	list_del_init(&item->lru);
	mc_shard_count(shard, test_bit(MC_ITEM_PROTECTED, &item->bits) ?
		       MC_PROTECTED : MC_PROBATION, -1);
	mc_item_put(item);
}

/**
 * mc_store_unlink() - take an item out of the store
 * @store: the store
 * @shard: its shard, locked
 * @item: a linked item; it may be used as long as the lock is held
 */
void mc_store_unlink(struct mc_store *store, struct mc_shard *shard,
		     struct mc_item *item)
{
	lockdep_assert_held(&shard->lock);

	rhashtable_remove_fast(&store->table, &item->node, table_params);
	forget(store, shard, item);
}

/**
 * mc_store_find_locked() - find an item to change it
 * @store: the store
 * @shard: the key's shard, locked
 * @key: the key
 *
 * Removes it if it has expired or was flushed.
 *
 * Return: the item, or NULL.
 */
struct mc_item *mc_store_find_locked(struct mc_store *store,
				     struct mc_shard *shard,
				     const struct mc_key *key)
{
	struct mc_item *item;

	lockdep_assert_held(&shard->lock);

	item = rhashtable_lookup_fast(&store->table, key, table_params);
	if (!item || !mc_store_is_dead(store, item))
		return item;
	if (is_expired(item, mc_store_now()))
		mc_count(store, get_expired);
	else
		mc_count(store, get_flushed);
	mc_store_unlink(store, shard, item);
	return NULL;
}

/**
 * mc_store_find() - find an item
 * @store: the store
 * @key: the key
 *
 * Context: Any, under RCU.
 * Return: the item, or NULL.
 */
struct mc_item *mc_store_find(struct mc_store *store, const struct mc_key *key)
{
	struct mc_shard *shard;
	struct mc_item *item;

	item = rhashtable_lookup(&store->table, key, table_params);
	if (!item || !mc_store_is_dead(store, item))
		return item;
	shard = mc_store_lock(store, key->hash);
	item = mc_store_find_locked(store, shard, key);
	mc_store_unlock(shard);
	return item;
}

/**
 * mc_store_get() - find an item and take a reference
 * @store: the store
 * @key: the key
 *
 * One that has lost its last reference was replaced just now, or removed:
 * whichever it was is seen by looking again.
 *
 * Context: Any. Does not sleep.
 * Return: the item, or NULL.
 */
struct mc_item *mc_store_get(struct mc_store *store, const struct mc_key *key)
{
	struct mc_item *item;

	rcu_read_lock();
	do {
		item = mc_store_find(store, key);
	} while (item && !mc_item_get(item));
	rcu_read_unlock();
	return item;
}

/**
 * mc_store_link() - put an item into the store
 * @store: the store
 * @shard: its shard, locked
 * @item: the item, complete, with its hash; its reference becomes the store's
 * @old: the linked item that it replaces, or NULL if there is none
 *
 * Return: false, with nothing changed, if there is no memory.
 */
bool mc_store_link(struct mc_store *store, struct mc_shard *shard,
		   struct mc_item *item, struct mc_item *old)
{
	enum mc_list list = MC_PROBATION;
	int err;

	lockdep_assert_held(&shard->lock);

	WRITE_ONCE(item->cas, atomic64_inc_return(&store->cas));
	item->stored = mc_store_now();
	item->used = item->stored;
	set_bit(MC_ITEM_LINKED, &item->bits);
	if (old && test_bit(MC_ITEM_PROTECTED, &old->bits)) {
		set_bit(MC_ITEM_PROTECTED, &item->bits);
		list = MC_PROTECTED;
	}
	if (old)
		err = rhashtable_replace_fast(&store->table, &old->node,
					      &item->node, table_params);
	else
		err = rhashtable_insert_fast(&store->table, &item->node,
					     table_params);
	if (err) {
		clear_bit(MC_ITEM_LINKED, &item->bits);
		WRITE_ONCE(item->cas, 0);
		return false;
	}
	list_add_tail(&item->lru, &shard->items[list]);
	mc_shard_count(shard, list, 1);
	mc_memory_linked(store, item->charge);
	mc_count(store, total_items);
	if (old)
		forget(store, shard, old);
	return true;
}

/**
 * mc_store_flush() - let all items expire
 * @store: the store
 * @delay: in how many seconds, as for mc_store_time(); 0 or less: at once
 *
 * There is one delayed flush at a time. One that is due stays done, and takes
 * also what is stored in the rest of its second, unless all items are flushed
 * at once before that has passed.
 *
 * Context: Any. Does not sleep.
 */
void mc_store_flush(struct mc_store *store, s32 delay)
{
	u32 flush_at = delay > 0 ? mc_store_time(delay) - 1 : 0;
	u32 now = mc_store_now();
	u32 flushed_at;

	spin_lock_bh(&store->flush_lock);
	flushed_at = store->flushed_at;
	if (flush_at <= now) {
		WRITE_ONCE(store->flushed_cas,
			   atomic64_inc_return(&store->cas));
		flushed_at = 0;
	} else if (store->flush_at && store->flush_at <= now) {
		flushed_at = store->flush_at;
	}
	/* After what takes its place; see is_flushed(). */
	smp_store_release(&store->flushed_at, flushed_at);
	/* The same. */
	smp_store_release(&store->flush_at, flush_at);
	spin_unlock_bh(&store->flush_lock);
}
