// SPDX-License-Identifier: GPL-2.0
/*
 * TCP options.
 */
#include <arpa/inet.h>
#include <string.h>

#include "packet.h"

void add_option(struct options *to, __u8 kind, const void *value, size_t len)
{
	if (to->len + len + 2 > sizeof(to->bytes))
		die("no room for option %u", kind);
	to->bytes[to->len++] = kind;
	to->bytes[to->len++] = len + 2;
	memcpy(to->bytes + to->len, value, len);
	to->len += len;
}

void add_option16(struct options *to, __u8 kind, __u16 value)
{
	value = htons(value);
	add_option(to, kind, &value, sizeof(value));
}

void add_timestamps(struct options *to, __u32 value, __u32 echo)
{
	__u32 pair[2] = { htonl(value), htonl(echo) };

	add_option(to, TCPOPT_TIMESTAMP, pair, sizeof(pair));
}

bool find_option(const struct segment *seg, __u8 kind, const __u8 **value,
		 size_t *len)
{
	const __u8 *at = seg->options, *end = at + seg->options_len;

	while (at < end && *at != TCPOPT_EOL) {
		if (*at == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			die("the server sent options that make no sense");
		if (*at == kind) {
			*value = at + 2;
			*len = at[1] - 2;
			return true;
		}
		at += at[1];
	}
	return false;
}

bool find_timestamps(const struct segment *seg, __u32 *value, __u32 *echo)
{
	const __u8 *bytes;
	__u32 pair[2];
	size_t len;

	if (!find_option(seg, TCPOPT_TIMESTAMP, &bytes, &len) ||
	    len != sizeof(pair))
		return false;
	memcpy(pair, bytes, sizeof(pair));
	*value = ntohl(pair[0]);
	*echo = ntohl(pair[1]);
	return true;
}
