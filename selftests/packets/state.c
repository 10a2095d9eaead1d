// SPDX-License-Identifier: GPL-2.0
/*
 * Every state that TCP has for the server's socket, and what a reset does in
 * it. The server is the handler "commands".
 */
#include "scenarios.h"

/* How the handler's connection ends, see enum syncsock_close_reason. */
#define BY_PEER		1

static void expect_bye(struct peer *p)
{
	expect_text(p, "bye\n");
	expect_fin(p);
}

static void syn_received(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
}

static void established(struct peer *p)
{
	shake_hands(p);
	send_text(p, "nothing\n");
	expect_text(p, "nothing: -22\n");
}

/* Pages that do not fit into the window wait, and bytes are unread. */
static void queued(struct peer *p)
{
	p->window = 0;
	shake_hands(p);
	send_text(p, "pages 4\nhold\n");
	send_next(p, 1000);
	expect_acked(p, p->sent);
}

/* FIN is not acknowledged. */
static void fin_wait_1(struct peer *p)
{
	shake_hands(p);
	p->mute = true;
	send_text(p, "end close\n");
	expect_bye(p);
}

static void fin_wait_2(struct peer *p)
{
	shake_hands(p);
	send_text(p, "end close\n");
	expect_bye(p);
}

/* The handler does not know yet, because it has paused. */
static void close_wait(struct peer *p)
{
	shake_hands(p);
	send_text(p, "pause\n.");
	send_fin(p);
	expect_acked(p, p->sent + 1);
}

static void last_ack(struct peer *p)
{
	shake_hands(p);
	p->mute = true;
	send_fin(p);
	expect_fin(p);
}

/* FIN of both, neither acknowledges the other's first. */
static void closing(struct peer *p)
{
	struct segment seg;

	fin_wait_1(p);
	seg = plain(p, TH_FIN | TH_ACK);
	seg.ack = p->expected - 1;
	p->fin_sent = true;
	send_segment(p, &seg);
	expect_acked(p, p->sent + 1);
}

static void time_wait(struct peer *p)
{
	fin_wait_2(p);
	send_fin(p);
	expect_acked(p, p->sent + 1);
}

/* A probe with an old number is answered, in every state but SYN_RECV. */
static void expect_alive(struct peer *p, const char *after)
{
	struct segment seg;

	send_flags_at(p, TH_ACK, p->acked - 1);
	do {
		if (!receive(p, &seg, PATIENCE_MS))
			die("the connection is gone after %s", after);
		if (p->reset)
			die("the connection is reset after %s", after);
	} while (seg.flags != TH_ACK || seg.len);
	drain(p);
}

/* What is neither where the server expects it nor near has no effect. */
static void survive_resets(struct peer *p)
{
	__u32 expected = p->acked;

	send_flags_at(p, TH_RST, expected + 0x10000000);
	send_flags_at(p, TH_RST, expected - 0x10000000);
	expect_alive(p, "a reset outside of the window");
	send_flags_at(p, TH_RST, expected + 10);
	expect_alive(p, "a reset inside of the window");
}

static void reset_exactly(struct peer *p)
{
	send_flags_at(p, TH_RST, p->acked);
	drain(p);
	if (p->reset)
		die("the server answered a reset with a reset");
	expect_gone(p);
}

/* There is no handler yet. A reset that is not exact may end it or not. */
void reset_syn_received(struct peer *p)
{
	struct peer *other = new_peer();

	syn_received(p);
	send_flags_at(p, TH_RST, at(p, 0));
	expect_gone(p);

	syn_received(other);
	send_flags_at(other, TH_RST, at(other, 0x10000000));
	expect_nothing(other, "a reset outside of the window");
	send_ack(other);
	send_text(other, "nothing\n");
	expect_text(other, "nothing: -22\n");
	reset_exactly(other);
	expect_ending(BY_PEER, 8);
}

void reset_established(struct peer *p)
{
	established(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 8);
}

void reset_queued(struct peer *p)
{
	queued(p);
	survive_resets(p);
	expect_received(p, 0);
	reset_exactly(p);
	expect_ending(BY_PEER, 13);
}

void reset_fin_wait_1(struct peer *p)
{
	fin_wait_1(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 10);
}

void reset_fin_wait_2(struct peer *p)
{
	fin_wait_2(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 10);
}

void reset_close_wait(struct peer *p)
{
	close_wait(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 6);
}

void reset_last_ack(struct peer *p)
{
	last_ack(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 0);
}

void reset_closing(struct peer *p)
{
	closing(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 10);
}

/* For the handler it was over before. */
void reset_time_wait(struct peer *p)
{
	time_wait(p);
	survive_resets(p);
	reset_exactly(p);
	expect_ending(0, 10);
}

/* Both sides have sent all they had, at the same time. */
void simultaneous_close(struct peer *p)
{
	closing(p);
	send_ack(p);
	expect_ending(0, 10);
	expect_alive(p, "a close in order");
	reset_exactly(p);
}

/*
 * FIN again where the server has seen it, is answered and changes nothing. It
 * acknowledges only the server's data.
 */
static void repeat_fin(struct peer *p)
{
	struct segment seg = plain(p, TH_FIN | TH_ACK);
	int i;

	seg.seq = next_seq(p) - 1;
	seg.ack = at_server(p, p->received);
	for (i = 0; i < 3; i++)
		send_segment(p, &seg);
	expect_alive(p, "FIN again");
}

void fin_again_close_wait(struct peer *p)
{
	close_wait(p);
	repeat_fin(p);
	reset_exactly(p);
	expect_ending(BY_PEER, 6);
}

void fin_again_last_ack(struct peer *p)
{
	last_ack(p);
	repeat_fin(p);
	send_ack(p);
	expect_ending(0, 0);
	expect_gone(p);
}

void fin_again_closing(struct peer *p)
{
	closing(p);
	repeat_fin(p);
	send_ack(p);
	expect_ending(0, 10);
	repeat_fin(p);
	reset_exactly(p);
}

void fin_again_time_wait(struct peer *p)
{
	time_wait(p);
	repeat_fin(p);
	expect_ending(0, 10);
	reset_exactly(p);
}

/* A new connection in place of one in time-wait. */
void reopen_time_wait(struct peer *p)
{
	struct peer *again = new_peer();

	time_wait(p);
	expect_ending(0, 10);
	again->port = p->port;
	again->isn = next_seq(p) + 100000;
	established(again);
	reset_exactly(again);
	expect_ending(BY_PEER, 8);
}
