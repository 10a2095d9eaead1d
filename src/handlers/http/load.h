/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading a snapshot of a directory.
 */
#ifndef HTTP_LOAD_H
#define HTTP_LOAD_H

struct http_snapshot;

/**
 * http_load() - load all files below a directory
 * @root: its absolute path
 *
 * With the rights of the caller, and charged to its cgroup. Files and
 * directories whose names begin with a dot are left out, but for
 * "/.well-known" (RFC 8615), as is what is neither a file nor a directory.
 * Symbolic links lead where they would if @root was the root of the file
 * system, so never out of it; those that lead nowhere are left out, as are
 * those that lead to a directory that they are in, and what is only to be had
 * by a magic link of a procfs.
 *
 * The kernel closes a task's files when it returns to user space: until then
 * each file that was loaded counts as an open one.
 *
 * A failure is logged, with the file, but for a lack of memory to begin.
 *
 * Context: Process context. May sleep, for long.
 * Return: a complete snapshot with one reference, or ERR_PTR(): -EINVAL for a
 * relative path; -EFBIG if there is more than max_mib allows; -E2BIG if there
 * are more than max_files, or than twice as many names, those of directories
 * and of what is left out included; -ENAMETOOLONG for a path that no request
 * can have; -EBUSY if a file changed while it was read; -ENOMEM; -EINTR; or an
 * error of opening or reading a file.
 */
struct http_snapshot *http_load(const char *root);

#endif /* HTTP_LOAD_H */
