// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection begins.
 */
#include <string.h>
#include <unistd.h>

#include "scenarios.h"

/* Options that the C library has no names for */
#define MULTIPATH	30
#define FAST_OPEN	34

void data_in_last_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

/* The last ACK and the first data are lost; a later segment does for both. */
void lost_last_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	send_bytes(p, 500, 500);
	send_bytes(p, 1000, 500);
	drain(p);
	expect_received(p, 0);
	send_bytes(p, 0, 500);
	expect_echo(p, 1500);
	end(p);
}

/* The server sends it again by itself, and when it sees the SYN again. */
void lost_syn_ack(struct peer *p)
{
	send_syn(p);
	expect_syn_ack(p);
	expect_syn_ack(p);
	send_syn(p);
	expect_syn_ack(p);
	send_ack(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

/* Our SYN once more, when the server believes in the connection. */
void syn_established(struct peer *p)
{
	shake_hands(p);
	send_next(p, 500);
	expect_echo(p, 500);
	send_syn(p);
	expect_answer(p, "the SYN again");
	send_flags(p, TH_SYN);
	expect_answer(p, "a SYN inside the window");
	send_flags_at(p, TH_SYN, at(p, 0x40000000));
	expect_answer(p, "a SYN far away");
	send_next(p, 500);
	expect_echo(p, 1000);
	end(p);
}

static void send_syn_with_data(struct peer *p, size_t len)
{
	struct segment seg = bytes(p, 0, len);

	seg.flags = TH_SYN;
	seg.seq = p->isn;
	seg.ack = 0;
	seg.options = p->syn_options.bytes;
	seg.options_len = p->syn_options.len;
	p->sent = len;
	send_segment(p, &seg);
}

static void expect_no_option(const struct segment *seg, __u8 kind)
{
	const __u8 *value;
	size_t len;

	if (find_option(seg, kind, &value, &len))
		die("the SYN/ACK has option %u", kind);
}

/* The SYN has data and wants a cookie for more. It gets neither. */
void fast_open(struct peer *p)
{
	struct segment seg;

	add_option(&p->syn_options, FAST_OPEN, NULL, 0);
	send_syn_with_data(p, 300);
	seg = expect_segment(p, "SYN/ACK");
	if (seg.flags != (TH_SYN | TH_ACK) || seg.ack != at(p, 0))
		die("the data of the SYN was taken");
	expect_no_option(&seg, FAST_OPEN);
	send_bytes(p, 0, 300);
	expect_echo(p, 300);
	end(p);
}

/* MP_CAPABLE as the SYN of version 1 has it. */
void multipath(struct peer *p)
{
	static const __u8 capable[] = { 0x01, 0x01 };
	struct segment seg;

	add_option(&p->syn_options, MULTIPATH, capable, sizeof(capable));
	send_syn(p);
	seg = expect_segment(p, "SYN/ACK");
	if (seg.flags != (TH_SYN | TH_ACK))
		die("a segment came that is not a SYN/ACK");
	expect_no_option(&seg, MULTIPATH);
	send_ack(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

/* What a listener does not take for the beginning of a connection. */
void not_a_syn(struct peer *p)
{
	static const __u8 ignored[] = {
		0, TH_FIN, TH_RST, TH_SYN | TH_FIN, TH_SYN | TH_RST,
		TH_RST | TH_ACK, TH_PUSH | TH_URG,
	};
	static const __u8 reset[] = {
		TH_ACK, TH_SYN | TH_ACK, TH_FIN | TH_ACK,
	};
	size_t i;

	for (i = 0; i < sizeof(ignored); i++) {
		send_flags(p, ignored[i]);
		expect_nothing(p, "what no listener answers");
	}
	for (i = 0; i < sizeof(reset); i++) {
		send_flags(p, reset[i]);
		expect_reset(p);
		p->reset = false;
	}
	shake_hands(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

/* The last ACK is for a SYN that the server never sent. */
void wrong_last_ack(struct peer *p)
{
	struct segment seg;

	send_syn(p);
	expect_syn_ack(p);
	seg = plain(p, TH_ACK);
	seg.ack += 1000;
	send_segment(p, &seg);
	expect_reset(p);
	seg = bytes(p, 0, 100);
	seg.ack -= 1000;
	send_segment(p, &seg);
	expect_segment(p, "another reset");
	p->reset = false;

	send_ack(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

/*
 * A segment that TCP makes a socket for but then does not take for the end
 * of the handshake: SYN and ACK, with data.
 */
static void shake_half(struct peer *p)
{
	struct segment seg;

	send_syn(p);
	expect_syn_ack(p);
	seg = bytes(p, 0, 500);
	seg.seq = p->isn;
	seg.flags = TH_SYN | TH_ACK;
	p->sent = 500;
	send_segment(p, &seg);
	drain(p);
	expect_received(p, 0);
	p->sent = 0;
}

void half_a_handshake(struct peer *p)
{
	shake_half(p);
	send_next(p, 500);
	expect_echo(p, 500);
	end(p);
}

void half_a_handshake_fin(struct peer *p)
{
	shake_half(p);
	end(p);
}

void half_a_handshake_reset(struct peer *p)
{
	shake_half(p);
	send_flags(p, TH_RST);
	expect_gone(p);
}

/* The peer never does anything more; that is not waited for as a first byte is. */
void half_a_handshake_only(struct peer *p)
{
	shake_half(p);
	expect_released();
	expect_gone(p);
}

/*
 * 1: when the queue of SYNs is full, 2: always. The server is "commands": an
 * ACK whose numbers are as far from their beginnings on both sides, as those
 * of an echo are, is as good as that of the cookie.
 */
static void use_cookies(const char *when)
{
	set_sysctl("net/ipv4/tcp_syncookies", when);
	listen_anew_at_end("commands");
}

static void talk_and_end(struct peer *p)
{
	send_text(p, "nothing\n");
	expect_text(p, "nothing: -22\n");
	send_fin(p);
	expect_fin(p);
	expect_gone(p);
}

/* The server keeps nothing of a SYN but what its SYN/ACK says. */
void cookies(struct peer *p)
{
	struct peer *other = new_peer();

	use_cookies("2");
	shake_hands(p);
	talk_and_end(p);

	/* The ACK of the cookie has data. */
	send_syn(other);
	expect_syn_ack(other);
	talk_and_end(other);
}

/* An ACK of a cookie that the server never sent. */
void wrong_cookie(struct peer *p)
{
	struct segment seg;

	use_cookies("2");
	send_syn(p);
	expect_syn_ack(p);
	seg = plain(p, TH_ACK);
	seg.ack += 0x5000;
	send_segment(p, &seg);
	expect_reset(p);
	p->reset = false;
	talk_and_end(p);
}

static void flood(struct peer *p, unsigned int count)
{
	struct segment seg = plain(p, TH_SYN);
	unsigned int i;

	for (i = 0; i < count; i++) {
		seg.host = 3 + i % 250;
		seg.port = 1024 + i / 250;
		seg.seq = i * 1000003;
		send_segment(p, &seg);
	}
}

static void be_served_in_flood(struct peer *p)
{
	flood(p, 2000);
	drain(p);
	shake_hands(p);
	talk_and_end(p);
}

/* Thousands of SYNs fill the queue of the listener; then one is meant. */
void syn_flood(struct peer *p)
{
	use_cookies("1");
	be_served_in_flood(p);
}

void syn_flood_cookies(struct peer *p)
{
	use_cookies("2");
	be_served_in_flood(p);
}
