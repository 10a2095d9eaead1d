// SPDX-License-Identifier: GPL-2.0
/*
 * SIGTERM, by which a script tells a client to go on or to end.
 */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "client.h"

static sigset_t stop_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	return set;
}

/* From here on SIGTERM stays pending, so that it cannot interrupt anything. */
void block_stop(void)
{
	sigset_t set = stop_set();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool stopped(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGTERM);
}

/* Waits for SIGTERM and takes it. */
void wait_stop(void)
{
	sigset_t set = stop_set();
	struct timespec left;
	int ms;

	do {
		ms = remaining_ms();
		left.tv_sec = ms / 1000;
		left.tv_nsec = ms % 1000 * 1000000L;
		if (sigtimedwait(&set, NULL, &left) == SIGTERM)
			return;
	} while (errno == EINTR);
	die("was not stopped in time");
}
