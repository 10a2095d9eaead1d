/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive cursor of a connection.
 */
#ifndef SSK_RECEIVE_H
#define SSK_RECEIVE_H

#include <linux/types.h>

struct sk_buff;
struct syncsock_conn;

/**
 * struct ssk_rx - where a handler is in the bytes that TCP has received
 * @skb: the packet that @seq was found in last, valid during one upcall, or
 *	NULL
 * @consumed: bytes that this upcall has consumed and TCP does not know of
 * @hidden: bytes at the end that this upcall is not to see
 * @until: when this upcall is to see no more bytes, by local_clock()
 */
struct ssk_rx {
	struct sk_buff	*skb;
	u32		consumed;
	u32		hidden;
	u64		until;
};

void ssk_rx_set_budget(struct syncsock_conn *conn, u64 now);
bool ssk_rx_lift_budget(struct syncsock_conn *conn);
void ssk_rx_finish(struct syncsock_conn *conn);

#endif /* SSK_RECEIVE_H */
