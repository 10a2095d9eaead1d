/* SPDX-License-Identifier: GPL-2.0 */
/*
 * packet: a TCP host made by hand, at the far end of a tun device, that does
 * to a server in this guest what no TCP would do.
 *
 * One scenario per run, for one family. The first expectation that is not met
 * ends the program with a sentence and the last segments, and status 1. A
 * write to the tun device returns after TCP has handled the packet, so that
 * the server's answer to a segment is there when send_segment() returns,
 * unless TCP itself waits with it.
 */
#ifndef PACKET_H
#define PACKET_H

#include <err.h>
#include <linux/types.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

/* The most data of a packet, as long as its headers have no options. */
#define MOST_DATA	(65535 - 40)

/* How long to wait for what has to come, and for what must not come. */
#define PATIENCE_MS	20000
#define QUIET_MS	60

/* A packet as the tun device takes it. */
struct packet {
	struct virtio_net_hdr	tun;
	__u8			ip[65536 + 128];
	size_t			len;		/* of ip */
	size_t			tcp;		/* where in it TCP begins */
};

/* A TCP segment. All numbers are in host order. */
struct segment {
	__u16		port;		/* of the peer */
	__u32		seq;
	__u32		ack;
	__u8		flags;		/* TH_* */
	__u16		window;
	__u16		urgent;
	const void	*options;
	size_t		options_len;
	const void	*data;
	size_t		len;

	/* For sending only */
	unsigned int	host;		/* the last part of our address */
	__u16		burst;		/* bytes of each segment of a burst */
	void		(*edit)(struct packet *pkt);	/* before checksums */
	void		(*damage)(struct packet *pkt);	/* after them */
};

/* main.c */
struct settings {
	int	family;
	__u16	port;		/* of the server */
};

extern struct settings settings;

noreturn void	fail(void);

#define die(...)		\
	do {			\
		warnx(__VA_ARGS__); \
		fail();		\
	} while (0)

long	now_ms(void);
__u16	new_port(void);

/* tun.c */
void	tun_open(const char *name);
void	tun_send(const struct packet *pkt);
bool	tun_receive(struct packet *pkt, long limit_ms);

/* wire.c */
void	wire_build(const struct segment *seg, struct packet *pkt);
bool	wire_parse(const struct packet *pkt, struct segment *seg);

/* trace.c */
void	trace_segment(const char *who, const struct segment *seg);
void	trace_print(void);

/* sysctl.c: what holds for one scenario */
void	set_sysctl(const char *name, const char *value);
void	listen_anew_at_end(const char *handler);

/* stream.c: bytes that differ by position */
void	stream_fill(__u8 *buf, size_t len, size_t from);
size_t	stream_match(const __u8 *buf, size_t len, size_t from);

/* options.c: TCP options */
struct options {
	__u8	bytes[40];
	size_t	len;
};

void	add_option(struct options *to, __u8 kind, const void *value,
		   size_t len);
void	add_option16(struct options *to, __u8 kind, __u16 value);
void	add_timestamps(struct options *to, __u32 value, __u32 echo);
bool	find_timestamps(const struct segment *seg, __u32 *value, __u32 *echo);
bool	find_option(const struct segment *seg, __u8 kind, const __u8 **value,
		    size_t *len);

/*
 * peer.c: a connection to the server. Sends the bytes of stream.c in whatever
 * order, and takes the server's in order. Every segment from the server is
 * looked at: what it acknowledges must have been sent, what it sends must fit
 * into the window, and what it sends again must be the same as before.
 */
#define MOST_RECEIVED	1048576

struct peer {
	struct peer	*next;
	__u16		port;
	__u32		isn;		/* sequence number of our SYN */
	__u32		irs;		/* of the server's */
	size_t		sent;		/* bytes of the stream */
	bool		fin_sent;
	__u16		window;		/* what we advertise */
	__u32		edge;		/* the furthest we have advertised */
	bool		mute;		/* acknowledges nothing by itself */
	bool		timestamps;	/* in every segment */
	__u32		timestamp;	/* ours */
	__u32		echo;		/* the server's last one */
	struct options	syn_options;

	__u32		acked;		/* what the server has acknowledged */
	__u32		room;		/* the server's window */
	__u8		shift;		/* by which it is scaled */
	__u32		expected;	/* its next sequence number */
	bool		fin;		/* the server's */
	bool		reset;		/* by the server */
	size_t		segments;	/* from the server, of any kind */
	size_t		received;	/* bytes */
	size_t		checked;	/* of these, which were as expected */
	__u8		bytes[MOST_RECEIVED];
};

struct peer	*new_peer(void);
void	reset_peers(void);
__u32	at(const struct peer *p, size_t position);
__u32	at_server(const struct peer *p, size_t position);
__u32	next_seq(const struct peer *p);
struct segment	plain(const struct peer *p, __u8 flags);
struct segment	bytes(const struct peer *p, size_t from, size_t len);
void	send_segment(struct peer *p, const struct segment *seg);
bool	receive(struct peer *p, struct segment *seg, long limit_ms);

/* steps.c: what scenarios are made of */
void	send_flags(struct peer *p, __u8 flags);
void	send_flags_at(struct peer *p, __u8 flags, __u32 seq);
void	send_ack(struct peer *p);
void	send_bytes(struct peer *p, size_t from, size_t len);
void	send_next(struct peer *p, size_t len);
void	fill_window(struct peer *p);
void	send_text(struct peer *p, const char *text);
void	send_fin(struct peer *p);
void	send_syn(struct peer *p);
void	shake_hands(struct peer *p);
void	end(struct peer *p);

/* expect.c: what has to come, within PATIENCE_MS */
struct segment	expect_segment(struct peer *p, const char *what);
void	expect_syn_ack(struct peer *p);
void	expect_acked(struct peer *p, size_t position);
void	expect_received(struct peer *p, size_t total);
void	expect_echo(struct peer *p, size_t total);
void	expect_text(struct peer *p, const char *text);
void	expect_fin(struct peer *p);
void	expect_reset(struct peer *p);
void	expect_answer(struct peer *p, const char *to);
void	expect_nothing(struct peer *p, const char *after);
void	expect_gone(struct peer *p);
void	drain(struct peer *p);

/* ending.c: what the handler "commands" was told */
struct ending {
	unsigned int	count;
	int		reason;
	int		error;
	unsigned long	received;
};

void	forget_endings(void);
void	expect_ending(int reason, unsigned long received);

/* released.c: what is left of connections */
void	count_before(void);
void	expect_released(void);

/* The scenarios; table.c has their names */
struct scenario {
	const char	*name;
	void		(*run)(struct peer *p);
	const char	*handler;	/* the server that it is for */
	const char	*what;
};

extern const struct scenario scenarios[];

#endif /* PACKET_H */
