/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding bytes in a queue of packets by their sequence numbers. Pure: packets
 * only, no sockets.
 */
#ifndef SSK_CURSOR_H
#define SSK_CURSOR_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/tcp.h>

/**
 * ssk_cursor_find() - the packet that holds a byte
 * @queue: packets in the order of their sequence numbers, without gaps
 * @skb: the packet to begin at, which is not behind the byte
 * @seq: the sequence number of the byte, which is in @queue
 * @offset: where to store the byte's place in the packet
 *
 * Return: the packet.
 */
static inline struct sk_buff *ssk_cursor_find(const struct sk_buff_head *queue,
					      struct sk_buff *skb, u32 seq,
					      u32 *offset)
{
	for (;;) {
		*offset = seq - TCP_SKB_CB(skb)->seq;
		if (*offset < skb->len)
			return skb;
		skb = skb_peek_next(skb, queue);
	}
}

const void *ssk_cursor_run(const struct sk_buff *skb, u32 offset, size_t *len);
void ssk_cursor_copy(const struct sk_buff_head *queue, struct sk_buff *skb,
		     u32 seq, void *buf, size_t len);

#endif /* SSK_CURSOR_H */
