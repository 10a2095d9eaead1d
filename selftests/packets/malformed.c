// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that are not what their headers say.
 */
#include <netinet/ip.h>
#include <string.h>

#include "scenarios.h"

static void spoil_checksum(struct packet *pkt)
{
	pkt->ip[pkt->tcp + 16] ^= 0x55;
}

/* IPv6 has no checksum of its own; there, the addresses are wrong. */
static void spoil_ip(struct packet *pkt)
{
	if (settings.family == AF_INET)
		pkt->ip[10] ^= 0x55;
	else
		pkt->ip[20] ^= 0x55;
}

static void spoil_data(struct packet *pkt)
{
	pkt->ip[pkt->len - 1] ^= 0x55;
}

static void shorten_header(struct packet *pkt)
{
	pkt->ip[pkt->tcp + 12] = 4 << 4;
}

static void no_header(struct packet *pkt)
{
	pkt->ip[pkt->tcp + 12] = 0;
}

/* The header is longer than the 10 bytes of data. */
static void lengthen_header(struct packet *pkt)
{
	pkt->ip[pkt->tcp + 12] = 15 << 4;
}

/* The end of the packet is missing. */
static void cut_data(struct packet *pkt)
{
	pkt->len -= 5;
}

static void cut_header(struct packet *pkt)
{
	pkt->len = pkt->tcp + 12;
}

static void cut_all(struct packet *pkt)
{
	pkt->len = pkt->tcp;
}

/* None of them is answered, and the good copy is taken. */
void damages(struct peer *p)
{
	static void (*const ways[])(struct packet *pkt) = {
		spoil_checksum, spoil_ip, spoil_data, cut_data, cut_header,
		cut_all,
	};
	static void (*const edits[])(struct packet *pkt) = {
		shorten_header, no_header, lengthen_header,
	};
	struct segment seg;
	size_t i;

	shake_hands(p);
	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		seg = bytes(p, p->sent, 10);
		seg.damage = ways[i];
		send_segment(p, &seg);
	}
	for (i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		seg = bytes(p, p->sent, 10);
		seg.edit = edits[i];
		send_segment(p, &seg);
	}
	expect_nothing(p, "damaged packets");
	send_next(p, 10);
	expect_echo(p, 10);
	end(p);
}

/* The same to a listener, and then with its SYN/ACK under way. */
void damages_to_handshake(struct peer *p)
{
	struct segment seg = plain(p, TH_SYN);

	seg.seq = p->isn;
	seg.damage = spoil_checksum;
	send_segment(p, &seg);
	seg.damage = cut_header;
	send_segment(p, &seg);
	seg.damage = NULL;
	seg.edit = shorten_header;
	send_segment(p, &seg);
	expect_nothing(p, "damaged SYNs");

	send_syn(p);
	expect_syn_ack(p);
	seg = plain(p, TH_ACK);
	seg.damage = spoil_checksum;
	send_segment(p, &seg);
	seg = plain(p, TH_RST);
	seg.damage = spoil_checksum;
	send_segment(p, &seg);
	expect_nothing(p, "damaged ACKs");
	send_next(p, 100);
	expect_echo(p, 100);

	seg = plain(p, TH_RST);
	seg.damage = spoil_checksum;
	send_segment(p, &seg);
	expect_nothing(p, "a damaged reset");
	send_next(p, 100);
	expect_echo(p, 200);
	end(p);
}

/* Some kernels ignore them from where they make no sense, some the segment. */
static const struct options nonsense[] = {
	{ .bytes = { TCPOPT_TIMESTAMP, 0, 1, 2 }, .len = 4 },
	{ .bytes = { TCPOPT_TIMESTAMP, 1, 1, 2 }, .len = 4 },
	{ .bytes = { TCPOPT_TIMESTAMP, 10, 1, 2 }, .len = 4 },
	{ .bytes = { TCPOPT_NOP, TCPOPT_NOP, TCPOPT_NOP, TCPOPT_MAXSEG },
	  .len = 4 },
	{ .bytes = { TCPOPT_MAXSEG, 3, 1, TCPOPT_NOP }, .len = 4 },
	{ .bytes = { TCPOPT_SACK, 3, 1, TCPOPT_NOP }, .len = 4 },
	{ .bytes = { 254, 40, }, .len = 40 },
	{ .bytes = { TCPOPT_EOL, 7, 7, 7, 7, 7, 7, 7 }, .len = 8 },
	{ .bytes = { [0 ... 39] = TCPOPT_NOP }, .len = 40 },
	{ .bytes = { [0 ... 39] = 0xff }, .len = 40 },
};

#define KINDS	(sizeof(nonsense) / sizeof(*nonsense))

void bad_options(struct peer *p)
{
	struct segment seg;
	size_t i;

	shake_hands(p);
	for (i = 0; i < KINDS; i++) {
		seg = bytes(p, p->sent, 100);
		seg.options = nonsense[i].bytes;
		seg.options_len = nonsense[i].len;
		p->sent += 100;
		send_segment(p, &seg);
		send_bytes(p, p->sent - 100, 100);
		expect_echo(p, p->sent);
	}
	end(p);
}

void bad_options_of_syn(struct peer *p)
{
	struct options good = p->syn_options;
	size_t i;

	for (i = 0; i < KINDS; i++) {
		p->syn_options = nonsense[i];
		send_syn(p);
		p->syn_options = good;
		shake_hands(p);
		send_next(p, 100);
		expect_echo(p, 100);
		end(p);
		p = new_peer();
	}
}
