// SPDX-License-Identifier: GPL-2.0
/*
 * The tun device.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "packet.h"

static int tun = -1;

static void control(int fd, unsigned long request, struct ifreq *ifr)
{
	if (ioctl(fd, request, ifr) < 0)
		die("%s: ioctl %#lx: %s", ifr->ifr_name, request,
		    strerror(errno));
}

/*
 * The device has got its carrier just now. The kernel gives it a queue for
 * packets in a work item that holds the lock of all devices, after it has
 * said that the device runs; setting flags waits for that lock.
 */
static void wait_running(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long end = now_ms() + PATIENCE_MS;
	struct ifreq ifr = { };

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	while (control(fd, SIOCGIFFLAGS, &ifr),
	       !(ifr.ifr_flags & IFF_RUNNING)) {
		if (now_ms() > end)
			die("%s does not come up", name);
		usleep(1000);
	}
	control(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
}

/* Becomes the far end of a device that exists and has its addresses. */
void tun_open(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };

	tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (tun < 0)
		die("/dev/net/tun: %s", strerror(errno));
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	control(tun, TUNSETIFF, &ifr);
	wait_running(name);
}

void tun_send(const struct packet *pkt)
{
	struct iovec parts[] = {
		{ .iov_base = (void *)&pkt->tun, .iov_len = sizeof(pkt->tun) },
		{ .iov_base = (void *)pkt->ip, .iov_len = pkt->len },
	};
	ssize_t sent = writev(tun, parts, 2);

	if (sent < 0)
		die("writing to the tun device: %s", strerror(errno));
	if ((size_t)sent != sizeof(pkt->tun) + pkt->len)
		die("the tun device took %zd bytes", sent);
}

/* Returns false if nothing came. */
bool tun_receive(struct packet *pkt, long limit_ms)
{
	struct iovec parts[] = {
		{ .iov_base = &pkt->tun, .iov_len = sizeof(pkt->tun) },
		{ .iov_base = pkt->ip, .iov_len = sizeof(pkt->ip) },
	};
	struct pollfd pfd = { .fd = tun, .events = POLLIN };
	ssize_t got;

	got = readv(tun, parts, 2);
	if (got < 0 && errno == EAGAIN) {
		if (poll(&pfd, 1, limit_ms) <= 0)
			return false;
		got = readv(tun, parts, 2);
	}
	if (got < (ssize_t)sizeof(pkt->tun))
		die("reading from the tun device: %s", strerror(errno));
	pkt->len = got - sizeof(pkt->tun);
	return true;
}
