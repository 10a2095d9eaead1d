/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every counter of a service, by its name in /proc/net/syncsock/stats. This is
 * the one list; stats.h and stats.c make what they need of it.
 */

/* Connections that the handler got. */
SSK_COUNTER(accepted),

/* Connections that came by the socket of CPUs that have none of their own. */
SSK_COUNTER(accepted_shared),

/* Connections that were reset because there was no memory for them. */
SSK_COUNTER(refused_no_memory),

/* Connections that were reset because of the limit on connections. */
SSK_COUNTER(refused_limit),

/* Connections that were reset because of the limit on their rate. */
SSK_COUNTER(refused_rate),

/* Connections that were reset because of the limit on memory. */
SSK_COUNTER(refused_memory),

/* Outgoing connections that were asked for. */
SSK_COUNTER(connects),

/* Those for which a source port was found that brings their segments home. */
SSK_COUNTER(connects_steered),

/* Outgoing connections that were established. */
SSK_COUNTER(connected),

/* Those of them whose peer's answer arrived on another CPU than the home. */
SSK_COUNTER(connected_away),

/* Outgoing connections that failed, but for those that took too long. */
SSK_COUNTER(connect_failed),

/* Connections whose end the handler was told. */
SSK_COUNTER(closed),

/* Sockets of connections that were given back, refused_no_memory aside. */
SSK_COUNTER(released),

/* Connections that were reset from our side. */
SSK_COUNTER(aborted),

/* Connections that were ended because they made no progress in time. */
SSK_COUNTER(timed_out),

/* Connections that were reset: a message did not fit the receive buffer. */
SSK_COUNTER(oversized),

/* Times a handler was called with received bytes, in softirq. */
SSK_COUNTER(upcalls_softirq),

/* The same in process context: a replayed backlog, or a worker. */
SSK_COUNTER(upcalls_process),

/* Upcalls that TCP made on another CPU than the home. */
SSK_COUNTER(migrations),

/* Times a connection was put off because its budget was used up. */
SSK_COUNTER(deferred),

/* Times a connection was moved to a worker because it took too long. */
SSK_COUNTER(offloaded),

/* Times receiving was paused. */
SSK_COUNTER(paused),

/* Posts that were taken. */
SSK_COUNTER(posts),

/* Posts that were refused because the mailbox was full. */
SSK_COUNTER(post_overflow),

/* Bytes that the handler consumed. */
SSK_COUNTER(bytes_received),

/* Bytes that TCP took to send. */
SSK_COUNTER(bytes_sent),

/* Times a connection had no room to send. */
SSK_COUNTER(send_blocked),

/* Received bytes that were forwarded without copying. */
SSK_COUNTER(bytes_spliced),
