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
 * enum ssk_rx_again - why another upcall comes for what the last one has left
 * @SSK_RX_AGAIN_NOT: none does
 * @SSK_RX_AGAIN_TURN: the budget was used up
 * @SSK_RX_AGAIN_MEMORY: there was no memory to keep it
 */
enum ssk_rx_again {
	SSK_RX_AGAIN_NOT,
	SSK_RX_AGAIN_TURN,
	SSK_RX_AGAIN_MEMORY,
} __packed;

/**
 * struct ssk_rx - where a handler is in the bytes that TCP has received
 * @skb: the packet that the cursor was found in last, valid during one
 *	upcall, or NULL
 * @consumed: bytes that this upcall has consumed and TCP does not know of
 * @len: bytes at the cursor that this upcall may see
 * @hidden: bytes behind those, which it may not
 * @need: how many bytes the handler waits for, or 0 if any will do
 * @again: what the last upcall left is for another one, which comes
 * @full: @received has left everything although the buffer was full, and
 * @full_at: what TCP expected next then, and
 * @full_since: when that was first so, in tcp_jiffies32
 * @window_closed: it was counted that what is unread has closed the window
 * @kept: what kept data counts for in the socket's receive memory
 * @until: when this upcall is to see no more bytes, by tcp_clock_ns()
 * @since: when TCP began with what waits for another upcall, by tcp_clock_ns();
 *	0 if nothing does
 */
struct ssk_rx {
	struct sk_buff	*skb;
	u32		consumed;
	u32		len;
	u32		hidden;
	u32		need;
	enum ssk_rx_again again;
	bool		full;
	bool		window_closed;
	u32		full_at;
	u32		full_since;
	atomic_t	kept;
	u64		until;
	u64		since;
};

/**
 * ssk_rx_lift_budget() - show what was hidden
 * @rx: the cursor
 *
 * Context: an upcall.
 * Return: whether there was something.
 */
static inline bool ssk_rx_lift_budget(struct ssk_rx *rx)
{
	u32 hidden = rx->hidden;

	rx->len += hidden;
	rx->hidden = 0;
	return hidden;
}

const void *ssk_rx_peek(struct syncsock_conn *conn, size_t *len);
bool ssk_rx_is_stuck(struct syncsock_conn *conn);
void ssk_rx_clear_need(struct syncsock_conn *conn);
void ssk_rx_rewind(struct syncsock_conn *conn, u32 consumed);
void ssk_rx_open_window(struct syncsock_conn *conn);
void ssk_rx_finish(struct syncsock_conn *conn);

#endif /* SSK_RECEIVE_H */
