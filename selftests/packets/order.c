// SPDX-License-Identifier: GPL-2.0
/*
 * Segments in another order, more than once, and not the same every time.
 */
#include <string.h>

#include "scenarios.h"

void plain_echo(struct peer *p)
{
	shake_hands(p);
	send_next(p, 100);
	expect_echo(p, 100);
	send_next(p, 1440);
	send_next(p, 1440);
	expect_echo(p, 2980);
	expect_acked(p, 2980);
	end(p);
}

/* Eight segments, the second before the first and so on, then backwards. */
void out_of_order(struct peer *p)
{
	int i;

	shake_hands(p);
	for (i = 0; i < 8; i++)
		send_bytes(p, 500 * (i ^ 1), 500);
	expect_echo(p, 4000);
	for (i = 7; i > 0; i--)
		send_bytes(p, 4000 + 500 * i, 500);
	drain(p);
	expect_received(p, 4000);
	send_bytes(p, 4000, 500);
	expect_echo(p, 8000);
	expect_acked(p, 8000);
	end(p);
}

void overlap(struct peer *p)
{
	shake_hands(p);
	send_bytes(p, 0, 1000);
	expect_echo(p, 1000);

	/* It begins before what was acknowledged. */
	send_bytes(p, 500, 1000);
	expect_echo(p, 1500);

	/* Before there is a gap, behind it pieces of the same bytes. */
	send_bytes(p, 2000, 400);
	send_bytes(p, 2200, 400);	/* the end of the last one */
	send_bytes(p, 1900, 200);	/* the beginning of the first */
	send_bytes(p, 2100, 100);	/* inside */
	send_bytes(p, 1800, 1000);	/* all of it */
	send_bytes(p, 2900, 100);
	send_bytes(p, 3100, 100);
	send_bytes(p, 2850, 300);	/* one and half of the next */
	drain(p);
	expect_received(p, 1500);

	/* Up to the middle of what is behind the gap. */
	send_bytes(p, 1400, 900);
	expect_echo(p, 2800);
	/* The last gap, and everything once more. */
	send_bytes(p, 0, 3200);
	expect_echo(p, 3200);
	expect_acked(p, 3200);
	end(p);
}

void duplicates(struct peer *p)
{
	int i;

	shake_hands(p);
	for (i = 0; i < 20; i++) {
		send_bytes(p, 300 * (i / 2), 300);
		send_bytes(p, 300 * (i / 2), 300);
	}
	expect_echo(p, 3000);
	for (i = 0; i < 5; i++)
		send_bytes(p, 0, 3000);
	drain(p);
	expect_echo(p, 3000);
	end(p);
}

void single_bytes(struct peer *p)
{
	int i;

	shake_hands(p);
	for (i = 0; i < 100; i++)
		send_next(p, 1);
	expect_echo(p, 100);
	for (i = 199; i >= 100; i--)
		send_bytes(p, i, 1);
	expect_echo(p, 200);
	end(p);
}

static void send_other(struct peer *p, size_t from, size_t len, __u8 byte)
{
	struct segment seg = bytes(p, from, len);

	memset((void *)seg.data, byte, len);
	if (from + len > p->sent)
		p->sent = from + len;
	send_segment(p, &seg);
}

/* What was acknowledged stays, whatever comes in its place. */
void other_content(struct peer *p)
{
	shake_hands(p);
	send_bytes(p, 0, 1000);
	expect_echo(p, 1000);
	expect_acked(p, 1000);
	send_other(p, 0, 1000, 'x');
	send_other(p, 500, 500, 'x');
	drain(p);
	expect_received(p, 1000);

	/* The part of it that is new is new. */
	send_other(p, 900, 300, 'y');
	expect_received(p, 1200);
	if (p->bytes[999] == 'y' || p->bytes[1000] != 'y')
		die("the old bytes of a segment were taken, or the new were not");
	p->checked = 1200;
	end(p);
}

static void expect_runs(const struct peer *p, size_t from, const char *runs,
			size_t len)
{
	size_t i;

	for (i = 0; runs[i / len]; i++) {
		if (p->bytes[from + i] != runs[i / len])
			die("byte %zu is '%c', not '%c'", from + i,
			    p->bytes[from + i], runs[i / len]);
	}
}

/*
 * Behind a gap, nothing is acknowledged yet. There, Linux keeps the segments
 * by where they begin, drops one that another covers, and reads each byte
 * from the first that has it.
 */
void other_content_queued(struct peer *p)
{
	shake_hands(p);
	send_other(p, 100, 200, 'b');
	send_other(p, 200, 200, 'c');	/* b stays where both are */
	send_other(p, 150, 100, 'd');	/* inside b: dropped */
	send_other(p, 500, 100, 'e');
	send_other(p, 500, 200, 'f');	/* covers e: e is dropped */
	send_other(p, 720, 80, 'g');
	send_other(p, 600, 300, 'h');	/* covers g; f stays before it */
	drain(p);
	expect_received(p, 0);
	send_other(p, 0, 100, 'a');
	expect_received(p, 400);
	send_other(p, 400, 200, 'i');	/* covers the first half of f */
	expect_received(p, 900);
	expect_runs(p, 0, "abbciifhh", 100);
	p->checked = 900;
	end(p);
}
