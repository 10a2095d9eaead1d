// SPDX-License-Identifier: GPL-2.0
/*
 * packet: options, the clock and the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "packet.h"

#define TUN_NAME	"packet0"

struct settings settings;

/* What has led to it, and the end. */
void fail(void)
{
	trace_print();
	reset_peers();
	exit(1);
}

long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A run's ports are its own: connections of an earlier run may linger. */
__u16 new_port(void)
{
	static unsigned int count;

	return 20000 + (getpid() * 16 + count++) % 40000;
}

/* Each scenario, and its server, for the script that runs them all. */
static void list(void)
{
	const struct scenario *one;

	for (one = scenarios; one->name; one++)
		printf("%s %s\n", one->name, one->handler);
}

static void help(void)
{
	const struct scenario *one;

	fputs("usage: packet SCENARIO -4|-6 PORT [-v]\n"
	      "       packet list\n", stderr);
	for (one = scenarios; one->name; one++)
		fprintf(stderr, "  %-22s %s: %s\n", one->name, one->handler,
			one->what);
	exit(2);
}

int main(int argc, char **argv)
{
	const struct scenario *one;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		list();
		return 0;
	}
	if (argc != 4 && !(argc == 5 && !strcmp(argv[4], "-v")))
		help();
	if (!strcmp(argv[2], "-4"))
		settings.family = AF_INET;
	else if (!strcmp(argv[2], "-6"))
		settings.family = AF_INET6;
	else
		help();
	program_invocation_short_name = argv[1];
	settings.port = atoi(argv[3]);

	for (one = scenarios; one->name; one++) {
		if (strcmp(one->name, argv[1]))
			continue;
		/* For a scenario that goes round and round. */
		alarm(120);
		tun_open(TUN_NAME);
		count_before();
		if (!strcmp(one->handler, "commands"))
			forget_endings();
		one->run(new_peer());
		expect_released();
		if (argc == 5)
			trace_print();
		return 0;
	}
	help();
	return 2;
}
