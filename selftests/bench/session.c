// SPDX-License-Identifier: GPL-2.0
/*
 * Protocols without requests, and the list of all.
 */
#include <string.h>

#include "session.h"

/* Sends its input as it is, without a copy. */
static size_t process_echo(struct session *session, char *data, size_t len,
			   struct output *out)
{
	(void)session;
	output_refer(out, data, len);
	out->lent = true;
	return len;
}

unsigned long spin_count;

/* Executes that many instructions and two: a number that is even. */
static void spin(unsigned long count)
{
#ifdef __x86_64__
	count += 2;
	asm volatile("1: sub $2, %0\n\tja 1b" : "+r"(count) : : "cc");
#else
	(void)count;
#endif
}

/* Echoes what it gets when it has done a known amount of work. */
static size_t process_spin(struct session *session, char *data, size_t len,
			   struct output *out)
{
	spin(spin_count);
	return process_echo(session, data, len, out);
}

static size_t process_discard(struct session *session, char *data, size_t len,
			      struct output *out)
{
	(void)session;
	(void)data;
	(void)out;
	return len;
}

static const struct session_protocol echo_session = {
	.name		= "echo",
	.process	= process_echo,
};

static const struct session_protocol spin_session = {
	.name		= "spin",
	.process	= process_spin,
};

static const struct session_protocol discard_session = {
	.name		= "discard",
	.process	= process_discard,
};

static const struct session_protocol connect_session = {
	.name			= "connect",
	.process		= process_discard,
	.connections_only	= true,
};

static const struct session_protocol * const protocols[] = {
	&http_session, &echo_session, &discard_session, &connect_session,
	&spin_session,
};

const struct session_protocol *session_protocol_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!strcmp(name, protocols[i]->name))
			return protocols[i];
	}
	return NULL;
}
