// SPDX-License-Identifier: GPL-2.0
/*
 * What the segments of a connection looked like, from a packet socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* Long enough for the headers; the lengths are in them. */
#define SNAP_LEN	192

int capture_open(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK,
			htons(ETH_P_ALL));

	if (fd < 0)
		die("packet socket: %s", strerror(errno));
	return fd;
}

static in_port_t port_of(const struct sockaddr_storage *addr)
{
	/* sin_port and sin6_port are at the same place. */
	return ((const struct sockaddr_in *)addr)->sin_port;
}

/* Finds the TCP header; returns NULL if this is not TCP as we use it. */
static const struct tcphdr *find_tcp(const void *packet, size_t len,
				     in_port_t protocol, size_t *tcp_len)
{
	const struct ip6_hdr *v6 = packet;
	const struct iphdr *v4 = packet;
	size_t header;

	if (protocol == ETH_P_IP && len >= sizeof(*v4) &&
	    v4->protocol == IPPROTO_TCP) {
		header = v4->ihl * 4;
		*tcp_len = ntohs(v4->tot_len) - header;
	} else if (protocol == ETH_P_IPV6 && len >= sizeof(*v6) &&
		   v6->ip6_nxt == IPPROTO_TCP) {
		header = sizeof(*v6);
		*tcp_len = ntohs(v6->ip6_plen);
	} else {
		return NULL;
	}
	if (len < header + sizeof(struct tcphdr))
		return NULL;
	return (const struct tcphdr *)((const char *)packet + header);
}

/*
 * Takes the next captured segment of the connection. Returns false when there
 * is none yet. On the loopback device, which shows each segment twice, it is
 * taken when it leaves.
 */
bool capture_next(int capture, int fd, struct segment *seg)
{
	struct sockaddr_storage local;
	socklen_t len = sizeof(local);
	unsigned long packet[SNAP_LEN / sizeof(long)];
	const struct tcphdr *tcp;
	struct sockaddr_ll from;
	size_t tcp_len;
	ssize_t got;

	if (getsockname(fd, (struct sockaddr *)&local, &len) < 0)
		die("getsockname: %s", strerror(errno));

	for (;;) {
		len = sizeof(from);
		got = recvfrom(capture, packet, sizeof(packet), 0,
			       (struct sockaddr *)&from, &len);
		if (got < 0)
			return false;
		tcp = find_tcp(packet, got, ntohs(from.sll_protocol), &tcp_len);
		if (!tcp || tcp_len < tcp->doff * 4U)
			continue;
		seg->outgoing = tcp->source == port_of(&local);
		if (!seg->outgoing && tcp->dest != port_of(&local))
			continue;
		if (seg->outgoing && from.sll_pkttype != PACKET_OUTGOING)
			continue;
		seg->syn = tcp->syn;
		seg->rst = tcp->rst;
		seg->payload = tcp_len - tcp->doff * 4;
		return true;
	}
}

/* Has the server sent a reset so far? */
bool capture_saw_reset(int capture, int fd)
{
	struct segment seg;

	while (capture_next(capture, fd, &seg)) {
		if (!seg.outgoing && seg.rst)
			return true;
	}
	return false;
}
