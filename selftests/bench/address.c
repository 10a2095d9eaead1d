// SPDX-License-Identifier: GPL-2.0
/*
 * What the load generator and the servers do alike with their arguments.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "address.h"

/* IPv4 or IPv6 in numbers. The port is left at 0. */
void address_parse(struct address *addr, const char *host)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, host, &addr->v4.sin_addr) == 1) {
		addr->v4.sin_family = AF_INET;
		addr->len = sizeof(addr->v4);
	} else if (inet_pton(AF_INET6, host, &addr->v6.sin6_addr) == 1) {
		addr->v6.sin6_family = AF_INET6;
		addr->len = sizeof(addr->v6);
	} else {
		errx(2, "'%s' is not an address", host);
	}
}

void address_set_port(struct address *addr, unsigned int port)
{
	if (addr->any.sa_family == AF_INET)
		addr->v4.sin_port = htons(port);
	else
		addr->v6.sin6_port = htons(port);
}

unsigned long parse_number(const char *text, unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || value > max)
		errx(2, "'%s' is not a number from 0 to %lu", text, max);
	return value;
}

/* Lets the process have that many descriptors open. */
void raise_file_limit(unsigned long files)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(1, "getrlimit");
	if (limit.rlim_cur >= files)
		return;
	limit.rlim_cur = files;
	if (limit.rlim_max < files)
		limit.rlim_max = files;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(1, "cannot have %lu files open", files);
}
