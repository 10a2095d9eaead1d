/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for the bytes of contents: compound pages that can be sent as they
 * are.
 *
 * A content has chunks of its own, and shares the page of its last bytes with
 * others, so that small files do not take a page each.
 */
#ifndef HTTP_STORE_H
#define HTTP_STORE_H

#include <linux/gfp.h>
#include <linux/list.h>

#include "content.h"

/* For all memory of a root: nobody is to be killed for one that does not fit. */
#define HTTP_LOAD_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/**
 * struct http_store - memory of contents
 * @blocks: all of it, by &http_block.node
 * @shared: the page that the next last bytes may go to, or NULL
 * @used: how much of it is in use
 */
struct http_store {
	struct list_head	blocks;
	struct page		*shared;
	u32			used;
};

void http_store_init(struct http_store *store);
void http_store_free(struct http_store *store);

/**
 * http_store_alloc() - get memory for a content
 * @store: where from; it stays its owner
 * @length: how many bytes
 *
 * Context: Process context. May sleep. Charged to the caller's cgroup.
 * Return: a content of that @length with its chunks, for http_content_free();
 * NULL if there is no memory, or if the caller is to be killed.
 */
struct http_content *http_store_alloc(struct http_store *store, u64 length);
void http_content_free(struct http_content *content);

/**
 * http_content_part() - some bytes of a content
 * @content: the content
 * @at: where they begin, less than its length
 * @offset: where to store where they begin in the page
 * @len: where to store how many there are, to the end of the chunk
 *
 * Return: the page.
 */
struct page *http_content_part(const struct http_content *content, u64 at,
			       size_t *offset, size_t *len);

/*
 * The bytes of a content are complete: compute its validators. @modified is as
 * in &struct http_validators.
 */
void http_content_finish(struct http_content *content, s64 modified);

#endif /* HTTP_STORE_H */
