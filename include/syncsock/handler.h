/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handlers: what a protocol module gives to syncsock, and when it is called.
 */
#ifndef SYNCSOCK_HANDLER_H
#define SYNCSOCK_HANDLER_H

#include <linux/module.h>
#include <linux/types.h>

struct syncsock_conn;
struct syncsock_setting;

/* The longest handler name; it is also a directory below net.syncsock. */
#define SYNCSOCK_NAME_MAX	31

/**
 * enum syncsock_close_reason - why a connection ended
 * @SYNCSOCK_CLOSED: both directions were closed in order
 * @SYNCSOCK_CLOSE_PEER_RESET: the peer reset the connection
 * @SYNCSOCK_CLOSE_TIMEOUT: TCP gave up, a time of net.syncsock.<name> was
 *	over, or the peer did not finish closing
 * @SYNCSOCK_CLOSE_ABORTED: the handler called syncsock_abort() or returned
 *	an error, or closed before it was connected
 * @SYNCSOCK_CLOSE_STOPPED: the handler was stopped or withdrawn, or the
 *	network namespace is going away
 * @SYNCSOCK_CLOSE_CONNECT: syncsock_connect() failed; syncsock_conn_error()
 *	says how
 * @SYNCSOCK_CLOSE_OVERSIZED: the receive buffer was full and @received still
 *	waited for more; see syncsock_rx_full()
 */
enum syncsock_close_reason {
	SYNCSOCK_CLOSED,
	SYNCSOCK_CLOSE_PEER_RESET,
	SYNCSOCK_CLOSE_TIMEOUT,
	SYNCSOCK_CLOSE_ABORTED,
	SYNCSOCK_CLOSE_STOPPED,
	SYNCSOCK_CLOSE_CONNECT,
	SYNCSOCK_CLOSE_OVERSIZED,
};

/**
 * struct syncsock_handler - a protocol, served on listening sockets
 * @name: its name, in ``net.syncsock.<name>.listen``, in the log and in
 *	/proc/net/syncsock; 1 to SYNCSOCK_NAME_MAX characters of ``a-z0-9_``
 * @priv_size: bytes of private memory that each connection gets, zeroed,
 *	in the connection's own allocation; see syncsock_conn_priv()
 * @settings: its own sysctls, of which the one behind the last has no name;
 *	NULL for none
 *
 * Every operation below is called
 *
 * - nearly always inside the softirq that received the segment, otherwise in
 *   process context: when TCP replays its backlog, with bottom halves
 *   disabled, or when the connection was moved to a worker
 *   (syncsock_offload()), with bottom halves enabled. It must not sleep, and
 *   locks and per-CPU data that connections share need the _bh functions
 *   (spin_lock_bh()), as all that is used in softirq and elsewhere;
 * - with the connection's socket locked, so that two operations of one
 *   connection never run at the same time. It must not take another
 *   connection's lock.
 *
 * It may use the receive functions (rx.h) and the send functions (tx.h) on
 * that connection only. On any other connection that it has a reference to it
 * may use what conn.h says is for any context, syncsock_post() above all.
 *
 * @accepted: a client has connected. Return 0, or a negative errno to reset
 *	the connection. Optional.
 * @connected: a connection of syncsock_connect() is established. Return 0,
 *	or a negative errno to reset it. Optional.
 * @received: there are bytes to read, now or since the last call. What is
 *	not consumed stays in TCP's queue (and closes the window); the next
 *	call comes when more has arrived (as much as syncsock_rx_need() asks
 *	for), when room to send is back or after syncsock_resume(). Return how
 *	many messages it has taken, whatever the protocol calls one, for the
 *	counter "messages"; or a negative errno to reset the connection.
 * @writable: there is room to send again after syncsock_send() returned
 *	-EAGAIN or syncsock_room() returned 0; once each time. @received
 *	follows if bytes are unread. Optional.
 * @peer_closed: the peer has closed its direction and @received left nothing
 *	that it could still use. The handler may go on sending; it ends the
 *	connection with syncsock_close(), which is the default. Once per
 *	connection. Optional.
 * @closed: the connection has ended. Exactly once for every connection whose
 *	@accepted was called or that syncsock_connect() returned, last;
 *	nothing can be read or sent any more. The private memory is gone
 *	afterwards, unless syncsock_conn_get() was called. Optional.
 */
struct syncsock_handler {
	const char	*name;
	size_t		priv_size;
	const struct syncsock_setting *settings;

	int	(*accepted)(struct syncsock_conn *conn);
	int	(*connected)(struct syncsock_conn *conn);
	int	(*received)(struct syncsock_conn *conn);
	void	(*writable)(struct syncsock_conn *conn);
	void	(*peer_closed)(struct syncsock_conn *conn);
	void	(*closed)(struct syncsock_conn *conn,
			  enum syncsock_close_reason reason);
};

/**
 * syncsock_register_handler() - make a handler available
 * @handler: the handler; it must stay valid until it is unregistered
 * @listen: addresses to serve in the initial network namespace, as for
 *	``net.syncsock.<name>.listen``, or NULL for none
 *
 * Every network namespace, present and future, gets a
 * ``net.syncsock.<name>`` sysctl directory.
 *
 * Context: Process context. Takes mutexes, may sleep.
 * Return: 0; -EINVAL for a bad name, a missing @received, a setting that lacks
 * something or a bad @listen;
 * -EEXIST if the name is taken; -EADDRINUSE or another error of bind(2) for
 * an address of @listen; -ENOMEM, also for a setting that has the name of one
 * that every handler has.
 */
int syncsock_register_handler(const struct syncsock_handler *handler,
			      const char *listen);

/**
 * syncsock_stop() - close all that a handler has
 * @handler: a handler that syncsock_register_handler() accepted
 *
 * Closes its listeners and resets its connections in every network
 * namespace. The handler stays registered: ``net.syncsock.<name>.listen`` is
 * empty and can be set again. When it returns, each @closed of those
 * connections has been called.
 *
 * Context: Process context, outside of the handler's operations, without a
 * reference to a connection. Takes mutexes, may sleep.
 */
void syncsock_stop(const struct syncsock_handler *handler);

/**
 * syncsock_unregister_handler() - withdraw a handler
 * @handler: a handler that syncsock_register_handler() accepted
 *
 * Does as syncsock_stop() and takes the handler out of every network
 * namespace. When it returns, none of the operations runs or will be called
 * again, and each @closed has been called. It waits for references to
 * connections (syncsock_conn_get(), syncsock_rx_keep()): whoever holds one
 * has to drop it after @closed.
 *
 * Context: Process context, outside of the handler's operations, without a
 * reference to a connection. Takes mutexes, may sleep.
 */
void syncsock_unregister_handler(const struct syncsock_handler *handler);

/**
 * module_syncsock_handler() - a module that is one handler and nothing else
 * @__handler: its struct syncsock_handler
 *
 * Registers the handler when the module is loaded and withdraws it when the
 * module is unloaded, and gives the module the parameter "listen". Replaces
 * module_init() and module_exit(); may be used once in a module.
 */
#define module_syncsock_handler(__handler)				\
	static char *__handler##_listen;				\
	module_param_named(listen, __handler##_listen, charp, 0444);	\
	MODULE_PARM_DESC(listen,					\
		"addresses to serve in the initial network namespace, "	\
		"such as 0.0.0.0:8080,[::]:8080");			\
									\
	static int __init __handler##_init(void)			\
	{								\
		return syncsock_register_handler(&(__handler),		\
						 __handler##_listen);	\
	}								\
	module_init(__handler##_init);					\
									\
	static void __exit __handler##_exit(void)			\
	{								\
		syncsock_unregister_handler(&(__handler));		\
	}								\
	module_exit(__handler##_exit)

#endif /* SYNCSOCK_HANDLER_H */
