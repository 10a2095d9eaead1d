/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Linux exports, but declares for modules since 6.4 only.
 */
#ifndef HTTP_LOOKUP_H
#define HTTP_LOOKUP_H

struct dentry;
struct path;
struct vfsmount;

int vfs_path_lookup(struct dentry *dentry, struct vfsmount *mnt,
		    const char *name, unsigned int flags, struct path *path);

#endif /* HTTP_LOOKUP_H */
