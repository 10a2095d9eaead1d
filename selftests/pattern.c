// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that differ by position, and their echo.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/types.h>

#include "client.h"

#define BUF_SIZE	65536

/* Seeds are this far apart, so that two connections share no position. */
#define SEED_SHIFT	40

/* Cheap, and with no period that a lost or doubled segment could match. */
static unsigned char pattern_at(unsigned long position)
{
	unsigned long word = (position >> 3) * 0x9e3779b97f4a7c15UL;

	return (word >> 32) >> (8 * (position & 3)) ^ position;
}

void pattern_fill(void *buf, size_t len, unsigned long position)
{
	unsigned char *byte = buf;
	size_t i;

	for (i = 0; i < len; i++)
		byte[i] = pattern_at(position + i);
}

/* Returns how many bytes from the start are right. */
size_t pattern_match(const void *buf, size_t len, unsigned long position)
{
	const unsigned char *byte = buf;
	size_t i;

	for (i = 0; i < len; i++) {
		if (byte[i] != pattern_at(position + i))
			break;
	}
	return i;
}

static size_t smallest(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Writes once. Returns what was taken or a negative errno, such as -EAGAIN. */
ssize_t exchange_send(struct exchange *x)
{
	unsigned char buf[BUF_SIZE];
	size_t len = smallest(sizeof(buf), x->total - x->sent);
	ssize_t sent;

	if (x->write_size)
		len = smallest(len, x->write_size);
	pattern_fill(buf, len, (x->seed << SEED_SHIFT) + x->sent);
	sent = send(x->fd, buf, len, MSG_NOSIGNAL);
	if (sent < 0)
		return -errno;
	x->sent += sent;
	return sent;
}

/* Reads once and compares. Returns as recv(), or -EBADMSG, -ECONNABORTED. */
ssize_t exchange_read(struct exchange *x)
{
	unsigned char buf[BUF_SIZE];
	size_t len = sizeof(buf);
	ssize_t got;

	if (x->read_size)
		len = smallest(len, x->read_size);
	got = recv(x->fd, buf, len, 0);
	if (got < 0)
		return -errno;
	if (!got)
		return -ECONNABORTED;
	if (x->received + got > x->sent ||
	    pattern_match(buf, got,
			  (x->seed << SEED_SHIFT) + x->received) < (size_t)got)
		return -EBADMSG;
	x->received += got;
	return got;
}

/* Sends and reads until everything has come back. Returns a negative errno. */
int try_exchange(struct exchange *x)
{
	ssize_t done;
	short events;

	while (x->received < x->total) {
		events = POLLIN;
		if (x->sent < x->total)
			events |= POLLOUT;
		if (!wait_for(x->fd, events, -1))
			return -ETIMEDOUT;
		done = exchange_read(x);
		if (done < 0 && done != -EAGAIN)
			return done;
		if (x->sent == x->total)
			continue;
		done = exchange_send(x);
		if (done < 0 && done != -EAGAIN)
			return done;
	}
	return 0;
}

void run_exchange(struct exchange *x)
{
	int err = try_exchange(x);

	if (err == -EBADMSG)
		die("a wrong byte after %zu of %zu", x->received, x->total);
	if (err == -ECONNABORTED)
		die("FIN after %zu of %zu bytes", x->received, x->total);
	if (err)
		die("%s after %zu bytes out and %zu back of %zu",
		    strerror(-err), x->sent, x->received, x->total);
}
