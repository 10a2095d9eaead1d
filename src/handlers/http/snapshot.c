// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "chars.h"
#include "response.h"
#include "snapshot.h"
#include "target.h"
#include "../text.h"

#define INDEX	"index.html"
#define GZIP	".gz"
#define MISSING	"/404.html"

/* Frees snapshots; at the end of the module it is waited for. */
static struct workqueue_struct *free_queue;

/**
 * struct http_file - a file that was added
 * @node: in &http_snapshot.files
 * @type: its media type
 * @content: its content
 * @path: its path
 */
struct http_file {
	struct list_head	node;
	const char		*type;
	struct http_content	*content;
	char			path[];
};

int __init http_snapshot_init(void)
{
	free_queue = alloc_workqueue("syncsock_http", WQ_UNBOUND, 0);
	return free_queue ? 0 : -ENOMEM;
}

void http_snapshot_exit(void)
{
	destroy_workqueue(free_queue);
}

static void free_table(struct http_snapshot *snapshot)
{
	u32 i;

	if (!snapshot->table)
		return;
	for (i = 0; i <= snapshot->mask; i++) {
		struct http_page *page, *next;

		for (page = snapshot->table[i]; page; page = next) {
			next = page->next;
			kfree(page->begin);
			kfree(page->gzip_begin);
			kfree(page->location);
			kfree(page);
		}
		cond_resched();
	}
	kvfree(snapshot->table);
}

void http_snapshot_free(struct http_snapshot *snapshot)
{
	struct http_file *file, *next;

	free_table(snapshot);
	list_for_each_entry_safe(file, next, &snapshot->files, node) {
		http_content_free(file->content);
		kfree(file);
		cond_resched();
	}
	http_store_free(&snapshot->store);
	kfree(snapshot);
}

static void free_work(struct work_struct *work)
{
	http_snapshot_free(container_of(work, struct http_snapshot, free_work));
}

void http_snapshot_put(struct http_snapshot *snapshot)
{
	if (!refcount_dec_and_test(&snapshot->refs))
		return;
	if (snapshot->counter)
		atomic_dec(snapshot->counter);
	queue_work(free_queue, &snapshot->free_work);
}

static void choose_boundary(struct http_snapshot *snapshot)
{
	u64 random = get_random_u64();

	BUILD_BUG_ON(HTTP_BOUNDARY_LEN != TEXT_HEX_LEN);
	text_put_hex(snapshot->boundary, random);
}

struct http_snapshot *http_snapshot_new(void)
{
	static atomic64_t last_id;
	struct http_snapshot *snapshot;

	snapshot = kzalloc(sizeof(*snapshot), HTTP_LOAD_GFP);
	if (!snapshot)
		return NULL;
	refcount_set(&snapshot->refs, 1);
	snapshot->id = atomic64_inc_return(&last_id);
	INIT_WORK(&snapshot->free_work, free_work);
	INIT_LIST_HEAD(&snapshot->files);
	http_store_init(&snapshot->store);
	snapshot->hash_seed = get_random_u32();
	choose_boundary(snapshot);
	return snapshot;
}

int http_snapshot_add(struct http_snapshot *snapshot, const char *path,
		      const char *type, struct http_content *content)
{
	size_t size = strlen(path) + 1;
	struct http_file *file;

	file = kmalloc(struct_size(file, path, size), HTTP_LOAD_GFP);
	if (!file) {
		http_content_free(content);
		return -ENOMEM;
	}
	file->type = type;
	file->content = content;
	memcpy(file->path, path, size);
	list_add_tail(&file->node, &snapshot->files);
	snapshot->files_count++;
	snapshot->bytes += content->length;
	return 0;
}

static struct http_page **slot(const struct http_snapshot *snapshot,
			       const char *path, size_t len)
{
	u32 hash = jhash(path, len, snapshot->hash_seed);

	return &snapshot->table[hash & snapshot->mask];
}

static struct http_page *find(const struct http_snapshot *snapshot,
			      const char *path, size_t len)
{
	struct http_page *page = *slot(snapshot, path, len);

	while (page && (page->path_len != len || memcmp(page->path, path, len)))
		page = page->next;
	return page;
}

const struct http_page *http_snapshot_find(const struct http_snapshot *snapshot,
					   const char *path, size_t len)
{
	return find(snapshot, path, len);
}

/* Add a page whose path is the first @len bytes of @path. */
static struct http_page *add_page(struct http_snapshot *snapshot,
				  const char *path, size_t len)
{
	struct http_page **first = slot(snapshot, path, len);
	struct http_page *page;

	page = kzalloc(struct_size(page, path, len), HTTP_LOAD_GFP);
	if (!page)
		return NULL;
	page->path_len = len;
	memcpy(page->path, path, len);
	page->next = *first;
	*first = page;
	return page;
}

/* The path of a directory, as it has to be in a Location field. */
static char *location_of(const char *path, size_t len)
{
	char *text, *at;
	size_t i;

	text = kmalloc(3 * len + 1, HTTP_LOAD_GFP);
	if (!text)
		return NULL;
	for (i = 0, at = text; i < len; i++) {
		u8 c = path[i];

		/* A '%' in a path is an escape that was left as it is. */
		if (c == '/' || c == '%' || http_char_is(c, HTTP_CHAR_PATH)) {
			*at++ = c;
			continue;
		}
		*at++ = '%';
		*at++ = "0123456789ABCDEF"[c >> 4];
		*at++ = "0123456789ABCDEF"[c & 0xf];
	}
	*at = '\0';
	return text;
}

/* Where in a path the name of an index begins, or 0. */
static size_t index_in(const char *path, size_t len)
{
	size_t index_len = strlen(INDEX);

	if (len <= index_len || path[len - index_len - 1] != '/' ||
	    memcmp(path + len - index_len, INDEX, index_len))
		return 0;
	return len - index_len;
}

/* An index is the page of its directory; without the slash, that moved. */
static int add_directory(struct http_snapshot *snapshot, const char *path,
			 size_t len, const struct http_page *index)
{
	struct http_page *page = add_page(snapshot, path, len);

	if (!page)
		return -ENOMEM;
	page->content = index->content;
	page->type = index->type;
	if (len == 1)
		return 0;
	page = add_page(snapshot, path, len - 1);
	if (!page)
		return -ENOMEM;
	page->location = location_of(path, len);
	return page->location ? 0 : -ENOMEM;
}

static int add_file(struct http_snapshot *snapshot,
		    const struct http_file *file)
{
	size_t len = strlen(file->path);
	size_t directory = index_in(file->path, len);
	struct http_page *page = add_page(snapshot, file->path, len);

	if (!page)
		return -ENOMEM;
	page->content = file->content;
	page->type = file->type;
	if (!directory)
		return 0;
	return add_directory(snapshot, file->path, directory, page);
}

/* If a file is the compressed content of a page, say so in the page. */
static void link_gzip(struct http_snapshot *snapshot,
		      const struct http_file *file)
{
	size_t len = strlen(file->path);
	struct http_page *page;
	size_t directory;

	if (len <= strlen(GZIP) || strcmp(file->path + len - strlen(GZIP), GZIP))
		return;
	len -= strlen(GZIP);
	page = find(snapshot, file->path, len);
	if (!page || !page->content || file->path[len - 1] == '/')
		return;
	page->gzip = file->content;
	directory = index_in(file->path, len);
	if (directory)
		find(snapshot, file->path, directory)->gzip = file->content;
}

/* Write how the heads of all responses with all of a content of a page begin. */
static const struct http_text *begin_of(const struct http_page *page,
					const struct http_content *content)
{
	struct http_response response = {
		.status		= 200,
		.gzip		= content == page->gzip,
		.varies		= page->gzip,
		.type		= page->type,
		.length		= content->length,
		.content	= content,
	};
	char buf[HTTP_RESPONSE_HEAD_MAX];
	size_t len = http_response_begin(buf, &response);
	struct http_text *text;

	text = kmalloc(struct_size(text, text, len), HTTP_LOAD_GFP);
	if (!text)
		return NULL;
	text->len = len;
	memcpy(text->text, buf, len);
	return text;
}

static int write_begin(struct http_page *page)
{
	if (!page->content)
		return 0;
	page->begin = begin_of(page, page->content);
	if (!page->begin)
		return -ENOMEM;
	if (!page->gzip)
		return 0;
	page->gzip_begin = begin_of(page, page->gzip);
	return page->gzip_begin ? 0 : -ENOMEM;
}

static int write_all_begins(struct http_snapshot *snapshot)
{
	struct http_page *page;
	int err;
	u32 i;

	for (i = 0; i <= snapshot->mask; i++) {
		for (page = snapshot->table[i]; page; page = page->next) {
			err = write_begin(page);
			if (err)
				return err;
		}
		cond_resched();
	}
	return 0;
}

int http_snapshot_complete(struct http_snapshot *snapshot)
{
	/* A file may have three pages. */
	u32 slots = roundup_pow_of_two(3 * snapshot->files_count + 1);
	const struct http_file *file;
	const struct http_page *missing;
	int err;

	BUILD_BUG_ON(HTTP_LOCATION_MAX < 3 * HTTP_PATH_MAX);
	snapshot->table = kvcalloc(slots, sizeof(*snapshot->table),
				   HTTP_LOAD_GFP);
	if (!snapshot->table)
		return -ENOMEM;
	snapshot->mask = slots - 1;
	list_for_each_entry(file, &snapshot->files, node) {
		err = add_file(snapshot, file);
		if (err)
			return err;
		cond_resched();
	}
	list_for_each_entry(file, &snapshot->files, node) {
		link_gzip(snapshot, file);
		cond_resched();
	}
	/* A directory of that name is a page elsewhere. */
	missing = http_snapshot_find(snapshot, MISSING, strlen(MISSING));
	if (missing && missing->content)
		snapshot->missing = missing;
	return write_all_begins(snapshot);
}
