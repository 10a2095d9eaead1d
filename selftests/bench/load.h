/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The load generator: a closed loop over many connections.
 *
 * Each request has a number, which says all about it: what is sent and what
 * has to come back. Request n goes over connection n modulo the number of
 * connections. Whatever goes wrong ends the program with status 1.
 */
#ifndef LOAD_H
#define LOAD_H

#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <sys/uio.h>

#include "address.h"
#include "histogram.h"

#define CONNECTIONS_MAX	10000
#define DEPTH_MAX	1024
#define SOURCES_MAX	64
#define SIZE_MAX_BYTES	(64UL << 20)

/* Numbers from here on are those of requests that fill the server. */
#define PRELOAD		0x4000000000000000UL

/* A request is made of so many pieces at most. */
#define PIECES_MAX	3

struct options {
	const struct protocol	*protocol;
	struct address		addr;
	struct address		sources[SOURCES_MAX];	/* -b */
	unsigned int		source_count;
	unsigned int		connections;		/* -c */
	unsigned int		depth;			/* -d */
	unsigned long		keys;			/* -k */
	unsigned int		keys_per_get;		/* -m */
	bool			miss;			/* -M */
	unsigned long		requests;		/* -n */
	const char		*path;			/* -p */
	unsigned int		first_port;		/* -P */
	size_t			size;			/* -s */
	unsigned int		seconds;		/* -t */
	const char		*file;			/* -v */
	unsigned int		set_percent;		/* -w */
	unsigned long		warmup;			/* -W */
	bool			once;			/* -1 */
	bool			histogram;		/* --histogram */
	bool			hold;			/* --hold */
	int			busy_cpu;		/* --busy, or -1 */
};

extern struct options options;

/* A response that has come in part. */
struct response {
	unsigned int	piece;
	size_t		offset;		/* in the piece, or in the body */
	bool		in_body;
	char		*head;		/* HTTP: what there is of it */
	size_t		head_used;
};

struct protocol {
	const char	*name;

	/* Once, when all options are known. */
	void		(*setup)(void);

	/* How many requests fill the server before anything else. */
	unsigned long	(*preload)(void);

	/* Describes a request; returns the number of pieces. */
	unsigned int	(*request)(unsigned long number, struct iovec *pieces);

	/*
	 * Looks at bytes of the response to a request and returns how many
	 * are its own; tells when it is complete.
	 */
	size_t		(*receive)(struct response *resp, unsigned long number,
				   const char *data, size_t len, bool *complete);

	/* There is no response: what is acknowledged is complete. */
	bool		acknowledged;

	/* The request asks the server to close, with -1. */
	bool		server_closes;

	/* A connection is all there is of a request. */
	bool		no_request;
};

extern const struct protocol http_protocol;
extern const struct protocol memcache_protocol;
extern const struct protocol echo_protocol;
extern const struct protocol discard_protocol;
extern const struct protocol connect_protocol;

struct totals {
	unsigned long	requests;
	unsigned long	bytes_sent;
	unsigned long	bytes_received;
	unsigned long	opened;		/* ns, by CLOCK_MONOTONIC */
	unsigned long	closed;
	unsigned long	busy;		/* ns, with --busy */
	struct histogram latency;
};

extern struct totals window;

#define die(...) errx(1, __VA_ARGS__)

/* load.c */
noreturn void end_failed(void);
void hold_connections(void);

/* The first error is the last thing that happens. */
#define fail(...) do { warnx(__VA_ARGS__); end_failed(); } while (0)

/* loop.c */
void run_load(void);
unsigned long now_ns(void);

/* socket.c */
int open_socket(unsigned long number);
void count_unacknowledged(int fd, unsigned long *bytes);
void drain_error_queue(int fd);

/* idle.c */
unsigned long busy_ns(unsigned int cpu);

/* expected.c */
size_t receive_expected(struct response *resp, unsigned long number,
			const char *data, size_t len, bool *complete,
			bool (*expected)(unsigned long number,
					 unsigned int index,
					 struct iovec *piece));

/* pattern.c */
void pattern_setup(size_t len);
const char *pattern_at(unsigned long number);
unsigned long scramble(unsigned long x);

#endif /* LOAD_H */
