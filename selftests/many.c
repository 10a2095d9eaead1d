// SPDX-License-Identifier: GPL-2.0
/*
 * Many connections that are open at once and have nothing to say.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "client.h"

/* Beside the connections: standard input and output, and some to spare. */
#define OTHER_FILES	16

static void allow_files(unsigned int count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("getrlimit: %s", strerror(errno));
	limit.rlim_cur = count + OTHER_FILES;
	if (limit.rlim_max < limit.rlim_cur)
		limit.rlim_max = limit.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("%u files: %s", count, strerror(errno));
}

/*
 * Opens -n connections, has -b bytes echoed on each, if any, and prints
 * "open". After SIGTERM it has as many more echoed on each, and resets them.
 */
int cmd_many(const struct options *opts)
{
	struct exchange *conns = calloc(opts->count, sizeof(*conns));
	unsigned int i;

	if (!conns)
		die("out of memory");
	block_stop();
	allow_files(opts->count);
	for (i = 0; i < opts->count; i++) {
		conns[i].fd = connect_to(opts);
		reset_on_close(conns[i].fd);
		conns[i].seed = i + 1;
		conns[i].total = opts->bytes;
		run_exchange(&conns[i]);
	}
	puts("open");
	fflush(stdout);

	wait_stop();
	for (i = 0; i < opts->count; i++) {
		conns[i].total += opts->bytes;
		run_exchange(&conns[i]);
	}
	printf("%u answered\n", i);
	return 0;
}
