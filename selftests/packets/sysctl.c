// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of the kernel that hold for one scenario.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packet.h"

#define MOST_SETTINGS	8

static struct {
	char	path[128];
	char	before[128];
} changed[MOST_SETTINGS];
static unsigned int count;
static char listen_path[128];

static int access_file(const char *path, int mode, char *text, size_t len)
{
	int fd = open(path, mode);
	ssize_t done = -1;

	if (fd >= 0) {
		done = mode == O_RDONLY ? read(fd, text, len) :
					  write(fd, text, len);
		close(fd);
	}
	return done;
}

/* Closes a handler's listeners and opens new ones. */
static void listen_anew(void)
{
	char addresses[256];
	ssize_t len;

	len = access_file(listen_path, O_RDONLY, addresses, sizeof(addresses));
	if (len < 0 || access_file(listen_path, O_WRONLY, "\n", 1) < 0 ||
	    access_file(listen_path, O_WRONLY, addresses, len) < 0)
		fprintf(stderr, "%s: %s\n", listen_path, strerror(errno));
}

static void restore(void)
{
	if (*listen_path)
		listen_anew();
	while (count) {
		count--;
		if (access_file(changed[count].path, O_WRONLY,
				changed[count].before,
				strlen(changed[count].before)) < 0)
			fprintf(stderr, "%s is not as it was: %s\n",
				changed[count].path, strerror(errno));
	}
}

static void restore_at_exit(void)
{
	static bool once;

	if (!once)
		atexit(restore);
	once = true;
}

/*
 * A listener that was flooded has a full queue, and takes the ACKs of cookies,
 * for minutes.
 */
void listen_anew_at_end(const char *handler)
{
	restore_at_exit();
	snprintf(listen_path, sizeof(listen_path),
		 "/proc/sys/net/syncsock/%s/listen", handler);
}

/* @name has slashes, such as net/ipv4/tcp_syncookies. */
void set_sysctl(const char *name, const char *value)
{
	char *path = changed[count].path;

	if (count == MOST_SETTINGS)
		die("too many settings");
	restore_at_exit();
	snprintf(path, sizeof(changed->path), "/proc/sys/%s", name);
	if (access_file(path, O_RDONLY, changed[count].before,
			sizeof(changed->before) - 1) < 0)
		die("%s: %s", path, strerror(errno));
	count++;
	if (access_file(path, O_WRONLY, (char *)value, strlen(value)) < 0)
		die("%s: %s", path, strerror(errno));
}
