// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the server has given back all that the connections needed.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "packet.h"

struct counts {
	unsigned long	accepted;
	unsigned long	closed;
	unsigned long	released;
	unsigned long	refused;	/* for want of memory, of which there is none */
	unsigned long	sockets;	/* of TCP, listening ones too */
};

static unsigned long sockets_before;

static FILE *open_or_die(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		die("%s cannot be read", path);
	return file;
}

/* Of all handlers together. */
static void count_connections(struct counts *counts)
{
	FILE *file = open_or_die("/proc/net/syncsock/stats");
	char line[256], name[64];
	unsigned long value;

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %63s %lu", name, &value) != 2)
			continue;	/* the heading */
		if (!strcmp(name, "accepted"))
			counts->accepted += value;
		else if (!strcmp(name, "closed"))
			counts->closed += value;
		else if (!strcmp(name, "released"))
			counts->released += value;
		else if (!strcmp(name, "refused_no_memory"))
			counts->refused += value;
	}
	fclose(file);
}

static void count_sockets(struct counts *counts)
{
	FILE *file = open_or_die("/proc/net/sockstat");
	char line[256];
	char *alloc;

	while (fgets(line, sizeof(line), file)) {
		alloc = strstr(line, " alloc ");
		if (!strncmp(line, "TCP:", 4) && alloc)
			sscanf(alloc, " alloc %lu", &counts->sockets);
	}
	fclose(file);
}

void count_before(void)
{
	struct counts counts = { };

	count_sockets(&counts);
	sockets_before = counts.sockets;
}

/* There are as many TCP sockets as before, and no connections. */
void expect_released(void)
{
	long end = now_ms() + PATIENCE_MS;
	struct counts now;

	for (;;) {
		now = (struct counts){ };
		count_connections(&now);
		count_sockets(&now);
		if (now.accepted == now.closed && now.closed == now.released &&
		    !now.refused && now.sockets == sockets_before)
			return;
		if (now_ms() > end)
			die("accepted %lu, refused %lu, closed %lu, released %lu; sockets %lu, %lu",
			    now.accepted, now.refused, now.closed,
			    now.released, now.sockets, sockets_before);
		usleep(1000);
	}
}
