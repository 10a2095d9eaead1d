// SPDX-License-Identifier: GPL-2.0
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/stat.h>
#include <linux/timekeeping.h>

#include "read.h"
#include "store.h"

int http_stat(const struct path *path, struct kstat *stat)
{
	return vfs_getattr(path, stat,
			   STATX_TYPE | STATX_INO | STATX_SIZE | STATX_MTIME,
			   AT_STATX_SYNC_AS_STAT);
}

/* dentry_open() leaves it to its callers to ask for the permission. */
struct file *http_open(const struct path *path)
{
	int err = path_permission(path, MAY_OPEN | MAY_READ);

	if (err)
		return ERR_PTR(err);
	return dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
}

static int read_content(struct file *file, struct http_content *content)
{
	size_t offset, len;
	loff_t pos = 0;

	while (pos < content->length) {
		struct page *page = http_content_part(content, pos, &offset,
						      &len);
		ssize_t got = kernel_read(file, page_address(page) + offset,
					  len, &pos);

		if (got < 0)
			return got;
		if (!got)
			return -EBUSY;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/*
 * The time of a file that is about to be read, for clients: none if it could
 * be modified again within the same second (RFC 9110 section 8.8.2.2).
 */
static s64 reliable_time(const struct kstat *stat)
{
	s64 modified = stat->mtime.tv_sec;

	return modified < ktime_get_real_seconds() ? modified : -1;
}

/* Read a file; its size and its time must be the same before and after. */
static struct http_content *read_open(struct http_store *store,
				      struct file *file,
				      const struct kstat *before)
{
	struct http_content *content;
	s64 modified = reliable_time(before);
	struct kstat after;
	int err;

	content = http_store_alloc(store, before->size);
	if (!content)
		return ERR_PTR(fatal_signal_pending(current) ? -EINTR : -ENOMEM);
	err = read_content(file, content);
	if (!err)
		err = http_stat(&file->f_path, &after);
	if (!err && (after.size != before->size ||
		     !timespec64_equal(&after.mtime, &before->mtime)))
		err = -EBUSY;
	if (err) {
		http_content_free(content);
		return ERR_PTR(err);
	}
	http_content_finish(content, modified);
	return content;
}

struct http_content *http_read_file(struct http_store *store,
				    const struct path *path,
				    const struct kstat *stat)
{
	struct http_content *content;
	struct file *file;

	file = http_open(path);
	if (IS_ERR(file))
		return ERR_CAST(file);
	content = read_open(store, file, stat);
	fput(file);
	return content;
}
