// SPDX-License-Identifier: GPL-2.0
/*
 * A client that goes quiet, and waits for what the server makes of it.
 */
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

/*
 * Has -b bytes echoed, then waits: prints "waiting", and after the server has
 * ended the connection "fin" or "rst" and how many milliseconds it was there. With
 * -u it sends what it can without ever reading, before it waits.
 */
int cmd_idle(const struct options *opts)
{
	struct exchange x = { .total = opts->bytes };
	static char buf[65536];
	struct pollfd end;
	const char *how;
	long start;

	start = now_ms();
	x.fd = connect_to(opts);
	if (!opts->until_eof && opts->bytes)
		run_exchange(&x);
	while (opts->until_eof && wait_for(x.fd, POLLOUT, 500))
		if (send(x.fd, buf, sizeof(buf), MSG_NOSIGNAL) < 0)
			break;

	puts("waiting");
	fflush(stdout);

	end.fd = x.fd;
	end.events = opts->until_eof ? 0 : POLLIN;
	if (poll(&end, 1, remaining_ms()) != 1)
		die("the server did not end the connection");
	how = read(x.fd, buf, 1) == 0 && !opts->until_eof ? "fin" : "rst";
	printf("%s %ld\n", how, now_ms() - start);
	return 0;
}
