/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading files and directories with the rights of the caller.
 */
#ifndef HTTP_READ_H
#define HTTP_READ_H

struct file;
struct http_content;
struct http_store;
struct kstat;
struct path;

/* What a path is, which file it is, its size and its time. */
int http_stat(const struct path *path, struct kstat *stat);

/* Open what the caller may read, or return ERR_PTR(). */
struct file *http_open(const struct path *path);

/**
 * http_read_file() - get a content with the bytes of a file
 * @store: where it gets its memory from
 * @path: the file
 * @stat: what http_stat() says of it
 *
 * Context: Process context. May sleep, for long.
 * Return: the content; or ERR_PTR(): -EBUSY if the file is not as @stat has
 * it; -ENOMEM; -EINTR if the caller is to be killed; or an error of opening or
 * reading it.
 */
struct http_content *http_read_file(struct http_store *store,
				    const struct path *path,
				    const struct kstat *stat);

#endif /* HTTP_READ_H */
