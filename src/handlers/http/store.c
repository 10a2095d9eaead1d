// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "store.h"

/* The least that is worth keeping for other last bytes. */
#define SPARE_LEAST	256

/* What starts in a shared page does so on a cache line of its own. */
#define SHARED_ALIGN	64

struct http_block {
	struct list_head	node;
	struct page		*page;
};

void http_store_init(struct http_store *store)
{
	INIT_LIST_HEAD(&store->blocks);
	store->shared = NULL;
	store->used = 0;
}

/* Sockets may still have references to the pages. */
void http_store_free(struct http_store *store)
{
	struct http_block *block, *next;

	list_for_each_entry_safe(block, next, &store->blocks, node) {
		put_page(block->page);
		kfree(block);
		cond_resched();
	}
	http_store_init(store);
}

static struct page *new_block(struct http_store *store)
{
	struct http_block *block = kmalloc(sizeof(*block), HTTP_LOAD_GFP);

	BUILD_BUG_ON(PAGE_SIZE << HTTP_CHUNK_ORDER != HTTP_CHUNK_SIZE);
	if (!block)
		return NULL;
	block->page = alloc_pages(HTTP_LOAD_GFP | __GFP_COMP, HTTP_CHUNK_ORDER);
	if (!block->page) {
		kfree(block);
		return NULL;
	}
	list_add_tail(&block->node, &store->blocks);
	return block->page;
}

/* Memory for the last @len bytes of a content. */
static bool alloc_last(struct http_store *store, u32 len,
		       struct http_chunk *chunk)
{
	u32 begin = ALIGN(store->used, SHARED_ALIGN);
	u32 left = len < HTTP_CHUNK_SIZE ? HTTP_CHUNK_SIZE - len : 0;

	if (store->shared && begin + len <= HTTP_CHUNK_SIZE) {
		chunk->page = store->shared;
		chunk->offset = begin;
		store->used = begin + len;
		return true;
	}
	chunk->page = new_block(store);
	chunk->offset = 0;
	if (!chunk->page)
		return false;

	/* Go on with the page that has more left. */
	if (left >= SPARE_LEAST &&
	    (!store->shared || left > HTTP_CHUNK_SIZE - store->used)) {
		store->shared = chunk->page;
		store->used = len;
	}
	return true;
}

struct http_content *http_store_alloc(struct http_store *store, u64 length)
{
	size_t chunks = DIV_ROUND_UP_ULL(length, HTTP_CHUNK_SIZE);
	struct http_content *content;
	size_t i;

	content = kvzalloc(struct_size(content, chunk, chunks),
			   HTTP_LOAD_GFP);
	if (!content)
		return NULL;
	content->length = length;
	for (i = 0; i < chunks; i++) {
		u64 left = length - (u64)i * HTTP_CHUNK_SIZE;

		cond_resched();
		if (fatal_signal_pending(current) ||
		    !alloc_last(store, min_t(u64, left, HTTP_CHUNK_SIZE),
				&content->chunk[i])) {
			http_content_free(content);
			return NULL;
		}
	}
	return content;
}

void http_content_free(struct http_content *content)
{
	kvfree(content);
}

struct page *http_content_part(const struct http_content *content, u64 at,
			       size_t *offset, size_t *len)
{
	const struct http_chunk *chunk = &content->chunk[at / HTTP_CHUNK_SIZE];
	u32 in_chunk = at % HTTP_CHUNK_SIZE;

	*offset = chunk->offset + in_chunk;
	*len = min_t(u64, content->length - at, HTTP_CHUNK_SIZE - in_chunk);
	return chunk->page;
}

/*
 * The tag of a content is a hash of its bytes, so that the same bytes have the
 * same tag after a reload and on another server. Its key need not be secret:
 * who chooses the bytes may have two contents with the same tag.
 */
static const siphash_key_t tag_key = {
	{ 0x73796e63736f636bULL, 0x6874747065746167ULL }
};

void http_content_finish(struct http_content *content, s64 modified)
{
	u64 hash = content->length;
	size_t offset, len;
	u64 at;

	for (at = 0; at < content->length; at += len) {
		struct page *page = http_content_part(content, at, &offset,
						      &len);

		hash = siphash_2u64(hash, siphash(page_address(page) + offset,
						  len, &tag_key), &tag_key);
		cond_resched();
	}
	content->validators.tag = hash;
	content->validators.modified = modified;
	http_tag_write(content->tag, hash);
	if (http_validators_have_date(&content->validators))
		http_date_write(content->modified, modified);
}
