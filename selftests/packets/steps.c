// SPDX-License-Identifier: GPL-2.0
/*
 * What a peer does, in steps.
 */
#include <string.h>

#include "packet.h"

/* A segment without data where TCP would send it. */
void send_flags(struct peer *p, __u8 flags)
{
	struct segment seg = plain(p, flags);

	send_segment(p, &seg);
}

void send_flags_at(struct peer *p, __u8 flags, __u32 seq)
{
	struct segment seg = plain(p, flags);

	seg.seq = seq;
	send_segment(p, &seg);
}

void send_ack(struct peer *p)
{
	send_flags(p, TH_ACK);
}

/* Bytes of the stream, in one segment, in whatever order. */
void send_bytes(struct peer *p, size_t from, size_t len)
{
	struct segment seg = bytes(p, from, len);

	if (from + len > p->sent)
		p->sent = from + len;
	send_segment(p, &seg);
}

void send_next(struct peer *p, size_t len)
{
	send_bytes(p, p->sent, len);
}

/* Sends until the server, which does not read, has closed its window. */
void fill_window(struct peer *p)
{
	size_t len, left;

	while (p->room) {
		for (left = p->room; left; left -= len) {
			len = left < 1400 ? left : 1400;
			send_next(p, len);
		}
		expect_acked(p, p->sent);
	}
}

/* In place of bytes of the stream, for a server that reads text. */
void send_text(struct peer *p, const char *text)
{
	struct segment seg = plain(p, TH_ACK | TH_PUSH);

	seg.data = text;
	seg.len = strlen(text);
	p->sent += seg.len;
	send_segment(p, &seg);
}

void send_fin(struct peer *p)
{
	struct segment seg = plain(p, TH_FIN | TH_ACK);

	p->fin_sent = true;
	send_segment(p, &seg);
}

void send_syn(struct peer *p)
{
	struct segment seg = plain(p, TH_SYN);

	seg.seq = p->isn;
	seg.options = p->syn_options.bytes;
	seg.options_len = p->syn_options.len;
	send_segment(p, &seg);
}

void shake_hands(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_ack(p);
}

/* The end in order of a connection to an echo server that has not closed. */
void end(struct peer *p)
{
	send_fin(p);
	expect_echo(p, p->sent);
	expect_fin(p);
	expect_gone(p);
}
