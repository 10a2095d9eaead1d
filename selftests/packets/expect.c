// SPDX-License-Identifier: GPL-2.0
/*
 * What has to come from the server, and what must not.
 */
#include <string.h>

#include "packet.h"

/* How soon a socket has to be gone; less than the time to linger. */
#define GONE_MS	5000

/* The next segment, whatever it is. */
struct segment expect_segment(struct peer *p, const char *what)
{
	struct segment seg;

	if (!receive(p, &seg, PATIENCE_MS))
		die("%s did not come", what);
	return seg;
}

void expect_syn_ack(struct peer *p)
{
	struct segment seg = expect_segment(p, "SYN/ACK");

	if ((seg.flags & (TH_SYN | TH_ACK | TH_RST)) != (TH_SYN | TH_ACK))
		die("a segment came that is not a SYN/ACK");
	if (seg.ack != at(p, 0))
		die("the SYN/ACK acknowledges %u, not %u", seg.ack, at(p, 0));
	if (seg.len)
		die("the SYN/ACK has data");
}

/* All our bytes before @position. */
void expect_acked(struct peer *p, size_t position)
{
	struct segment seg;

	while ((__s32)(p->acked - at(p, position)) < 0) {
		if (!receive(p, &seg, PATIENCE_MS))
			die("%u bytes are acknowledged, not %zu",
			    p->acked - at(p, 0), position);
		if (p->reset)
			die("the server reset");
	}
}

/* Exactly so many bytes, since the beginning of the connection. */
void expect_received(struct peer *p, size_t total)
{
	struct segment seg;

	while (p->received < total) {
		if (!receive(p, &seg, PATIENCE_MS))
			die("%zu bytes came, not %zu", p->received, total);
		if (p->reset || (p->fin && p->received < total))
			die("the server ended after %zu of %zu bytes",
			    p->received, total);
	}
	if (p->received > total)
		die("%zu bytes came, not only %zu", p->received, total);
}

/* The stream up to there. */
void expect_echo(struct peer *p, size_t total)
{
	size_t right;

	expect_received(p, total);
	right = stream_match(p->bytes + p->checked, total - p->checked,
			     p->checked);
	p->checked += right;
	if (p->checked < total)
		die("byte %zu of the echo is wrong", p->checked);
}

void expect_text(struct peer *p, const char *text)
{
	size_t len = strlen(text);

	expect_received(p, p->checked + len);
	if (memcmp(p->bytes + p->checked, text, len))
		die("the server did not say '%s' but '%.*s'", text, (int)len,
		    (char *)p->bytes + p->checked);
	p->checked += len;
}

void expect_fin(struct peer *p)
{
	size_t before = p->received;
	struct segment seg;

	while (!p->fin) {
		if (!receive(p, &seg, PATIENCE_MS))
			die("FIN did not come");
		if (p->reset)
			die("the server reset in place of FIN");
	}
	if (p->received != before)
		die("%zu bytes came before FIN", p->received - before);
}

void expect_reset(struct peer *p)
{
	struct segment seg;

	while (!p->reset) {
		if (!receive(p, &seg, PATIENCE_MS))
			die("the server did not reset");
	}
}

/* What the server sends again has been received before. */
static bool is_again(const struct segment *seg, __u32 expected)
{
	return seg->len && (__s32)(seg->seq + seg->len - expected) <= 0;
}

/*
 * An ACK without data, for all that is right of what we have sent. Where time is
 * real, TCP may just have sent its last bytes again.
 */
void expect_answer(struct peer *p, const char *to)
{
	__u32 expected = p->irs + 1 + p->received;
	struct segment seg;

	do
		seg = expect_segment(p, to);
	while (is_again(&seg, expected));
	if (seg.flags != TH_ACK || seg.len)
		die("the answer to %s is not an ACK", to);
	if (p->irs && seg.ack != p->acked)
		die("the answer to %s acknowledges less than before", to);
}

void expect_nothing(struct peer *p, const char *after)
{
	struct segment seg;

	if (receive(p, &seg, QUIET_MS))
		die("a segment came after %s", after);
}

/* Takes what has come and what may come yet. */
void drain(struct peer *p)
{
	struct segment seg;

	while (receive(p, &seg, QUIET_MS))
		;
}

/*
 * The server has no socket for the connection, so that the listener resets it.
 * Any socket would answer otherwise. Unlike an ACK alone, this never looks
 * like the answer to a cookie, which is not reset if it is wrong.
 */
void expect_gone(struct peer *p)
{
	long end = now_ms() + GONE_MS;
	struct segment seg;

	p->reset = false;
	while (!p->reset) {
		if (now_ms() > end)
			die("the server still has a socket");
		send_flags(p, TH_SYN | TH_ACK);
		while (!p->reset && receive(p, &seg, QUIET_MS))
			;
	}
}
