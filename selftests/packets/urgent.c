// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data, which is data like any other, wherever it is.
 */
#include "scenarios.h"

static void send_urgent(struct peer *p, size_t from, size_t len, __u16 pointer)
{
	struct segment seg = bytes(p, from, len);

	seg.flags |= TH_URG;
	seg.urgent = pointer;
	if (from + len > p->sent)
		p->sent = from + len;
	send_segment(p, &seg);
}

/* The pointer is to the byte after the urgent one. */
void urgent(struct peer *p)
{
	static const __u16 pointers[] = { 50, 100, 1, 0, 2, 99, 100 };
	size_t i;

	shake_hands(p);
	for (i = 0; i < sizeof(pointers) / sizeof(*pointers); i++) {
		send_urgent(p, p->sent, 100, pointers[i]);
		expect_echo(p, p->sent);
	}
	for (i = 0; i < 10; i++)
		send_urgent(p, p->sent, 1, 1);
	send_next(p, 100);
	expect_echo(p, p->sent);
	end(p);
}

/* The urgent byte comes later, or another one before it. */
void urgent_beyond(struct peer *p)
{
	shake_hands(p);
	send_urgent(p, 0, 100, 150);
	expect_echo(p, 100);
	send_next(p, 100);
	expect_echo(p, 200);

	send_urgent(p, 200, 100, 500);
	send_urgent(p, 300, 100, 50);
	send_next(p, 100);
	send_next(p, 200);
	expect_echo(p, 700);

	send_urgent(p, 700, 100, 65535);
	send_next(p, 100);
	expect_echo(p, 900);
	end(p);
}

/* The urgent byte is behind a gap, is there twice, and comes without data. */
void urgent_out_of_order(struct peer *p)
{
	struct segment seg;

	shake_hands(p);
	send_urgent(p, 100, 100, 50);
	send_urgent(p, 200, 100, 100);
	drain(p);
	send_urgent(p, 0, 100, 100);
	expect_echo(p, 300);
	send_urgent(p, 0, 300, 150);
	drain(p);

	seg = plain(p, TH_ACK | TH_URG);
	seg.urgent = 10;
	send_segment(p, &seg);
	send_urgent(p, 200, 300, 150);
	expect_echo(p, 500);
	end(p);
}

/* The first and the last segment of a connection. */
void urgent_at_both_ends(struct peer *p)
{
	struct segment seg;

	send_syn(p);
	expect_syn_ack(p);
	send_urgent(p, 0, 10, 1);
	expect_echo(p, 10);
	seg = bytes(p, 10, 10);
	seg.flags |= TH_URG | TH_FIN;
	seg.urgent = 10;
	p->sent = 20;
	p->fin_sent = true;
	send_segment(p, &seg);
	expect_echo(p, 20);
	expect_fin(p);
	expect_gone(p);
}
