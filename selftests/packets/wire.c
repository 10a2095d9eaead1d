// SPDX-License-Identifier: GPL-2.0
/*
 * Segments as packets: the headers of IP and TCP, and their checksums.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

#include "packet.h"

#define SERVER	1		/* the last part of its address */
#define PEER	2

static __u32 address4(unsigned int host)
{
	return htonl(0xc6336400 + host);	/* 198.51.100.0/24 */
}

static struct in6_addr address6(unsigned int host)
{
	struct in6_addr address = { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0, 1 } };

	address.s6_addr[14] = host >> 8;
	address.s6_addr[15] = host;
	return address;
}

static __u32 add_up(const void *data, size_t len, __u32 sum)
{
	const __u8 *byte = data;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += byte[i] << 8 | byte[i + 1];
	if (len & 1)
		sum += byte[len - 1] << 8;
	return sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum of the addresses, the protocol and the length of TCP. */
static __u32 pseudo_header(const struct packet *pkt, size_t len)
{
	__u32 sum = IPPROTO_TCP + len;

	if (pkt->ip[0] >> 4 == 4)
		return add_up(pkt->ip + 12, 8, sum);
	return add_up(pkt->ip + 8, 32, sum);
}

static __u16 tcp_checksum(const struct packet *pkt)
{
	size_t len = pkt->len - pkt->tcp;

	return ~fold(add_up(pkt->ip + pkt->tcp, len, pseudo_header(pkt, len)));
}

static void build_ip4(struct packet *pkt, unsigned int host)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons(pkt->len), .frag_off = htons(IP_DF),
		.saddr = address4(host), .daddr = address4(SERVER),
	};

	ip.check = htons((__u16)~fold(add_up(&ip, sizeof(ip), 0)));
	memcpy(pkt->ip, &ip, sizeof(ip));
}

static void build_ip6(struct packet *pkt, unsigned int host)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6 << 28), .ip6_nxt = IPPROTO_TCP,
		.ip6_plen = htons(pkt->len - sizeof(ip)), .ip6_hlim = 64,
		.ip6_src = address6(host), .ip6_dst = address6(SERVER),
	};

	memcpy(pkt->ip, &ip, sizeof(ip));
}

/* A burst is checked by nobody, as when a network card has put it together. */
static void build_burst(struct packet *pkt, const struct segment *seg)
{
	struct tcphdr *tcp = (struct tcphdr *)(pkt->ip + pkt->tcp);

	pkt->tun = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = settings.family == AF_INET ?
			VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = pkt->tcp + 4 * tcp->doff,
		.gso_size = seg->burst,
		.csum_start = pkt->tcp,
		.csum_offset = offsetof(struct tcphdr, check),
	};
	tcp->check = htons(fold(pseudo_header(pkt, pkt->len - pkt->tcp)));
}

void wire_build(const struct segment *seg, struct packet *pkt)
{
	bool v4 = settings.family == AF_INET;
	size_t options = (seg->options_len + 3) & ~3;
	unsigned int host = seg->host ? seg->host : PEER;
	struct tcphdr tcp = {
		.th_sport = htons(seg->port), .th_dport = htons(settings.port),
		.th_seq = htonl(seg->seq), .th_ack = htonl(seg->ack),
		.th_off = (sizeof(tcp) + options) / 4, .th_flags = seg->flags,
		.th_win = htons(seg->window), .th_urp = htons(seg->urgent),
	};
	__u8 *next;

	memset(&pkt->tun, 0, sizeof(pkt->tun));
	pkt->tcp = v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);
	next = pkt->ip + pkt->tcp + sizeof(tcp);
	memset(next, TCPOPT_EOL, options);
	if (seg->options_len)
		memcpy(next, seg->options, seg->options_len);
	next += options;
	if (seg->len)
		memcpy(next, seg->data, seg->len);
	pkt->len = next + seg->len - pkt->ip;
	memcpy(pkt->ip + pkt->tcp, &tcp, sizeof(tcp));

	if (v4)
		build_ip4(pkt, host);
	else
		build_ip6(pkt, host);
	if (seg->edit)
		seg->edit(pkt);
	if (seg->burst) {
		build_burst(pkt, seg);
	} else {
		tcp.check = htons(tcp_checksum(pkt));
		memcpy(pkt->ip + pkt->tcp + offsetof(struct tcphdr, check),
		       &tcp.check, sizeof(tcp.check));
	}
	if (seg->damage)
		seg->damage(pkt);
}

static bool is_for_us(const struct packet *pkt)
{
	struct in6_addr server = address6(SERVER);
	__u32 server4 = address4(SERVER);

	if (settings.family == AF_INET)
		return pkt->len >= 40 && pkt->ip[0] == 0x45 &&
		       pkt->ip[9] == IPPROTO_TCP &&
		       !memcmp(pkt->ip + 12, &server4, 4);
	return pkt->len >= 60 && pkt->ip[0] >> 4 == 6 &&
	       pkt->ip[6] == IPPROTO_TCP &&
	       !memcmp(pkt->ip + 8, &server, 16);
}

/* Returns false for what is not TCP of the server. Data stays in the packet. */
bool wire_parse(const struct packet *received, struct segment *seg)
{
	static struct packet copy;
	struct packet *pkt = &copy;
	struct tcphdr tcp;

	if (!is_for_us(received))
		return false;
	*pkt = *received;
	pkt->tcp = settings.family == AF_INET ? 20 : 40;
	memcpy(&tcp, pkt->ip + pkt->tcp, sizeof(tcp));
	if (ntohs(tcp.th_sport) != settings.port)
		return false;
	if (tcp_checksum(pkt))
		die("the server sent a wrong checksum");
	*seg = (struct segment) {
		.port = ntohs(tcp.th_dport),
		.seq = ntohl(tcp.th_seq), .ack = ntohl(tcp.th_ack),
		.flags = tcp.th_flags,
		.window = ntohs(tcp.th_win), .urgent = ntohs(tcp.th_urp),
		.options = pkt->ip + pkt->tcp + sizeof(tcp),
		.options_len = 4 * tcp.th_off - sizeof(tcp),
		.data = pkt->ip + pkt->tcp + 4 * tcp.th_off,
		.len = pkt->len - pkt->tcp - 4 * tcp.th_off,
	};
	return true;
}
