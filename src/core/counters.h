/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every counter of a service, by its name in /proc/net/syncsock/stats, and what
 * it counts. This is the one list; stats.h and stats.c make what they need of
 * it, and README.md's table is compared with it.
 */

SSK_COUNTER(accepted, "connections that the handler got"),
SSK_COUNTER(accepted_shared, "those of them that came by the socket of CPUs without their own"),
SSK_COUNTER(refused_no_memory, "connections that were reset because there was no memory for them"),
SSK_COUNTER(refused_limit, "connections that were reset because of the limit on them"),
SSK_COUNTER(refused_rate, "connections that were reset because of the limit on their rate"),
SSK_COUNTER(refused_memory, "connections that were reset because of the limit on memory"),
SSK_COUNTER(connects, "outgoing connections that were asked for"),
SSK_COUNTER(connects_steered, "those of them with a source port that brings their segments home"),
SSK_COUNTER(connected, "outgoing connections that were established"),
SSK_COUNTER(connected_away, "those of them whose peer's answer arrived on another CPU"),

/* In the order of enum syncsock_close_reason. */
SSK_COUNTER(closed, "connections whose end the handler was told, for one of these reasons:"),
SSK_COUNTER(closed_in_order, "closed in both directions"),
SSK_COUNTER(closed_peer_reset, "reset by the peer"),
SSK_COUNTER(closed_timeout, "given up by TCP, or without progress for a time of net.syncsock"),
SSK_COUNTER(closed_aborted, "reset because the handler wanted it"),
SSK_COUNTER(closed_stopped, "reset because the handler or the namespace went away"),
SSK_COUNTER(closed_connect, "outgoing, and not established"),
SSK_COUNTER(closed_oversized, "reset because a message did not fit the receive buffer"),

SSK_COUNTER(released, "sockets of connections that were given back, but for refused_no_memory"),
SSK_COUNTER(aborted, "connections that were reset from our side, for whatever reason"),
SSK_COUNTER(timed_out, "connections that were without progress, for one of these times:"),
SSK_COUNTER(timed_out_handshake, "until the handshake was complete"),
SSK_COUNTER(timed_out_connect, "connect_timeout_ms"),
SSK_COUNTER(timed_out_first_byte, "first_byte_timeout_ms"),
SSK_COUNTER(timed_out_idle, "idle_timeout_ms"),
SSK_COUNTER(timed_out_linger, "linger_timeout_ms"),
SSK_COUNTER(messages, "messages that the handler says it has taken"),
SSK_COUNTER(upcalls_softirq, "times a handler was called with received bytes, in softirq"),
SSK_COUNTER(upcalls_process, "the same in a process whose system call kept the socket busy"),
SSK_COUNTER(upcalls_worker, "the same in a worker"),
SSK_COUNTER(migrations, "upcalls that TCP made on another CPU than the home"),
SSK_COUNTER(deferred, "times a connection was put off because its budget was used up"),
SSK_COUNTER(offloaded, "times a connection was moved to a worker because it took too long"),
SSK_COUNTER(paused, "times receiving was paused"),
SSK_COUNTER(window_closed, "times bytes that were left unread closed the receive window"),
SSK_COUNTER(posts, "posts that were taken"),
SSK_COUNTER(post_overflow, "posts that were refused because the mailbox was full"),
SSK_COUNTER(bytes_received, "bytes that the handler consumed"),
SSK_COUNTER(bytes_sent, "bytes that TCP took to send"),
SSK_COUNTER(bytes_referenced, "bytes of pages that the handler sent without a copy"),
SSK_COUNTER(bytes_spliced, "received bytes that were forwarded without a copy"),
SSK_COUNTER(sends, "times TCP took bytes, often of many messages"),
SSK_COUNTER(send_blocked, "times a connection had no room to send"),
SSK_COUNTER(no_memory, "times a connection could not go on for want of memory"),
