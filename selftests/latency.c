// SPDX-License-Identifier: GPL-2.0
/*
 * How long one connection waits for its answers, and others that keep a
 * server busy meanwhile.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

/*
 * -n requests of a byte, one after the other, each after a pause. Prints the
 * times in microseconds that half and 9 of 10 of the answers took at most.
 */
int cmd_latency(const struct options *opts)
{
	struct exchange x = { .fd = connect_to(opts) };
	long long *times = calloc(opts->count, sizeof(*times));
	unsigned int i;

	if (!times)
		die("out of memory");
	for (i = 0; i < opts->count; i++) {
		long long start;

		poll(NULL, 0, 1);
		start = now_ns();
		x.total++;
		run_exchange(&x);
		times[i] = now_ns() - start;
	}
	qsort(times, opts->count, sizeof(*times), compare);
	printf("%lld %lld\n", times[opts->count / 2] / 1000,
	       times[opts->count * 9 / 10] / 1000);
	free(times);
	close(x.fd);
	return 0;
}

static void ask(int fd)
{
	static const char line[] = "where\n";

	send_all(fd, line, sizeof(line) - 1);
}

/* Takes what has come, and asks again for each whole answer. */
static unsigned int take_answers(int fd)
{
	unsigned int answers = 0;
	char buf[256];
	ssize_t got, i;

	got = try_read(fd, buf, sizeof(buf));
	if (got <= 0)
		die("a busy connection ended: %s", strerror(-got));
	for (i = 0; i < got; i++)
		answers += buf[i] == '\n';
	if (answers)
		ask(fd);
	return answers;
}

/*
 * -n connections to the handler "commands", each of whose lines takes it -b
 * microseconds, each with one line under way, until SIGTERM.
 */
int cmd_busy(const struct options *opts)
{
	struct pollfd *pfds = calloc(opts->count, sizeof(*pfds));
	unsigned int i, answers = 0;
	bool ready = false;
	char line[32];

	if (!pfds)
		die("out of memory");
	snprintf(line, sizeof(line), "slow %zu\n", opts->bytes);
	for (i = 0; i < opts->count; i++) {
		pfds[i].fd = connect_to(opts);
		pfds[i].events = POLLIN;
		send_all(pfds[i].fd, line, strlen(line));
		wait_acknowledged(pfds[i].fd);
		ask(pfds[i].fd);
	}
	block_stop();
	while (!stopped()) {
		if (poll(pfds, opts->count, remaining_ms()) <= 0)
			die("no answer came in time");
		for (i = 0; i < opts->count; i++)
			if (pfds[i].revents)
				answers += take_answers(pfds[i].fd);
		if (!ready && answers >= 3 * opts->count) {
			puts("ready");
			fflush(stdout);
			ready = true;
		}
	}
	printf("%u answers\n", answers);
	return 0;
}
