// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "item.h"
#include "memory.h"
#include "request.h"
#include "store.h"

/* What an item costs in the hash table, or while that grows. */
#define TABLE_COST	32

/* A cache can do without: what is kept for emergencies is for others. */
#define GFP_ITEM	(GFP_NOWAIT | __GFP_NOWARN)

static size_t head_size(u8 key_len, u32 len, u16 *pages)
{
	size_t size = sizeof(struct mc_item) + key_len;

	*pages = 0;
	if (size + len <= MC_INLINE_MAX)
		return size + len;
	*pages = DIV_ROUND_UP(len, PAGE_SIZE);
	return size + *pages * sizeof(struct page *);
}

/**
 * mc_item_new() - make an item without its value
 * @store: the store that it is for
 * @key: its key
 * @key_len: the length of the key
 * @flags: the client's flags
 * @len: the length of the value; see mc_item_size_ok()
 *
 * A value in pages gets them when it comes: who only announces one has no more
 * than the place for their addresses, 2 KiB for 1 MiB.
 *
 * Context: Any, without a shard's lock. Does not sleep.
 * Return: the item, with one reference, or NULL.
 */
struct mc_item *mc_item_new(struct mc_store *store, const char *key,
			    u8 key_len, u32 flags, u32 len)
{
	struct mc_item *item;
	size_t size;
	u16 pages;
	u32 charge;

	size = head_size(key_len, len, &pages);
	charge = roundup_pow_of_two(size) + TABLE_COST;
	if (!mc_memory_reserve(store, charge, false))
		return NULL;
	item = kmalloc(size, GFP_ITEM);
	if (!item) {
		mc_memory_unreserve(store, charge);
		return NULL;
	}
	memset(item, 0, sizeof(*item) + pages * sizeof(struct page *));
	INIT_LIST_HEAD(&item->lru);
	item->store = store;
	refcount_set(&item->refs, 1);
	item->flags = flags;
	item->charge = charge;
	item->len = len;
	item->pages = pages;
	item->key_len = key_len;
	memcpy(mc_item_key(item), key, key_len);
	return item;
}

static struct page *page_at(struct mc_item *item, u32 offset)
{
	struct page **page = &item->page[offset / PAGE_SIZE];

	if (*page)
		return *page;
	if (!mc_memory_reserve(item->store, PAGE_SIZE, true))
		return NULL;
	*page = alloc_page(GFP_ITEM);
	if (*page)
		item->charge += PAGE_SIZE;
	else
		mc_memory_unreserve(item->store, PAGE_SIZE);
	return *page;
}

/**
 * mc_item_append() - add bytes to a value that is being made
 * @item: the item, not yet linked
 * @data: the bytes
 * @len: how many, no more than are missing
 *
 * Context: Any, without a shard's lock. Does not sleep.
 * Return: false if there is no memory for them.
 */
bool mc_item_append(struct mc_item *item, const void *data, u32 len)
{
	if (!item->pages) {
		memcpy(mc_item_inline(item) + item->filled, data, len);
		item->filled += len;
		return true;
	}
	while (len) {
		struct page *page = page_at(item, item->filled);
		u32 offset = offset_in_page(item->filled);
		u32 part = min_t(u32, len, PAGE_SIZE - offset);

		if (!page)
			return false;
		memcpy(page_address(page) + offset, data, part);
		item->filled += part;
		data += part;
		len -= part;
	}
	return true;
}

/**
 * mc_item_piece() - some bytes of a value
 * @item: the item
 * @offset: where they begin
 * @len: where to store how many there are, up to the end of their page
 *
 * Context: Any.
 * Return: the bytes.
 */
const char *mc_item_piece(const struct mc_item *item, u32 offset, u32 *len)
{
	*len = item->filled - offset;
	if (!item->pages)
		return mc_item_inline(item) + offset;
	*len = min_t(u32, *len, PAGE_SIZE - offset_in_page(offset));
	return page_address(item->page[offset / PAGE_SIZE]) +
	       offset_in_page(offset);
}

/**
 * mc_item_write() - begin a value with other bytes, and shorten it
 * @item: the item, not yet linked, with a complete value
 * @text: the bytes
 * @count: how many: they lie in a page
 * @len: the new length of the value, at least @count
 *
 * Context: Any.
 */
void mc_item_write(struct mc_item *item, const char *text, u32 count, u32 len)
{
	char *to = item->pages ? page_address(item->page[0]) :
				 mc_item_inline(item);

	memcpy(to, text, count);
	item->len = len;
	item->filled = len;
}

/**
 * mc_item_append_item() - add the value of another item
 * @item: the item, not yet linked
 * @from: the other one, with a reference
 *
 * Context: Any, without a shard's lock. Does not sleep.
 * Return: false if there is no memory for it.
 */
bool mc_item_append_item(struct mc_item *item, const struct mc_item *from)
{
	u32 at = 0;

	while (at < from->filled) {
		u32 len;
		const char *piece = mc_item_piece(from, at, &len);

		if (!mc_item_append(item, piece, len))
			return false;
		at += len;
	}
	return true;
}

/**
 * mc_item_get() - take a reference
 * @item: an item found under RCU
 *
 * Context: Any, under RCU.
 * Return: @item, or NULL if it is on its way out.
 */
struct mc_item *mc_item_get(struct mc_item *item)
{
	return refcount_inc_not_zero(&item->refs) ? item : NULL;
}

/* How many pages it has got, or had. */
static unsigned int pages_of(const struct mc_item *item)
{
	unsigned int count = 0;

	while (count < item->pages && item->page[count])
		count++;
	return count;
}

/* What it takes beside its pages. */
static u32 head_charge(const struct mc_item *item)
{
	return item->charge - pages_of(item) * PAGE_SIZE;
}

static void free_head(struct rcu_head *rcu)
{
	struct mc_item *item = container_of(rcu, struct mc_item, rcu);

	mc_memory_freed(item->store, head_charge(item));
	kfree(item);
}

/**
 * mc_item_put() - drop a reference
 * @item: the item, or NULL
 *
 * Pages are read by who has a reference, so they go with the last one. The
 * rest may still be looked at, by who has found the item under RCU; if it was
 * never linked, nobody can have.
 *
 * Context: Any. Does not sleep.
 */
void mc_item_put(struct mc_item *item)
{
	unsigned int pages;

	if (!item || !refcount_dec_and_test(&item->refs))
		return;
	for (pages = pages_of(item); pages; pages--)
		put_page(item->page[pages - 1]);
	if (!item->cas) {
		mc_memory_unreserve(item->store, item->charge);
		kfree(item);
		return;
	}
	mc_memory_release(item->store, item->charge);
	mc_memory_wait(item->store, head_charge(item));
	call_rcu(&item->rcu, free_head);
}
