/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the servers inside the kernel that syncsock is compared with have in
 * common: a listening socket, and what to answer.
 */
#ifndef PEER_H
#define PEER_H

#include <linux/net.h>

enum peer_protocol {
	PEER_ECHO,
	PEER_DISCARD,
	PEER_HTTP,
};

extern enum peer_protocol peer_protocol;

/* An HTTP connection ends with its first response. */
extern bool peer_once;

/* The response to every HTTP request, head and body. */
extern char *peer_response;
extern size_t peer_response_len;

/* With the file of a path as the body, or none if that is empty. */
int peer_response_make(const char *path);
void peer_response_free(void);

/**
 * struct peer_server - a way to serve connections
 * @name: of the module's parameter "server"
 * @start: begin to accept what comes to a listening socket; 0 or a negative
 *	errno
 * @stop: end everything that @start and the connections have begun; the
 *	listening socket was shut down
 */
struct peer_server {
	const char	*name;
	int		(*start)(struct socket *listener);
	void		(*stop)(void);
};

extern const struct peer_server peer_floor, peer_kthread;

/* Have a thread run where the module's parameters say. */
void peer_bind(struct task_struct *task);

/* What every server does with a connection first. */
void peer_no_delay(struct socket *socket);

/*
 * How many requests end in these bytes of a connection: each ends in an empty
 * line. @matched is how much of that the bytes before ended in.
 */
static inline unsigned int peer_requests(const char *bytes, size_t len,
					 u8 *matched)
{
	static const char end[] = "\r\n\r\n";
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (bytes[i] == end[*matched])
			++*matched;
		else
			*matched = bytes[i] == '\r';
		if (*matched == sizeof(end) - 1) {
			*matched = 0;
			count++;
		}
	}
	return count;
}

#endif /* PEER_H */
