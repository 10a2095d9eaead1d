// SPDX-License-Identifier: GPL-2.0
/*
 * Windows, ours and the server's, and the size of segments.
 */
#include "scenarios.h"

/* The window is closed before there is an answer, and then while it comes. */
void window_closed(struct peer *p)
{
	struct segment seg;
	int probes = 0;

	p->window = 0;
	shake_hands(p);
	send_next(p, 1000);
	expect_acked(p, 1000);
	/* Each probe is answered: the window is still closed. */
	while (probes < 3) {
		seg = expect_segment(p, "a probe of the window");
		if (seg.seq + 1 == p->expected)
			probes++;
	}
	expect_received(p, 0);

	/* It opens for all that waits, and is closed again by that. */
	p->window = 1000;
	send_ack(p);
	p->window = 0;
	expect_echo(p, 1000);

	/* Data of ours goes on meanwhile. */
	send_next(p, 1000);
	send_next(p, 1000);
	expect_acked(p, 3000);
	drain(p);
	expect_received(p, 1000);
	p->window = 1500;
	send_ack(p);
	p->window = 0;
	expect_received(p, 2500);
	drain(p);
	expect_received(p, 2500);
	p->window = 65535;
	send_ack(p);
	expect_echo(p, 3000);
	end(p);
}

void window_tiny(struct peer *p)
{
	p->window = 1;
	shake_hands(p);
	send_next(p, 60);
	while (p->received < 60) {
		expect_segment(p, "a piece of the echo");
		p->window = p->window % 10 + 1;
	}
	expect_echo(p, 60);
	p->window = 65535;
	end(p);
}

/*
 * The server reads nothing. Its window closes, and what comes beyond it is
 * dropped and answered.
 */
void window_of_server(struct peer *p)
{
	size_t taken;
	int i;

	shake_hands(p);
	send_text(p, "hold\n");
	expect_acked(p, 5);
	fill_window(p);
	taken = p->sent;

	for (i = 0; i < 5; i++) {
		send_bytes(p, taken + 1000 * i, 1000);
		expect_answer(p, "data beyond the window");
	}
	if (p->acked != at(p, taken) || p->room)
		die("the server took data beyond its window");

	/* Probes: one byte, and none with an old number. */
	send_bytes(p, taken, 1);
	expect_answer(p, "a probe of one byte");
	send_flags_at(p, TH_ACK, at(p, taken) - 1);
	expect_answer(p, "a probe without a byte");
	if (p->acked != at(p, taken) || p->room)
		die("the server took a probe for data");

	p->sent = taken;
	send_flags(p, TH_RST | TH_ACK);
	expect_gone(p);
}

static void few_bytes_in_segment(struct peer *p, size_t most)
{
	struct segment seg;

	shake_hands(p);
	send_next(p, 4000);
	while (p->received < 4000) {
		seg = expect_segment(p, "a piece of the echo");
		if (seg.len > most)
			die("a segment has %zu bytes, more than %zu", seg.len,
			    most);
	}
	expect_echo(p, 4000);
	end(p);
}

void small_mss(struct peer *p)
{
	p->syn_options.len = 0;
	add_option16(&p->syn_options, TCPOPT_MAXSEG, 88);
	few_bytes_in_segment(p, 88);
}

/* RFC 9293: without the option it is 536, and 1220 by IPv6. */
void no_mss(struct peer *p)
{
	p->syn_options.len = 0;
	few_bytes_in_segment(p, settings.family == AF_INET ? 536 : 1220);
}
