// SPDX-License-Identifier: GPL-2.0
/*
 * An ordinary listening socket, for taking an address away.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

int cmd_listen(const struct options *opts)
{
	int fd = new_socket(opts);

	if (opts->addr.ss_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
	if (bind(fd, (const struct sockaddr *)&opts->addr, opts->addr_len) < 0)
		die("bind: %s", strerror(errno));
	if (listen(fd, opts->count) < 0)
		die("listen: %s", strerror(errno));
	puts("listening");
	fflush(stdout);
	alarm(remaining_ms() / 1000 + 1);
	pause();
	return 1;
}
