/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test module: handlers that exist to use the API in every way.
 */
#ifndef TEST_MODULE_H
#define TEST_MODULE_H

#include <syncsock/syncsock.h>

/* How the last connection of a handler ended. */
struct ending {
	enum syncsock_close_reason	reason;
	int				error;
	u64				received;
	u32				count;
};

extern const struct syncsock_handler commands_handler;
extern struct ending commands_ending;
extern const struct syncsock_handler relay_handler;
extern struct ending relay_ending;

void ending_set(struct ending *ending, const struct syncsock_conn *conn,
		enum syncsock_close_reason reason, u64 received);
int ending_get(char *buffer, const struct ending *ending);

#endif /* TEST_MODULE_H */
