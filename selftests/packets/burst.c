// SPDX-License-Identifier: GPL-2.0
/*
 * Bursts: packets of up to 64 KiB, as a network card or GRO puts them
 * together, with their data in pages.
 */
#include "scenarios.h"

#define MSS	1400

static void send_burst(struct peer *p, size_t from, size_t len, __u16 mss)
{
	struct segment seg = bytes(p, from, len);

	if (len > p->room)
		die("the server's window has no room for a burst of %zu", len);
	seg.burst = mss;
	if (from + len > p->sent)
		p->sent = from + len;
	send_segment(p, &seg);
}

/* With the option, the server's window can be larger than 64 KiB. */
static void shake_hands_scaled(struct peer *p)
{
	static const __u8 shift;

	add_option(&p->syn_options, TCPOPT_WINDOW, &shift, 1);
	shake_hands(p);
	/* The window of the SYN/ACK is not scaled; the next one is. */
	send_next(p, 1);
	expect_echo(p, 1);
}

/* They become longer as the server's window does. */
void bursts(struct peer *p)
{
	size_t len = 30000;
	int i;

	shake_hands_scaled(p);
	for (i = 0; i < 8; i++) {
		send_burst(p, p->sent, len, MSS);
		expect_echo(p, p->sent);
		expect_acked(p, p->sent);
		len = p->room < MOST_DATA ? p->room : MOST_DATA;
	}
	if (len < 60000)
		die("the server's window did not grow beyond %zu", len);
	end(p);
}

/* One after the other, with no time for an answer. */
void bursts_in_a_row(struct peer *p)
{
	int i;

	shake_hands_scaled(p);
	for (i = 0; i < 4; i++)
		send_burst(p, p->sent, 15000, MSS);
	expect_echo(p, p->sent);
	for (i = 3; i >= 0; i--)
		send_burst(p, 60001 + 15000 * i, 15000, MSS);
	expect_echo(p, p->sent);
	end(p);
}

void bursts_overlap(struct peer *p)
{
	shake_hands_scaled(p);
	send_burst(p, 1, 20000, MSS);
	send_burst(p, 10001, 20000, MSS);
	expect_echo(p, 30001);
	send_burst(p, 0, 40000, MSS);
	expect_echo(p, 40000);

	/* Behind a gap. */
	send_burst(p, 50000, 20000, MSS);
	send_burst(p, 45000, 10000, MSS);
	send_burst(p, 60000, 20000, MSS);
	send_burst(p, 42000, 20000, MSS);
	send_burst(p, 41000, 30000, MSS);
	drain(p);
	expect_received(p, 40000);
	send_burst(p, 35000, 20000, MSS);
	expect_echo(p, 80000);
	end(p);
}

/* Nearly a thousand segments in one. */
void burst_of_small(struct peer *p)
{
	shake_hands_scaled(p);
	send_burst(p, 1, 30000, 48);
	expect_echo(p, 30001);
	end(p);
}

void burst_with_fin(struct peer *p)
{
	struct segment seg;

	shake_hands_scaled(p);
	seg = bytes(p, 1, 30000);
	seg.burst = MSS;
	seg.flags |= TH_FIN;
	p->sent = 30001;
	p->fin_sent = true;
	send_segment(p, &seg);
	expect_echo(p, 30001);
	expect_fin(p);
	expect_gone(p);
}

/* In the segment that ends the handshake. */
void burst_in_last_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_burst(p, 0, 40000, MSS);
	expect_echo(p, 40000);
	end(p);
}

/* The answer waits for a window that opens bit by bit. */
void burst_into_small_window(struct peer *p)
{
	p->window = 3000;
	shake_hands(p);
	send_burst(p, 0, 60000, MSS);
	expect_echo(p, 60000);
	end(p);
}
