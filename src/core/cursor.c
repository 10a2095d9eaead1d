// SPDX-License-Identifier: GPL-2.0
/*
 * Finding bytes in a queue of packets by their sequence numbers. Pure: packets
 * only, no sockets.
 *
 * A packet may begin before the end of the one before it (an overlapping
 * segment that came out of order), which is why places follow from sequence
 * numbers and not from adding up lengths.
 */
#include "cursor.h"

/**
 * ssk_cursor_run() - the longest run of bytes in memory at a place
 * @skb: a packet, which may hold data in its head, in page fragments and in
 *	a list of packets (GRO makes those)
 * @offset: a place in it
 * @len: where to store the length
 *
 * All of them are mapped: the module is for kernels without high memory.
 *
 * Return: the first byte.
 */
const void *ssk_cursor_run(const struct sk_buff *skb, u32 offset, size_t *len)
{
	const struct sk_buff *part;
	u32 end = skb_headlen(skb);
	int i;

	BUILD_BUG_ON(IS_ENABLED(CONFIG_HIGHMEM));

	if (offset < end) {
		*len = end - offset;
		return skb->data + offset;
	}

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];
		u32 start = end;

		end += skb_frag_size(frag);
		if (offset < end) {
			*len = end - offset;
			return skb_frag_address(frag) + (offset - start);
		}
	}

	skb_walk_frags(skb, part) {
		if (offset - end < part->len)
			return ssk_cursor_run(part, offset - end, len);
		end += part->len;
	}

	WARN_ON_ONCE(1);
	return NULL;
}

/**
 * ssk_cursor_copy() - copy bytes
 * @queue: as for ssk_cursor_find()
 * @skb: as for ssk_cursor_find()
 * @seq: the sequence number of the first byte
 * @buf: where to
 * @len: how many; all of them are in @queue
 */
void ssk_cursor_copy(const struct sk_buff_head *queue, struct sk_buff *skb,
		     u32 seq, void *buf, size_t len)
{
	while (len) {
		const void *data;
		size_t part;
		u32 offset;

		skb = ssk_cursor_find(queue, skb, seq, &offset);
		data = ssk_cursor_run(skb, offset, &part);
		part = min(part, len);
		memcpy(buf, data, part);
		buf += part;
		seq += part;
		len -= part;
	}
}
