// SPDX-License-Identifier: GPL-2.0
/*
 * The deadline, and non-blocking sockets that wait for it.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static struct timespec deadline;

/* A kernel that checks itself is several times slower, as lib.sh has it. */
static unsigned int patience(void)
{
	return access("/proc/lockdep", F_OK) ? 1 : 6;
}

void set_deadline(unsigned int seconds)
{
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += (time_t)seconds * patience();
}

/* Milliseconds until the deadline, 0 when it has passed. */
int remaining_ms(void)
{
	struct timespec now;
	long long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (deadline.tv_sec - now.tv_sec) * 1000LL +
	     (deadline.tv_nsec - now.tv_nsec) / 1000000;
	return ms > 0 ? ms : 0;
}

/*
 * Waits for events on a socket, until the deadline or for limit_ms at most
 * (none if negative). An error or a hang-up is an event too. Returns false
 * when the time is over.
 */
bool wait_for(int fd, short events, int limit_ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int left, ready;

	do {
		left = remaining_ms();
		if (limit_ms >= 0 && limit_ms < left)
			left = limit_ms;
		ready = poll(&pfd, 1, left);
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

int new_socket(const struct options *opts)
{
	int fd = socket(opts->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	if (opts->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
				       opts->device, strlen(opts->device)) < 0)
		die("device %s: %s", opts->device, strerror(errno));
	return fd;
}

/* Returns 0 or a negative errno, and leaves the socket to the caller. */
int try_connect(int fd, const struct options *opts)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (!connect(fd, (const struct sockaddr *)&opts->addr, opts->addr_len))
		return 0;
	if (errno != EINPROGRESS)
		return -errno;
	if (!wait_for(fd, POLLOUT, -1))
		return -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		return -errno;
	return -err;
}

int connect_to(const struct options *opts)
{
	int fd = new_socket(opts);
	int err = try_connect(fd, opts);

	if (err)
		die("connect: %s", strerror(-err));
	return fd;
}

/* Whatever is written leaves at once. */
int connect_nodelay(const struct options *opts)
{
	int fd = connect_to(opts);

	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
	return fd;
}

/* Sends everything. Returns 0 or a negative errno. */
int try_send(int fd, const void *buf, size_t len)
{
	const char *next = buf;
	ssize_t sent;

	while (len) {
		sent = send(fd, next, len, MSG_NOSIGNAL);
		if (sent >= 0) {
			next += sent;
			len -= sent;
		} else if (errno != EAGAIN) {
			return -errno;
		} else if (!wait_for(fd, POLLOUT, -1)) {
			return -ETIMEDOUT;
		}
	}
	return 0;
}

void send_all(int fd, const void *buf, size_t len)
{
	int err = try_send(fd, buf, len);

	if (err)
		die("send: %s", strerror(-err));
}

/* Waits for bytes. Returns how many came, 0 at the end, a negative errno. */
ssize_t try_read(int fd, void *buf, size_t len)
{
	ssize_t got;

	for (;;) {
		got = recv(fd, buf, len, 0);
		if (got >= 0)
			return got;
		if (errno != EAGAIN)
			return -errno;
		if (!wait_for(fd, POLLIN, -1))
			return -ETIMEDOUT;
	}
}

void expect_eof(int fd)
{
	ssize_t got;
	char byte;

	got = try_read(fd, &byte, 1);
	if (got < 0)
		die("waiting for the server's FIN: %s", strerror(-got));
	if (got)
		die("more bytes than expected before the server's FIN");
}

void set_option(int fd, int level, int name, int value, const char *what)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0)
		die("%s: %s", what, strerror(errno));
}

/* Makes close() send RST at once. */
void reset_on_close(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0)
		die("SO_LINGER: %s", strerror(errno));
}

/* Are there bytes that the peer's TCP has not acknowledged yet? */
bool unacknowledged(int fd)
{
	int queued;

	if (ioctl(fd, SIOCOUTQ, &queued) < 0)
		die("SIOCOUTQ: %s", strerror(errno));
	return queued > 0;
}

/* There is no event for it, so look again every millisecond. */
void wait_acknowledged(int fd)
{
	while (unacknowledged(fd)) {
		if (!remaining_ms())
			die("the server's TCP did not acknowledge in time");
		poll(NULL, 0, 1);
	}
}
