/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a connection says, whichever way its bytes come and go.
 */
#ifndef SESSION_H
#define SESSION_H

#include "output.h"

struct session {
	unsigned long	skip;	/* bytes of a request's body to come */
	bool		close;	/* when everything is sent */
	bool		drain;	/* read on, so that no RST overtakes it */
};

struct session_protocol {
	const char	*name;

	/* Once. */
	void		(*setup)(const char *directory);

	/* Whenever a thread has waited. */
	void		(*tick)(void);

	/*
	 * Takes input and adds output; returns how much it took. What it left
	 * it gets again, with more input or when @out is sent. It may write to
	 * its input.
	 */
	size_t		(*process)(struct session *session, char *data,
				   size_t len, struct output *out);

	/* Nothing is expected, the client's FIN is everything. */
	bool		connections_only;
};

extern const struct session_protocol http_session;

/* How many instructions the protocol "spin" is to execute for its input. */
extern unsigned long spin_count;

const struct session_protocol *session_protocol_named(const char *name);

#endif /* SESSION_H */
