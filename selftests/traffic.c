// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of every kind, again and again, whatever happens to the server
 * and the network; and what has become of them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

#define SHORT_ECHO	100

/* Between any two connections or requests: more would only load the CPU. */
#define PAUSE_MS	10

/* A connection that is not over after so many seconds hangs. */
#define PATIENCE	60

/* With -u, the network may lose everything for so long. */
#define SILENCE_MS	3000
#define SILENT_SYNS	2

/*
 * What a connection does: requests until SIGTERM; much at once, and FIN; one
 * request, and RST; the last two end with RST without waiting for anything.
 */
enum kind { KEPT, BULK, ONCE, UNREAD, MUTE, KINDS };

enum fate { ANSWERED, ABANDONED, REFUSED, RESET, LOST, CUT, WRONG, HUNG, FATES };

static const char *const fate_names[FATES] = {
	[ANSWERED]	= "answered",	/* all that it asked for */
	[ABANDONED]	= "abandoned",	/* by us, without waiting */
	[REFUSED]	= "refused",
	[RESET]		= "reset",
	[LOST]		= "lost",	/* TCP has given up */
	[CUT]		= "cut",	/* FIN with bytes missing */
	[WRONG]		= "wrong",	/* bytes */
	[HUNG]		= "hung",
};

static int keep(struct exchange *x)
{
	int err;

	do {
		set_deadline(PATIENCE);
		x->total += SHORT_ECHO;
		err = try_exchange(x);
		poll(NULL, 0, PAUSE_MS);
	} while (!err && !stopped());
	return err;
}

/* All comes back, and then the server's FIN. */
static int finish(struct exchange *x)
{
	int err = try_exchange(x);
	ssize_t got;
	char byte;

	if (err)
		return err;
	if (shutdown(x->fd, SHUT_WR) < 0)
		return -errno;
	got = try_read(x->fd, &byte, 1);
	return got > 0 ? -EBADMSG : got;
}

static int send_only(struct exchange *x)
{
	ssize_t sent;

	do
		sent = exchange_send(x);
	while (sent > 0 && x->sent < x->total);
	return sent < 0 && sent != -EAGAIN ? sent : 0;
}

/* Returns 0 or a negative errno. */
static int talk(int fd, const struct options *opts, enum kind kind,
		unsigned long seed)
{
	struct exchange x = { .fd = fd, .seed = seed, .total = opts->bytes };

	if (kind == BULK)
		return finish(&x);
	reset_on_close(fd);
	switch (kind) {
	case KEPT:
		x.total = 0;
		return keep(&x);
	case ONCE:
		x.total = SHORT_ECHO;
		return try_exchange(&x);
	case UNREAD:
		return send_only(&x);
	default:
		return 0;
	}
}

static enum fate fate_of(int err, bool connected, enum kind kind)
{
	switch (-err) {
	case 0:
		return kind < UNREAD ? ANSWERED : ABANDONED;
	case ECONNREFUSED:
	case ENETUNREACH:
	case EADDRNOTAVAIL:
		return REFUSED;
	case ECONNRESET:
	case EPIPE:
	case ENOTCONN:
		return connected ? RESET : REFUSED;
	case EHOSTUNREACH:
		return LOST;
	case ETIMEDOUT:
		return remaining_ms() ? LOST : HUNG;
	case ECONNABORTED:
		return CUT;
	case EBADMSG:
		return WRONG;
	default:
		die("a connection ended with %s", strerror(-err));
	}
}

static enum fate visit(const struct options *opts, enum kind kind,
		       unsigned long seed)
{
	int fd = new_socket(opts);
	int err;

	set_deadline(PATIENCE);
	if (opts->until_eof) {
		set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, SILENCE_MS,
			   "TCP_USER_TIMEOUT");
		set_option(fd, IPPROTO_TCP, TCP_SYNCNT, SILENT_SYNS,
			   "TCP_SYNCNT");
	}
	err = try_connect(fd, opts);
	if (err) {
		close(fd);
		return fate_of(err, false, kind);
	}
	err = talk(fd, opts, kind, seed);
	close(fd);
	return fate_of(err, true, kind);
}

static void work(const struct options *opts, unsigned int index,
		 unsigned long *fates)
{
	unsigned long seed = index;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!stopped()) {
		fates[visit(opts, index % KINDS, seed)]++;
		poll(NULL, 0, PAUSE_MS);
		seed += opts->workers;
	}
}

/*
 * -c connections at a time, as many of each kind, until SIGTERM, which may come
 * when "begun" is printed. Then prints how many of them were answered, and so
 * on. It is a failure if any was cut, wrong or hung. With -u, they do not wait
 * long for a network that is gone.
 */
int cmd_traffic(const struct options *opts)
{
	unsigned int workers = opts->workers, failed = 0, i, j;
	unsigned long (*fates)[FATES], sum[FATES] = { 0 };
	pid_t pids[workers];
	int status;

	fates = mmap(NULL, workers * sizeof(*fates), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fates == MAP_FAILED)
		die("out of memory");
	block_stop();
	for (i = 0; i < workers; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			die("fork: %s", strerror(errno));
		if (!pids[i]) {
			work(opts, i, fates[i]);
			exit(0);
		}
	}
	puts("begun");
	fflush(stdout);
	wait_stop();
	for (i = 0; i < workers; i++)
		kill(pids[i], SIGTERM);
	for (i = 0; i < workers; i++) {
		if (wait(&status) < 0)
			die("wait: %s", strerror(errno));
		failed += status != 0;
	}
	for (j = 0; j < FATES; j++) {
		for (i = 0; i < workers; i++)
			sum[j] += fates[i][j];
		printf("%s: %lu\n", fate_names[j], sum[j]);
	}
	if (failed)
		die("%u of %u workers failed", failed, workers);
	return sum[CUT] || sum[WRONG] || sum[HUNG];
}
