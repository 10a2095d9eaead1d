/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands share.
 */
#ifndef TEST_SESSION_H
#define TEST_SESSION_H

#include <linux/llist.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct syncsock_conn;
struct syncsock_data;

/* The most data that a session keeps. */
#define SESSION_KEPT	64

/**
 * enum session_mode - what a session does with received bytes
 * @MODE_COMMANDS: lines are commands
 * @MODE_COPY: @left bytes are sent back by way of syncsock_rx_copy()
 * @MODE_LINEAR: the same with syncsock_rx_linear()
 * @MODE_NEED: waits for @left bytes at once
 * @MODE_KEEP: keeps whatever comes, until it is let go
 * @MODE_HOLD: leaves whatever comes
 * @MODE_REFUSE: closes, leaves whatever has come, and counts its calls
 * @MODE_COUNT: counts whatever comes
 * @MODE_FILL: has sent until there was no room, waits for @writable
 */
enum session_mode {
	MODE_COMMANDS,
	MODE_COPY,
	MODE_LINEAR,
	MODE_NEED,
	MODE_KEEP,
	MODE_HOLD,
	MODE_REFUSE,
	MODE_COUNT,
	MODE_FILL,
};

/**
 * struct session - the private memory of a connection of "commands"
 * @mode: see &enum session_mode
 * @left: how many bytes of the mode are still to come
 * @need: what was asked of syncsock_rx_need(), until it has come
 * @calls: how often @received was called in this mode
 * @writables: how often @writable was
 * @filled: bytes that MODE_FILL has sent
 * @received: all bytes so far
 * @slow_us: how long each line takes
 * @kept: data that is kept
 * @kept_count: how many there are
 * @later: what this upcall has said is to be done later
 */
struct session {
	enum session_mode	mode;
	size_t			left;
	size_t			need;
	unsigned int		calls;
	unsigned int		writables;
	size_t			filled;
	u64			received;
	unsigned int		slow_us;
	struct syncsock_data	*kept[SESSION_KEPT];
	unsigned int		kept_count;
	struct llist_head	later;
};

/* commands.c */
__printf(2, 3)
void session_say(struct syncsock_conn *conn, const char *format, ...);
size_t session_let_go(struct syncsock_conn *conn);
size_t session_drain(struct syncsock_conn *conn);

/* elsewhere.c: what is done to a session from other contexts */
int elsewhere_init(void);
void elsewhere_exit(void);
int elsewhere_later(struct syncsock_conn *conn, const char *where,
		    const char *what);
void elsewhere_start(struct session *session);
int elsewhere_storm(struct syncsock_conn *conn, unsigned int count);
void elsewhere_flood(struct syncsock_conn *conn, unsigned int count);

#endif /* TEST_SESSION_H */
