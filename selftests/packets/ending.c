// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection ended for its handler.
 */
#include <stdio.h>
#include <unistd.h>

#include "packet.h"

static const char path[] =
	"/sys/module/syncsock_selftest/parameters/commands_ending";

static unsigned int endings_before;

static void read_ending(struct ending *now)
{
	FILE *file = fopen(path, "r");

	if (!file || fscanf(file, "%u reason %d error %d received %lu",
			    &now->count, &now->reason, &now->error,
			    &now->received) != 4)
		die("%s cannot be read", path);
	fclose(file);
}

/* What was before is not of interest. */
void forget_endings(void)
{
	struct ending now;

	read_ending(&now);
	endings_before = now.count;
}

/* How one connection of the handler "commands" has ended since then. */
void expect_ending(int reason, unsigned long received)
{
	long end = now_ms() + PATIENCE_MS;
	struct ending now;

	while (read_ending(&now), now.count == endings_before) {
		if (now_ms() > end)
			die("the handler's connection has not ended");
		usleep(1000);
	}
	if (now.count != endings_before + 1)
		die("more than one connection ended");
	if (now.reason != reason)
		die("the connection ended for reason %d, not %d", now.reason,
		    reason);
	if (now.received != received)
		die("the handler got %lu bytes, not %lu", now.received,
		    received);
	endings_before = now.count;
}
