/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings: sysctls that a handler has beside those that the core gives it.
 */
#ifndef SYNCSOCK_SETTING_H
#define SYNCSOCK_SETTING_H

#include <linux/types.h>

struct net;

/**
 * struct syncsock_setting - a sysctl of a handler, in each network namespace
 * @name: its name, ``net.syncsock.<handler>.<name>``; none of the core's
 * @size: the longest text, with its newline and the NUL at its end
 * @read: print the value, with NUL at its end, into @size bytes
 * @write: set the value to a text without the newline at its end. Return 0,
 *	or a negative errno that the writer gets; then nothing should have
 *	changed.
 *
 * Both operations are called in process context, where they may sleep, by who
 * reads or writes the sysctl: also by several at a time, and before the
 * first connection. When the handler was withdrawn from the namespace, none
 * of them runs or will be called again.
 *
 * Withdrawing the handler, and the end of the namespace, wait for those that
 * run, and meanwhile no namespace can be made or end, nor another handler come
 * or go. What may take long, like reading files of others, has to end when the
 * process is killed.
 */
struct syncsock_setting {
	const char	*name;
	size_t		size;

	void	(*read)(struct net *net, char *text);
	int	(*write)(struct net *net, const char *text);
};

#endif /* SYNCSOCK_SETTING_H */
