/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding bytes in a queue of packets by their sequence numbers. Pure: packets
 * only, no sockets.
 */
#ifndef SSK_CURSOR_H
#define SSK_CURSOR_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct sk_buff *ssk_cursor_find(const struct sk_buff_head *queue,
				struct sk_buff *skb, u32 seq, u32 *offset);
const void *ssk_cursor_run(const struct sk_buff *skb, u32 offset, size_t *len);
void ssk_cursor_copy(const struct sk_buff_head *queue, struct sk_buff *skb,
		     u32 seq, void *buf, size_t len);

#endif /* SSK_CURSOR_H */
