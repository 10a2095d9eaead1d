// SPDX-License-Identifier: GPL-2.0
/*
 * How a peer's data ends.
 */
#include "scenarios.h"

static void send_bytes_and_fin(struct peer *p, size_t from, size_t len)
{
	struct segment seg = bytes(p, from, len);

	seg.flags |= TH_FIN;
	p->sent = from + len;
	p->fin_sent = true;
	send_segment(p, &seg);
}

static void expect_end(struct peer *p)
{
	expect_echo(p, p->sent);
	expect_fin(p);
	expect_gone(p);
}

void fin_in_last_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_fin(p);
	expect_end(p);
}

void fin_and_data_in_last_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_bytes_and_fin(p, 0, 700);
	expect_end(p);
}

void fin_with_data(struct peer *p)
{
	shake_hands(p);
	send_next(p, 500);
	send_bytes_and_fin(p, 500, 500);
	expect_end(p);
}

/* First FIN, then the last data, then the first. */
void fin_out_of_order(struct peer *p)
{
	shake_hands(p);
	p->sent = 1000;
	send_fin(p);
	drain(p);
	expect_received(p, 0);
	send_bytes(p, 500, 500);
	drain(p);
	expect_received(p, 0);
	send_bytes(p, 0, 500);
	expect_end(p);
}

/* 500 bytes each way and both ends, of which the server's is not acknowledged. */
static void exchange_and_end(struct peer *p)
{
	shake_hands(p);
	p->mute = true;
	send_next(p, 500);
	send_fin(p);
	expect_echo(p, 500);
	expect_fin(p);
}

/* FIN is a second time in a segment that has all data, and a third time. */
void fin_twice(struct peer *p)
{
	struct segment seg;

	exchange_and_end(p);

	seg = bytes(p, 0, 500);
	seg.flags |= TH_FIN;
	seg.ack = at_server(p, 0);
	send_segment(p, &seg);
	seg = plain(p, TH_FIN | TH_ACK);
	seg.seq = next_seq(p) - 1;
	seg.ack = at_server(p, 500);
	send_segment(p, &seg);
	drain(p);
	expect_received(p, 500);
	p->mute = false;
	send_ack(p);
	expect_gone(p);
}

/* There is nothing after the end, not even another end. */
void data_after_fin(struct peer *p)
{
	struct segment seg;

	exchange_and_end(p);
	seg = bytes(p, 501, 500);
	seg.ack = at_server(p, 500);
	send_segment(p, &seg);
	seg.flags |= TH_FIN;
	send_segment(p, &seg);
	drain(p);
	expect_received(p, 500);
	p->mute = false;
	send_ack(p);
	expect_gone(p);
}

/* The peer has a second thought at once. */
void fin_then_reset(struct peer *p)
{
	shake_hands(p);
	p->window = 100;
	send_next(p, 500);
	p->mute = true;
	send_fin(p);
	drain(p);
	send_flags_at(p, TH_RST, p->acked);
	expect_gone(p);
}

/* All at once: data, FIN and RST in one segment. The reset counts. */
void fin_and_reset(struct peer *p)
{
	struct segment seg;

	shake_hands(p);
	seg = bytes(p, 0, 100);
	seg.flags |= TH_FIN | TH_RST;
	send_segment(p, &seg);
	expect_nothing(p, "a reset");
	expect_gone(p);
}

/*
 * The window of the server is closed. A FIN alone needs no room: some kernels
 * take it, others answer that there is no window.
 */
void fin_into_closed_window(struct peer *p)
{
	shake_hands(p);
	send_text(p, "hold\n");
	expect_acked(p, 5);
	fill_window(p);
	send_fin(p);
	expect_segment(p, "the answer to FIN");
	if (p->acked == next_seq(p)) {
		expect_fin(p);
		expect_ending(0, 5);
	} else {
		send_flags_at(p, TH_RST, p->acked);
		expect_ending(1, 5);
	}
	expect_gone(p);
}

/*
 * The peer has closed its direction while the answer is still coming, which
 * is more than the server could send at once.
 */
void half_close(struct peer *p)
{
	p->window = 4096;
	shake_hands(p);
	p->mute = true;
	while (p->sent < 60000)
		send_next(p, 1200);
	send_fin(p);
	drain(p);
	p->mute = false;
	send_ack(p);
	expect_end(p);
}

/*
 * The server closes with bytes unread, and more of them come than its window
 * has: they must not make it reset, which would destroy its answer.
 */
void close_with_unread(struct peer *p)
{
	int i;

	shake_hands(p);
	p->mute = true;
	send_text(p, "end close\n");
	for (i = 0; i < 20; i++)
		send_next(p, 1400);
	expect_text(p, "bye\n");
	expect_fin(p);
	for (i = 0; i < 100; i++) {
		send_next(p, 1400);
		if (i % 10 == 9)
			expect_acked(p, p->sent);
	}
	p->mute = false;
	send_ack(p);
	send_next(p, 1400);
	expect_acked(p, p->sent);
	send_fin(p);
	expect_acked(p, p->sent + 1);
	drain(p);
	if (p->reset)
		die("the server reset");
	expect_ending(0, 10);
}

/* The server closes while it cannot send: its answer waits, and FIN. */
void close_into_closed_window(struct peer *p)
{
	p->window = 0;
	shake_hands(p);
	send_text(p, "end close\n");
	drain(p);
	expect_received(p, 0);
	p->window = 2;
	send_ack(p);
	p->window = 0;
	expect_received(p, 2);
	p->window = 100;
	send_ack(p);
	expect_text(p, "bye\n");
	expect_fin(p);
	send_fin(p);
	expect_acked(p, p->sent + 1);
	expect_ending(0, 10);
}

/* The server closes, the peer never does. */
void never_closed(struct peer *p)
{
	set_sysctl("net/syncsock/commands/linger_timeout_ms", "200");
	set_sysctl("net/ipv4/tcp_fin_timeout", "1");
	shake_hands(p);
	send_text(p, "end close\n");
	expect_text(p, "bye\n");
	expect_fin(p);
	expect_ending(2, 10);
	/* What is left of it is TCP's, and goes away too. */
	drain(p);
	if (p->reset)
		die("the server reset what it could leave to TCP");
	expect_gone(p);
}

/* The same, but the peer does not even acknowledge. */
void never_acknowledged(struct peer *p)
{
	set_sysctl("net/syncsock/commands/linger_timeout_ms", "200");
	shake_hands(p);
	p->mute = true;
	send_text(p, "end close\n");
	expect_text(p, "bye\n");
	expect_fin(p);
	expect_reset(p);
	expect_ending(2, 10);
}
