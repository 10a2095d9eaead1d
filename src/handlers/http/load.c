// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/moduleparam.h>
#include <linux/namei.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "load.h"
#include "lookup.h"
#include "media.h"
#include "read.h"
#include "snapshot.h"
#include "target.h"

static uint max_files = 65536;
module_param(max_files, uint, 0644);
MODULE_PARM_DESC(max_files, "the most files that a root may have");

static uint max_mib = 256;
module_param(max_mib, uint, 0644);
MODULE_PARM_DESC(max_mib, "the most MiB that the files of a root may have");

/* More than these are not counted right. */
#define MOST_FILES	16777216U

/* How often something is looked up while others rename. */
#define MOST_TRIES	100

static u32 files_limit(void)
{
	return min(READ_ONCE(max_files), MOST_FILES);
}

/* A path below the root; "" is the root itself, others begin with a slash. */
struct load_path {
	size_t	len;
	char	text[HTTP_PATH_MAX + 1];
};

/**
 * struct load_directory - a directory to read, or one that was read
 * @node: in &struct load.directories
 * @parent: the directory that it is in, by the path it was found by
 * @dev: which directory it is
 * @ino: on that device
 * @path: where it was found
 */
struct load_directory {
	struct list_head		node;
	const struct load_directory	*parent;
	dev_t				dev;
	u64				ino;
	struct load_path		path;
};

/* A name in the directory that is being read. */
struct load_name {
	struct list_head	node;
	size_t			len;
	char			text[];
};

/**
 * struct load - a snapshot being loaded
 * @root: the root
 * @snapshot: the snapshot
 * @directories: the directories that were found, in that order
 * @names: the names in the one that is being read
 * @context: what reads it
 * @error: what has gone wrong meanwhile
 * @count: how many names there were in all directories
 * @path: what is being loaded
 */
struct load {
	struct path		root;
	struct http_snapshot	*snapshot;
	struct list_head	directories;
	struct list_head	names;
	struct dir_context	context;
	int			error;
	u32			count;
	struct load_path	path;
};

/* Append to a path. */
static int append(struct load_path *path, const char *text, size_t len)
{
	if (path->len + len > HTTP_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path->text + path->len, text, len);
	path->len += len;
	path->text[path->len] = '\0';
	return 0;
}

/*
 * Look up what @load->path is, as if the root was the root of the file
 * system. Symbolic links that procfs makes lead to files, not to paths: they
 * are -EXDEV.
 */
static int look_up(const struct load *load, unsigned int flags,
		   struct path *path)
{
	const char *name = load->path.len ? load->path.text + 1 : ".";
	int tries, err = -EAGAIN;

	/* The kernel trusts no ".." that was passed during a rename. */
	for (tries = 0; tries < MOST_TRIES && err == -EAGAIN; tries++)
		err = vfs_path_lookup(load->root.dentry, load->root.mnt, name,
				      LOOKUP_FOLLOW | LOOKUP_IN_ROOT | flags,
				      path);
	return err;
}

static int add_name(struct load *load, const char *text, size_t len)
{
	struct load_name *name;

	if (++load->count > 2 * files_limit())
		return -E2BIG;
	name = kmalloc(struct_size(name, text, len), HTTP_LOAD_GFP);
	if (!name)
		return -ENOMEM;
	name->len = len;
	memcpy(name->text, text, len);
	list_add_tail(&name->node, &load->names);
	return 0;
}

/* Called for each name in a directory, which cannot be looked up there. */
static bool found_name(struct dir_context *context, const char *text, int len,
		       loff_t offset, u64 ino, unsigned int type)
{
	static const char well_known[] = ".well-known";
	struct load *load = container_of(context, struct load, context);

	if (text[0] == '.' &&
	    (load->path.len || len != strlen(well_known) ||
	     memcmp(text, well_known, len)))
		return true;
	load->error = add_name(load, text, len);
	return !load->error;
}

static void free_names(struct load *load)
{
	struct load_name *name, *next;

	list_for_each_entry_safe(name, next, &load->names, node) {
		kfree(name);
		cond_resched();
	}
	INIT_LIST_HEAD(&load->names);
}

/* Read the names in a directory. */
static int read_names(struct load *load)
{
	struct file *file;
	struct path path;
	int err;

	err = look_up(load, LOOKUP_DIRECTORY, &path);
	if (err)
		return err;
	file = http_open(&path);
	path_put(&path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	load->context = (struct dir_context) { .actor = found_name };
	load->error = 0;
	err = iterate_dir(file, &load->context);
	fput(file);
	return load->error ?: err;
}

/* Whether a directory is one of those that it was found in. */
static bool is_loop(const struct load_directory *parent,
		    const struct kstat *stat)
{
	for (; parent; parent = parent->parent)
		if (parent->dev == stat->dev && parent->ino == stat->ino)
			return true;
	return false;
}

/* Remember a directory, which is read when those before it were. */
static int note_directory(struct load *load,
			  const struct load_directory *parent,
			  const struct kstat *stat)
{
	struct load_directory *directory;

	if (is_loop(parent, stat))
		return 0;
	directory = kmalloc(sizeof(*directory), HTTP_LOAD_GFP);
	if (!directory)
		return -ENOMEM;
	directory->parent = parent;
	directory->dev = stat->dev;
	directory->ino = stat->ino;
	directory->path = load->path;
	list_add_tail(&directory->node, &load->directories);
	return 0;
}

/* The path that a request has for a file: '%' is an escape there. */
static int path_of_request(const struct load_path *path, struct load_path *url)
{
	const char *at;
	int err = 0;

	url->len = 0;
	for (at = path->text; *at && !err; at++)
		err = *at == '%' ? append(url, "%25", 3) : append(url, at, 1);
	return err;
}

static int load_file(struct load *load, const struct path *path,
		     const struct kstat *stat)
{
	struct http_snapshot *snapshot = load->snapshot;
	struct http_content *content;
	struct load_path url;
	int err;

	if (snapshot->files_count >= files_limit())
		return -E2BIG;
	if (snapshot->bytes + stat->size > (u64)READ_ONCE(max_mib) << 20)
		return -EFBIG;
	err = path_of_request(&load->path, &url);
	if (err)
		return err;

	content = http_read_file(&snapshot->store, path, stat);
	if (IS_ERR(content))
		return PTR_ERR(content);
	return http_snapshot_add(snapshot, url.text,
				 http_media_type(url.text, url.len), content);
}

/* Load what @load->path is; nothing that a link does not find. */
static int add_path(struct load *load, const struct load_directory *parent)
{
	struct path path;
	struct kstat stat;
	int err;

	err = look_up(load, 0, &path);
	if (err)
		return err == -ENOENT || err == -ELOOP || err == -ENOTDIR ||
		       err == -EXDEV ? 0 : err;
	err = http_stat(&path, &stat);
	if (!err && S_ISDIR(stat.mode))
		err = note_directory(load, parent, &stat);
	else if (!err && S_ISREG(stat.mode))
		err = load_file(load, &path, &stat);
	path_put(&path);
	return err;
}

static int read_directory(struct load *load,
			  const struct load_directory *directory)
{
	struct load_name *name;
	int err;

	load->path = directory->path;
	err = read_names(load);
	list_for_each_entry(name, &load->names, node) {
		load->path = directory->path;
		if (!err)
			err = append(&load->path, "/", 1);
		if (!err)
			err = append(&load->path, name->text, name->len);
		if (!err)
			err = add_path(load, directory);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		if (err)
			break;
		cond_resched();
	}
	free_names(load);
	return err;
}

/* Read all directories, those that are found meanwhile included. */
static int load_all(struct load *load)
{
	struct load_directory *directory, *next;
	struct kstat stat;
	int err;

	err = http_stat(&load->root, &stat);
	if (!err)
		err = note_directory(load, NULL, &stat);
	list_for_each_entry(directory, &load->directories, node) {
		if (err)
			break;
		err = read_directory(load, directory);
	}
	list_for_each_entry_safe(directory, next, &load->directories, node) {
		kfree(directory);
		cond_resched();
	}
	if (err)
		return err;
	load->path.len = 0;
	return http_snapshot_complete(load->snapshot);
}

/* What an error means that was met while @load->path was loaded. */
static const char *reason(const struct load *load, int err)
{
	switch (err) {
	case -E2BIG:
		return ": more files than max_files allows, or names than twice that";
	case -EFBIG:
		return ": more than max_mib allows";
	case -ENAMETOOLONG:
		return load->path.len ? ": a path that no request can have" : "";
	case -EBUSY:
		return ": it changed while it was read";
	default:
		return "";
	}
}

static struct http_snapshot *load_root(struct load *load, const char *root)
{
	int err;

	err = kern_path(root, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &load->root);
	if (err)
		return ERR_PTR(err);
	load->snapshot = http_snapshot_new();
	err = load->snapshot ? load_all(load) : -ENOMEM;
	path_put(&load->root);
	if (err) {
		if (load->snapshot)
			http_snapshot_free(load->snapshot);
		return ERR_PTR(err);
	}
	return load->snapshot;
}

struct http_snapshot *http_load(const char *root)
{
	struct http_snapshot *snapshot;
	struct load *load;

	if (root[0] != '/') {
		net_warn_ratelimited("syncsock: http: root: not an absolute path; nothing was changed\n");
		return ERR_PTR(-EINVAL);
	}
	load = kzalloc(sizeof(*load), HTTP_LOAD_GFP);
	if (!load)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&load->directories);
	INIT_LIST_HEAD(&load->names);
	snapshot = load_root(load, root);
	if (IS_ERR(snapshot))
		net_warn_ratelimited("syncsock: http: root: %*pE%*pE%s: error %pe; nothing was changed\n",
				     (int)strlen(root), root,
				     (int)load->path.len, load->path.text,
				     reason(load, PTR_ERR(snapshot)), snapshot);
	else
		net_info_ratelimited("syncsock: http: root: %*pE: %u files, %llu bytes\n",
				     (int)strlen(root), root,
				     snapshot->files_count, snapshot->bytes);
	kfree(load);
	return snapshot;
}
