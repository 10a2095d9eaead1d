/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a network namespace serves: its snapshot, and the settings in its
 * net.syncsock.http that are about it.
 */
#ifndef HTTP_SITE_H
#define HTTP_SITE_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>

struct http_snapshot;
struct net;
struct syncsock_setting;

/**
 * struct http_site - what a network namespace serves
 * @snapshot: the pages, never NULL; written under both locks
 * @request_timeout_ms: how long a request may take to arrive; 0: for ever
 * @loaded: how many snapshots that were loaded are in use
 * @load_lock: serialises changes of the root; held while files are read, which
 *	may take as long as somebody likes
 * @lock: protects @root; never held for long
 * @root: the directory that @snapshot is of; "", or NULL at first, for the
 *	built-in pages
 */
struct http_site {
	struct http_snapshot __rcu	*snapshot;
	unsigned int			request_timeout_ms;
	atomic_t			loaded;
	struct mutex			load_lock;	/* for changes */
	struct mutex			lock;		/* protects root */
	char				*root;
};

extern const struct syncsock_setting http_site_settings[];

int http_site_init(void);
void http_site_exit(void);

/**
 * http_site() - what a network namespace serves
 * @net: the namespace
 *
 * Context: Any. Return: valid as long as the namespace has connections.
 */
struct http_site *http_site(const struct net *net);

/**
 * http_site_set_root() - serve the files of a directory
 * @net: the network namespace
 * @root: the absolute path of the directory; or "" for the built-in pages
 *
 * Requests that began before are answered as it was then. On an error nothing
 * has changed.
 *
 * Context: Process context. Takes both locks, may sleep, for long.
 * Return: 0; -EBUSY if too many old snapshots are in use, or an error of
 * http_load(), which are logged; -EINTR if the caller is to be killed; or
 * -ENOMEM.
 */
int http_site_set_root(struct net *net, const char *root);

#endif /* HTTP_SITE_H */
