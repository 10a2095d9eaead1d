// SPDX-License-Identifier: GPL-2.0
/*
 * A connection to the server: what was sent, and a look at all that comes.
 */
#include <stdlib.h>
#include <string.h>

#include "packet.h"

#define MSS	1440

static struct peer *peers;

static bool is_after(__u32 a, __u32 b)
{
	return (__s32)(a - b) > 0;
}

struct peer *new_peer(void)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (!p)
		die("out of memory");
	p->next = peers;
	peers = p;
	p->port = new_port();
	/* Soon after the start the numbers wrap around. */
	p->isn = -3000;
	p->window = 65535;
	add_option16(&p->syn_options, TCPOPT_MAXSEG, MSS);
	add_option(&p->syn_options, TCPOPT_SACK_PERMITTED, NULL, 0);
	return p;
}

/* The sequence number of a byte of our stream. */
__u32 at(const struct peer *p, size_t position)
{
	return p->isn + 1 + position;
}

/* The same of a byte of the server's. */
__u32 at_server(const struct peer *p, size_t position)
{
	return p->irs + 1 + position;
}

__u32 next_seq(const struct peer *p)
{
	return at(p, p->sent) + p->fin_sent;
}

/* A segment without data, at the end of what was sent. */
struct segment plain(const struct peer *p, __u8 flags)
{
	return (struct segment) {
		.port = p->port, .flags = flags, .seq = next_seq(p),
		.ack = flags & TH_ACK ? p->expected : 0, .window = p->window,
	};
}

/* Bytes of the stream; they are good until this was called four times more. */
struct segment bytes(const struct peer *p, size_t from, size_t len)
{
	static __u8 buf[4][MOST_DATA];
	static unsigned int next;
	struct segment seg = plain(p, TH_ACK | TH_PUSH);

	if (len > MOST_DATA)
		die("a packet has no room for %zu of data", len);
	next = (next + 1) % 4;
	stream_fill(buf[next], len, from);
	seg.seq = at(p, from);
	seg.data = buf[next];
	seg.len = len;
	return seg;
}

/* Sends what was made by plain() or bytes(), and then changed. */
void send_segment(struct peer *p, const struct segment *seg)
{
	struct segment copy = *seg;
	struct options options = { };
	static struct packet pkt;
	__u32 edge = seg->ack + seg->window;

	if (p->timestamps && !seg->options) {
		add_timestamps(&options, p->timestamp, p->echo);
		copy.options = options.bytes;
		copy.options_len = options.len;
	}
	if (seg->flags & TH_ACK && is_after(edge, p->edge))
		p->edge = edge;
	trace_segment("peer  ", &copy);
	wire_build(&copy, &pkt);
	tun_send(&pkt);
}

static void take_syn(struct peer *p, const struct segment *seg)
{
	const __u8 *shift;
	size_t len;

	if (p->irs && seg->seq != p->irs)
		die("the server changed its sequence number");
	p->irs = seg->seq;
	if (p->expected)
		return;
	p->acked = seg->ack;
	p->expected = p->irs + 1;
	p->edge = p->expected + p->window;
	if (find_option(seg, TCPOPT_WINDOW, &shift, &len) && len == 1)
		p->shift = *shift;
}

static void take_ack(struct peer *p, const struct segment *seg)
{
	if (is_after(seg->ack, next_seq(p)))
		die("the server acknowledged what was never sent: %u, not %u",
		    seg->ack, next_seq(p));
	if (is_after(seg->ack, p->acked))
		p->acked = seg->ack;
	p->room = seg->window << (seg->flags & TH_SYN ? 0 : p->shift);
}

/* Where the server's stream has @seq. */
static size_t position_of(const struct peer *p, __u32 seq)
{
	return seq - p->irs - 1;
}

static void take_data(struct peer *p, const struct segment *seg)
{
	size_t from = position_of(p, seg->seq);
	size_t again;

	if (is_after(seg->seq, p->expected))
		die("the server left out %u bytes", seg->seq - p->expected);
	if (is_after(seg->seq + seg->len, p->edge))
		die("the server sent %u bytes more than the window has",
		    seg->seq + (__u32)seg->len - p->edge);
	if (from > p->received || from + seg->len > MOST_RECEIVED)
		die("the server's data at %zu is out of the question", from);
	again = p->received - from;
	if (again > seg->len)
		again = seg->len;
	if (memcmp(p->bytes + from, seg->data, again))
		die("the server sent again something else at %zu", from);
	memcpy(p->bytes + from + again, seg->data + again, seg->len - again);
	p->received += seg->len - again;
	p->expected += seg->len - again;
}

static void take_fin(struct peer *p, const struct segment *seg)
{
	if (!p->fin && seg->seq + seg->len != p->expected)
		die("the server's FIN is not at the end of its data");
	if (!p->fin)
		p->expected++;
	p->fin = true;
}

/* A keep-alive or a probe of our window has an old number and wants an ACK. */
static bool is_probe(const struct peer *p, const struct segment *seg)
{
	return seg->seq + 1 == p->expected;
}

static void take(struct peer *p, const struct segment *seg)
{
	__u32 ours;

	p->segments++;
	find_timestamps(seg, &p->echo, &ours);
	if (seg->flags & TH_RST) {
		p->reset = true;
		return;
	}
	if (seg->flags & TH_SYN)
		take_syn(p, seg);
	else if (!p->irs)
		die("the server sent something before its SYN");
	if (seg->flags & TH_ACK)
		take_ack(p, seg);
	if (seg->flags & TH_SYN)
		return;
	if (seg->len)
		take_data(p, seg);
	if (seg->flags & TH_FIN)
		take_fin(p, seg);
	if (!p->mute && (seg->len || seg->flags & TH_FIN || is_probe(p, seg)))
		send_ack(p);
}

/*
 * Takes the next segment of the connection. Its data is good until the next
 * call. Returns false if none comes in time.
 */
bool receive(struct peer *p, struct segment *seg, long limit_ms)
{
	static struct packet pkt;
	long end = now_ms() + limit_ms;
	long left = limit_ms;

	while (tun_receive(&pkt, left)) {
		if (wire_parse(&pkt, seg) && seg->port == p->port) {
			trace_segment("server", seg);
			take(p, seg);
			return true;
		}
		left = end - now_ms();
		if (left < 0)
			left = 0;
	}
	return false;
}

/* So that a failure leaves nothing behind for the next scenario. */
void reset_peers(void)
{
	struct peer *p = peers;

	for (peers = NULL; p; p = p->next)
		send_flags_at(p, TH_RST, p->acked);
}
