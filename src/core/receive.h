/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive cursor of a connection.
 */
#ifndef SSK_RECEIVE_H
#define SSK_RECEIVE_H

#include <linux/atomic.h>
#include <linux/types.h>

struct sk_buff;
struct syncsock_conn;

/**
 * struct ssk_rx - where a handler is in the bytes that TCP has received
 * @skb: the packet that the cursor was found in last, valid during one
 *	upcall, or NULL
 * @consumed: bytes that this upcall has consumed and TCP does not know of
 * @hidden: bytes at the end that this upcall is not to see
 * @need: how many bytes the handler waits for, or 0 if any will do
 * @deferred: the last upcall left bytes that were hidden; another one comes
 * @full: @received has left everything although the buffer was full, and
 * @full_at: what TCP expected next then, and
 * @full_since: when that was first so, in tcp_jiffies32
 * @kept: what kept data counts for in the socket's receive memory
 * @until: when this upcall is to see no more bytes, by local_clock()
 */
struct ssk_rx {
	struct sk_buff	*skb;
	u32		consumed;
	u32		hidden;
	u32		need;
	bool		deferred;
	bool		full;
	u32		full_at;
	u32		full_since;
	atomic_t	kept;
	u64		until;
};

void ssk_rx_set_budget(struct syncsock_conn *conn, u64 now);
bool ssk_rx_lift_budget(struct syncsock_conn *conn);
bool ssk_rx_is_ready(const struct syncsock_conn *conn);
bool ssk_rx_is_stuck(struct syncsock_conn *conn);
void ssk_rx_clear_need(struct syncsock_conn *conn);
void ssk_rx_rewind(struct syncsock_conn *conn, u32 consumed);
void ssk_rx_open_window(struct syncsock_conn *conn);
void ssk_rx_finish(struct syncsock_conn *conn);

#endif /* SSK_RECEIVE_H */
