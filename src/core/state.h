/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of a connection and what leads from one to the next. Pure: no
 * sockets.
 *
 *	CONNECTING --.
 *	  |          |
 *	  v          v
 *	OPEN ---> CLOSING ---> ABORTING ---> DEAD
 *
 * with the short cuts of the table below.
 */
#ifndef SSK_STATE_H
#define SSK_STATE_H

#include <linux/types.h>

/**
 * enum ssk_conn_state - what a connection still does
 * @SSK_CONN_CONNECTING: waits for its handshake; an accepted one never is
 * @SSK_CONN_OPEN: the handler receives, and sends unless it has shut down
 * @SSK_CONN_CLOSING: the handler has closed. What it sent is delivered, then
 *	FIN. What arrives is discarded
 * @SSK_CONN_ABORTING: the handler has aborted; becomes DEAD before the
 *	running upcall ends
 * @SSK_CONN_DEAD: @closed was called; waits for its release
 */
enum ssk_conn_state {
	SSK_CONN_CONNECTING,
	SSK_CONN_OPEN,
	SSK_CONN_CLOSING,
	SSK_CONN_ABORTING,
	SSK_CONN_DEAD,
} __packed;

/**
 * enum ssk_conn_event - what changes the state of a connection
 * @SSK_EVENT_CONNECTED: the handshake is complete
 * @SSK_EVENT_CLOSE: the handler, or a timeout, wants an end in order
 * @SSK_EVENT_ABORT: the handler wants a reset
 * @SSK_EVENT_END: it is over for the handler
 */
enum ssk_conn_event {
	SSK_EVENT_CONNECTED,
	SSK_EVENT_CLOSE,
	SSK_EVENT_ABORT,
	SSK_EVENT_END,
};

/**
 * ssk_state_after() - the state that an event leads to
 * @state: the state before
 * @event: the event
 *
 * Return: the state, @state itself if the event changes nothing.
 */
static inline enum ssk_conn_state
ssk_state_after(enum ssk_conn_state state, enum ssk_conn_event event)
{
	if (state == SSK_CONN_DEAD)
		return state;

	switch (event) {
	case SSK_EVENT_CONNECTED:
		return state == SSK_CONN_CONNECTING ? SSK_CONN_OPEN : state;
	case SSK_EVENT_CLOSE:
		if (state == SSK_CONN_CONNECTING)
			return SSK_CONN_ABORTING;
		return state == SSK_CONN_OPEN ? SSK_CONN_CLOSING : state;
	case SSK_EVENT_ABORT:
		return SSK_CONN_ABORTING;
	case SSK_EVENT_END:
		return SSK_CONN_DEAD;
	}
	return state;
}

#endif /* SSK_STATE_H */
