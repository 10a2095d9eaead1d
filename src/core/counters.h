/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every counter of a service, by its name in /proc/net/syncsock/stats. This is
 * the one list; stats.h and stats.c make what they need of it.
 */

/* Connections that the handler got. */
SSK_COUNTER(accepted),

/* Connections that were reset because there was no memory for them. */
SSK_COUNTER(refused_no_memory),

/* Connections that were reset because of the limit on connections. */
SSK_COUNTER(refused_limit),

/* Connections whose end the handler was told. */
SSK_COUNTER(closed),

/* Sockets of accepted or limited connections that were given back. */
SSK_COUNTER(released),

/* Connections that were reset from our side. */
SSK_COUNTER(aborted),

/* Connections that were ended because they made no progress in time. */
SSK_COUNTER(timed_out),

/* Times a handler was called with received bytes, in softirq. */
SSK_COUNTER(upcalls_softirq),

/* The same in process context, when TCP replayed a backlog. */
SSK_COUNTER(upcalls_process),

/* Times a connection was put off because its budget was used up. */
SSK_COUNTER(deferred),

/* Bytes that the handler consumed. */
SSK_COUNTER(bytes_received),

/* Bytes that TCP took to send. */
SSK_COUNTER(bytes_sent),

/* Times a connection had no room to send. */
SSK_COUNTER(send_blocked),
