// SPDX-License-Identifier: GPL-2.0
/*
 * Acknowledgments, timestamps and probes.
 */
#include <arpa/inet.h>
#include <string.h>

#include "scenarios.h"

static void send_acking(struct peer *p, size_t from, size_t len, __u32 ack)
{
	struct segment seg = bytes(p, from, len);

	seg.ack = ack;
	if (from + len > p->sent)
		p->sent = from + len;
	send_segment(p, &seg);
}

/* The data that comes with it is not taken. */
void ack_of_future(struct peer *p)
{
	shake_hands(p);
	send_next(p, 100);
	expect_echo(p, 100);
	send_acking(p, 100, 100, p->expected + 1);
	send_acking(p, 100, 100, p->expected + 1000000);
	send_acking(p, 100, 100, p->expected + 0x70000000);
	drain(p);
	expect_received(p, 100);
	if (p->acked != at(p, 100))
		die("data that acknowledges the future was taken");
	send_bytes(p, 100, 100);
	expect_echo(p, 200);
	end(p);
}

/* The data of an old one is good; of one that is too old, it is not. */
void ack_of_past(struct peer *p)
{
	shake_hands(p);
	send_next(p, 1000);
	send_next(p, 1000);
	expect_echo(p, 2000);
	send_acking(p, 2000, 100, at_server(p, 1000));
	expect_echo(p, 2100);
	send_acking(p, 2100, 100, at_server(p, 0));
	expect_echo(p, 2200);
	send_acking(p, 2200, 100, at_server(p, 0) - 0x10000000);
	drain(p);
	expect_received(p, 2200);
	send_bytes(p, 2200, 100);
	expect_echo(p, 2300);
	end(p);
}

void no_ack(struct peer *p)
{
	struct segment seg;

	shake_hands(p);
	seg = bytes(p, 0, 100);
	seg.flags = TH_PUSH;
	send_segment(p, &seg);
	seg.flags = 0;
	send_segment(p, &seg);
	seg.flags = TH_FIN;
	send_segment(p, &seg);
	expect_nothing(p, "data without an ACK");
	send_next(p, 100);
	expect_echo(p, 100);
	end(p);
}

/* The server believes that its first segment was lost. */
void duplicate_acks(struct peer *p)
{
	int i;

	shake_hands(p);
	p->mute = true;
	for (i = 0; i < 4; i++)
		send_next(p, 1400);
	expect_echo(p, 5600);
	for (i = 0; i < 10; i++)
		send_flags(p, TH_ACK);
	for (i = 0; i < 10; i++) {
		struct segment seg = plain(p, TH_ACK);

		seg.ack = at_server(p, 0);
		send_segment(p, &seg);
	}
	drain(p);
	p->mute = false;
	send_next(p, 1400);
	expect_echo(p, 7000);
	end(p);
}

/* Nothing is acknowledged at first: the server sends it again. */
void lost_answer(struct peer *p)
{
	size_t before;

	shake_hands(p);
	p->mute = true;
	send_acking(p, 0, 1000, at_server(p, 0));
	expect_echo(p, 1000);
	before = p->segments;
	while (p->segments < before + 2)
		expect_segment(p, "the echo again");
	expect_echo(p, 1000);
	p->mute = false;
	send_ack(p);
	end(p);
}

/* A segment that is older than the last one by its timestamp, is dropped. */
void old_timestamp(struct peer *p)
{
	p->timestamps = true;
	p->timestamp = 1000000;
	add_timestamps(&p->syn_options, p->timestamp, 0);
	shake_hands(p);
	send_next(p, 100);
	expect_echo(p, 100);
	p->timestamp += 10;
	send_next(p, 100);
	expect_echo(p, 200);

	p->timestamp -= 500;
	send_bytes(p, 200, 100);
	expect_answer(p, "a segment with an old timestamp");
	send_flags(p, TH_FIN | TH_ACK);
	drain(p);
	expect_received(p, 200);
	if (p->acked != at(p, 200))
		die("a segment with an old timestamp was taken");

	p->timestamp += 1000;
	send_bytes(p, 200, 100);
	expect_echo(p, 300);
	end(p);
}

static void send_sack(struct peer *p, __u32 ack, const __u32 *edges,
		      size_t count)
{
	struct segment seg = plain(p, TH_ACK);
	struct options options = { };
	__u32 values[8];
	size_t i;

	for (i = 0; i < count; i++)
		values[i] = htonl(edges[i]);
	add_option(&options, TCPOPT_SACK, values, count * sizeof(*values));
	seg.ack = ack;
	seg.options = options.bytes;
	seg.options_len = options.len;
	send_segment(p, &seg);
}

/* Blocks of what was never sent, the wrong way round, and half a block. */
void bad_sack(struct peer *p)
{
	__u32 first;

	shake_hands(p);
	first = at_server(p, 0);
	p->mute = true;
	send_acking(p, 0, 1400, first);
	send_acking(p, 1400, 1400, first);
	send_acking(p, 2800, 1400, first);
	expect_echo(p, 4200);
	send_sack(p, first, (__u32[]){ first + 1400, first + 1000000 }, 2);
	send_sack(p, first, (__u32[]){ first - 5000, first + 5000 }, 2);
	send_sack(p, first, (__u32[]){ first + 2800, first + 1400 }, 2);
	send_sack(p, first, (__u32[]){ first, first }, 2);
	send_sack(p, first, (__u32[]){ 0, 0xffffffff, 0xffffffff, 0 }, 4);
	send_sack(p, first, (__u32[]){ first + 1400, first + 2800, 7 }, 3);
	send_sack(p, first,
		  (__u32[]){ first + 10, first + 20, first + 15, first + 4000,
			     first, first + 30, first + 4199, first + 4200 },
		  8);
	drain(p);
	expect_echo(p, 4200);

	/* All of it, which was not meant: the server has to send it again. */
	send_sack(p, first, (__u32[]){ first + 1, first + 4200 }, 2);
	drain(p);
	send_sack(p, first + 1400, (__u32[]){ first + 1400, first + 1401 }, 2);
	drain(p);
	p->mute = false;
	send_ack(p);
	send_next(p, 100);
	expect_echo(p, 4300);
	end(p);
}

/* Without a byte, or with one that the server has long had. */
void keep_alive(struct peer *p)
{
	struct segment seg;
	int i;

	shake_hands(p);
	send_next(p, 500);
	expect_echo(p, 500);
	for (i = 0; i < 3; i++) {
		send_flags_at(p, TH_ACK, at(p, 499));
		expect_answer(p, "a keep-alive");
		seg = bytes(p, 499, 1);
		memset((void *)seg.data, 0, 1);
		send_segment(p, &seg);
		expect_answer(p, "a keep-alive with a byte");
	}
	expect_received(p, 500);
	send_next(p, 500);
	expect_echo(p, 1000);
	end(p);
}

/* Congestion bits and reserved ones mean nothing here. */
void all_bits(struct peer *p)
{
	struct segment seg;
	int bits;

	shake_hands(p);
	for (bits = 0; bits < 8; bits++) {
		seg = bytes(p, p->sent, 100);
		seg.flags |= bits & 1 ? 0x40 : 0;
		seg.flags |= bits & 2 ? 0x80 : 0;
		seg.flags &= bits & 4 ? ~TH_PUSH : ~0;
		p->sent += 100;
		send_segment(p, &seg);
		expect_echo(p, p->sent);
	}
	end(p);
}
