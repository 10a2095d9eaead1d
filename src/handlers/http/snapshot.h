/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A snapshot: pages that were loaded together, and that are served until
 * another one takes their place.
 *
 * It is built once, in process context, and never changes afterwards. Who
 * finds one under RCU may use it as long as the reader's section lasts, or
 * take a reference: site.c drops its own only after a grace period. The last
 * reference may be dropped in softirq; a work item then frees the memory.
 */
#ifndef HTTP_SNAPSHOT_H
#define HTTP_SNAPSHOT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>

#include "multipart.h"
#include "page.h"
#include "store.h"

struct http_file;

/**
 * struct http_snapshot - pages
 * @refs: references
 * @id: a number that no other snapshot ever had
 * @counter: counts it as long as there are references; or NULL
 * @free_work: frees it
 * @table: the pages by their path's hash; NULL until it is complete
 * @mask: of the hash; the size of @table is one more
 * @hash_seed: of the hash, so that nobody can choose paths that collide
 * @missing: the page for a path that has none, or NULL
 * @boundary: what to put between ranges; no content has it, because it was
 *	chosen at random after they were written
 * @files: what was added, by &http_file.node
 * @files_count: how many
 * @bytes: their length
 * @store: their contents
 */
struct http_snapshot {
	refcount_t		refs;
	u64			id;
	atomic_t		*counter;
	struct work_struct	free_work;
	struct http_page	**table;
	u32			mask;
	u32			hash_seed;
	const struct http_page	*missing;
	char			boundary[HTTP_BOUNDARY_LEN];
	struct list_head	files;
	u32			files_count;
	u64			bytes;
	struct http_store	store;
};

int http_snapshot_init(void);
void http_snapshot_exit(void);

/* An empty snapshot with one reference, or NULL. */
struct http_snapshot *http_snapshot_new(void);

/**
 * http_snapshot_add() - add a file to a snapshot that is not complete
 * @snapshot: the snapshot
 * @path: its path, as in &struct http_target
 * @type: its media type; not copied
 * @content: its content, of the snapshot's store; belongs to the snapshot
 *	from now on, also after an error
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int http_snapshot_add(struct http_snapshot *snapshot, const char *path,
		      const char *type, struct http_content *content);

/**
 * http_snapshot_complete() - make pages of all that was added
 * @snapshot: the snapshot
 *
 * Every file is a page. Its sibling whose name has ".gz" at its end is its
 * compressed content. "index.html" is the page of its directory as well, and
 * the path of the directory without a slash is a page that is elsewhere.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int http_snapshot_complete(struct http_snapshot *snapshot);

/* The page at a path, or NULL. Context: Any. */
const struct http_page *http_snapshot_find(const struct http_snapshot *snapshot,
					   const char *path, size_t len);

static inline void http_snapshot_get(struct http_snapshot *snapshot)
{
	refcount_inc(&snapshot->refs);
}

/* Count a snapshot that nobody else has seen. */
static inline void http_snapshot_count(struct http_snapshot *snapshot,
				       atomic_t *counter)
{
	atomic_inc(counter);
	snapshot->counter = counter;
}

/* A snapshot that nobody else has seen. Context: Process context. May sleep. */
void http_snapshot_free(struct http_snapshot *snapshot);

/* Context: Any. */
void http_snapshot_put(struct http_snapshot *snapshot);

#endif /* HTTP_SNAPSHOT_H */
