// SPDX-License-Identifier: GPL-2.0
/*
 * Discarding what arrives after the handler has closed.
 *
 * TCP frees these packets as it frees those that were read, for which it gives
 * no reason. Who looks for lost packets is told of them here, before that.
 */
#include <net/tcp.h>
#include <syncsock/rx.h>

#include "../compat.h"
#include "conn.h"

/* The packets of which the handler has not consumed everything. */
static void tell(const struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;
	u32 seq = ssk_rx_seq(conn);
	struct sk_buff *skb;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		if (!after(TCP_SKB_CB(skb)->seq + skb->len, seq))
			continue;
		atomic_inc(&sk->sk_drops);
		ssk_compat_trace_drop(skb, sk);
	}
}

/**
 * ssk_discard() - consume all that was received
 * @conn: a connection that is closing
 *
 * Context: the end of an upcall.
 */
void ssk_discard(struct syncsock_conn *conn)
{
	ssk_rx_lift_budget(&conn->rx);
	if (!conn->rx.len)
		return;
	tell(conn);
	syncsock_rx_advance(conn, conn->rx.len);
}
