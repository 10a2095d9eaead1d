/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Items: a key, a value, and what is known about them.
 *
 * Small values lie behind the key, large ones in pages of their own, which
 * can be sent without being copied. Key and value never change: who wants
 * others makes another item. So an item that was found under RCU can be read
 * without a lock; but for its pages, which take a reference to it.
 */
#ifndef MC_ITEM_H
#define MC_ITEM_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct mc_request;
struct mc_store;

/*
 * The largest item whose value lies behind its key. Copying takes fewer
 * instructions than sending a page up to about 2600 bytes, but a larger object
 * takes as much memory as its page.
 */
#define MC_INLINE_MAX		2048

/*
 * memcached limits an item's size to 1 MiB, with 59 bytes beside key, flags
 * and value: the same values are to be too large here.
 */
#define MC_ITEM_MAX		(1024 * 1024)
#define MC_ITEM_OVERHEAD	59

/**
 * enum mc_item_bit - bits of &mc_item.bits
 * @MC_ITEM_LINKED: it is in the store; written under the shard's lock
 * @MC_ITEM_PROTECTED: it is in the shard's second list; under the same lock
 * @MC_ITEM_FETCHED: it was asked for
 * @MC_ITEM_ACTIVE: it was asked for again, since the clock's hand passed by
 * @MC_ITEM_STALE: "md" with I: its value is an old one
 * @MC_ITEM_SENT: a client was told to make a new value
 * @MC_ITEM_BINARY: its key was given as base64
 */
enum mc_item_bit {
	MC_ITEM_LINKED,
	MC_ITEM_PROTECTED,
	MC_ITEM_FETCHED,
	MC_ITEM_ACTIVE,
	MC_ITEM_STALE,
	MC_ITEM_SENT,
	MC_ITEM_BINARY,
};

/**
 * struct mc_item - an item
 * @node: in the store's hash table
 * @lru: in one of the lists of its shard
 * @rcu: frees it
 * @store: the store that its memory counts in
 * @refs: references: one of the store, or of who is making it, and of those
 *	who are sending it
 * @hash: the hash of its key
 * @bits: see &enum mc_item_bit
 * @cas: its unique number, 0 until it is linked
 * @flags: the client's flags
 * @expires: when it expires, in seconds of mc_store_now(); 0: never
 * @stored: when it was linked
 * @used: when it was last asked for
 * @charge: the memory that it takes, in bytes, as it counts in the store
 * @len: the length of its value
 * @filled: how many bytes of it are there
 * @pages: how many pages its value has room in; 0: it is behind the key
 * @key_len: the length of its key
 * @page: those pages; the key follows, then perhaps the value
 *
 * @cas and @expires change under the shard's lock and are read without.
 */
struct mc_item {
	struct rhash_head	node;
	struct list_head	lru;
	struct rcu_head		rcu;
	struct mc_store		*store;
	refcount_t		refs;
	u32			hash;
	unsigned long		bits;
	u64			cas;
	u32			flags;
	u32			expires;
	u32			stored;
	u32			used;
	u32			charge;
	u32			len;
	u32			filled;
	u16			pages;
	u8			key_len;
	struct page		*page[];
};

static inline char *mc_item_key(const struct mc_item *item)
{
	return (char *)&item->page[item->pages];
}

/* The value of an item without pages. */
static inline char *mc_item_inline(const struct mc_item *item)
{
	return mc_item_key(item) + item->key_len;
}

/* Whether memcached would take an item of such a size. */
static inline bool mc_item_size_ok(u8 key_len, u32 flags, u64 value_len)
{
	return key_len + (flags ? sizeof(flags) : 0) + value_len +
	       MC_ITEM_OVERHEAD <= MC_ITEM_MAX;
}

struct mc_item *mc_item_new(struct mc_store *store, const char *key,
			    u8 key_len, u32 flags, u32 len);
bool mc_item_append(struct mc_item *item, const void *data, u32 len);
void mc_item_write(struct mc_item *item, const char *text, u32 count, u32 len);
bool mc_item_append_item(struct mc_item *item, const struct mc_item *from);
const char *mc_item_piece(const struct mc_item *item, u32 offset, u32 *len);
struct mc_item *mc_item_get(struct mc_item *item);
void mc_item_put(struct mc_item *item);

#endif /* MC_ITEM_H */
