/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of a service: one sysctl each, below net.syncsock.<handler>.
 */
#ifndef SSK_LIMITS_H
#define SSK_LIMITS_H

/**
 * struct ssk_limits - what a handler may use in a network namespace
 * @connections: open connections; more are reset; 0: no limit
 * @connections_per_second: connections that are accepted; more are reset; 0:
 *	no limit
 * @memory_kib: KiB that connections may use before more are reset; 0: no limit
 * @connect_timeout_ms: how long an outgoing connection may take to be
 *	established; 0: as long as TCP tries
 * @first_byte_timeout_ms: how long a client may be connected before its first
 *	byte; 0: for ever
 * @idle_timeout_ms: how long an open connection may be without a byte that
 *	was received or acknowledged; 0: for ever
 * @linger_timeout_ms: how long a closing connection may be without progress
 * @budget_bytes: how many received bytes one upcall may see
 * @budget_us: for how long it may go on looking for more
 * @offload_us: how long one upcall may take before its connection is moved to
 *	a worker; 0: for ever
 * @send_high_bytes: how many bytes of a connection may be sent and not
 *	acknowledged
 * @send_low_bytes: to how many of them a full connection has to come down
 *	before it may send again
 * @mailbox: how many posts may wait for a connection
 * @steer: what to do about segments that arrive away from home, as in &enum
 *	ssk_steer
 * @listener_per_cpu: whether an address gets a listening socket for each CPU,
 *	or one for all
 *
 * Written by sysctl at any time, read with READ_ONCE(). A timeout is looked
 * at when the one before it expires: a change reaches open connections then.
 * One of less than a tenth of a second may come that much late, see young.c.
 */
struct ssk_limits {
	int	connections;
	int	connections_per_second;
	int	memory_kib;
	int	connect_timeout_ms;
	int	first_byte_timeout_ms;
	int	idle_timeout_ms;
	int	linger_timeout_ms;
	int	budget_bytes;
	int	budget_us;
	int	offload_us;
	int	send_high_bytes;
	int	send_low_bytes;
	int	mailbox;
	int	steer;
	int	listener_per_cpu;
};

extern const struct ssk_limits ssk_limits_default;

#endif /* SSK_LIMITS_H */
