/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "load.h"

enum state {
	STATE_CLOSED,
	STATE_OPENING,
	STATE_OPEN,
	STATE_ENDING,	/* waits for the server's FIN */
};

struct connection {
	int		fd;
	enum state	state;
	unsigned int	index;

	/* Requests of this phase, counted on this connection. */
	unsigned long	quota;
	unsigned long	begun;		/* given to TCP, at least in part */
	unsigned long	sent;		/* given to TCP as a whole */
	unsigned long	done;
	size_t		offset;		/* of what is sent of the next one */

	/* With -1, the request leaves when the connection is open. */
	bool		answered;

	struct response	response;
	unsigned long	*starts;	/* when requests begun, by turns */
};

struct phase {
	unsigned long	base;		/* number of the first request */
	unsigned long	before;		/* connections of earlier phases */
	unsigned long	total;
	unsigned long	complete;
	unsigned long	started;	/* connections, while opening them */
	bool		measured;
};

/* loop.c */
extern struct phase phase;

void watch(struct connection *conn);
void phase_step(void);
void connection_opened(void);

/* connection.c */
void connection_init(struct connection *conn, unsigned int index);
void connection_open(struct connection *conn);
void connection_begin(struct connection *conn, unsigned long quota);
void connection_end(struct connection *conn);
void connection_handle(struct connection *conn, unsigned int events);
void connection_recheck(struct connection *conn);

#endif /* CONNECTION_H */
