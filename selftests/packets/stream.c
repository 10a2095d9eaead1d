// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes that peers send: different at every position.
 */
#include "packet.h"

static __u8 byte_at(size_t position)
{
	unsigned long word = (position >> 2) * 0x9e3779b97f4a7c15UL;

	return (word >> 40) >> (8 * (position & 3)) ^ position;
}

void stream_fill(__u8 *buf, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = byte_at(from + i);
}

/* Returns how many bytes from the beginning are right. */
size_t stream_match(const __u8 *buf, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len && buf[i] == byte_at(from + i); i++)
		;
	return i;
}
