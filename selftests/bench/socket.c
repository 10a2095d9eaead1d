// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets of the load generator. It chooses the ports itself, by the number of
 * the connection, so that connections have the same ports in each run.
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "load.h"

#define PORT_MIN	1024
#define PORT_COUNT	(65536 - PORT_MIN)

/* How many ports of a source could not be used. */
static unsigned int skipped[SOURCES_MAX];

static void set_option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0)
		die("socket option %d: %s", name, strerror(errno));
}

/* Has EPOLLERR tell when the last byte of each write is acknowledged. */
static void report_acknowledgments(int fd)
{
	set_option(fd, SOL_SOCKET, SO_TIMESTAMPING,
		   SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE |
		   SOF_TIMESTAMPING_OPT_TSONLY);
}

static int new_socket(void)
{
	int fd = socket(options.addr.any.sa_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (options.protocol->acknowledged && !options.once)
		report_acknowledgments(fd);
	return fd;
}

/* Returns whether that port can be used now. */
static bool try_port(int fd, struct address *source, unsigned int port)
{
	address_set_port(source, port);
	if (bind(fd, &source->any, source->len) < 0) {
		if (errno == EADDRINUSE || errno == EACCES)
			return false;
		fail("bind: %s", strerror(errno));
	}
	if (!connect(fd, &options.addr.any, options.addr.len) ||
	    errno == EINPROGRESS)
		return true;
	if (errno == EADDRNOTAVAIL)
		return false;
	fail("connect: %s", strerror(errno));
}

/* Begins to connect. Connections are numbered, and sources have their turns. */
int open_socket(unsigned long number)
{
	unsigned int source = number % options.source_count, tries, port;
	int fd;

	number /= options.source_count;
	for (tries = 0; tries < PORT_COUNT; tries++) {
		port = (options.first_port - PORT_MIN + number +
			skipped[source]) % PORT_COUNT + PORT_MIN;
		/* A socket that was bound once cannot be bound again. */
		fd = new_socket();
		if (try_port(fd, &options.sources[source], port))
			return fd;
		close(fd);
		skipped[source]++;
	}
	fail("no port is free: more source addresses (-b) are needed");
}

/* How many bytes the peer has not acknowledged. */
void count_unacknowledged(int fd, unsigned long *bytes)
{
	int value;

	if (ioctl(fd, SIOCOUTQ, &value) < 0)
		die("SIOCOUTQ: %s", strerror(errno));
	*bytes = value;
}

/* What it says is not looked at: SIOCOUTQ knows better. */
void drain_error_queue(int fd)
{
	char control[256];
	struct msghdr msg = { .msg_control = control };
	ssize_t got;

	do {
		msg.msg_controllen = sizeof(control);
		got = recvmsg(fd, &msg, MSG_ERRQUEUE);
	} while (got >= 0);
	if (errno != EAGAIN)
		fail("error queue: %s", strerror(errno));
}
