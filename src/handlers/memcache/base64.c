// SPDX-License-Identifier: GPL-2.0
#include "base64.h"

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *mc_base64_encode(char *at, const u8 *bytes, size_t len)
{
	while (len) {
		size_t count = len < 3 ? len : 3;
		u32 bits = bytes[0] << 16;

		if (count > 1)
			bits |= bytes[1] << 8;
		if (count > 2)
			bits |= bytes[2];
		at[0] = digits[bits >> 18];
		at[1] = digits[bits >> 12 & 63];
		at[2] = count > 1 ? digits[bits >> 6 & 63] : '=';
		at[3] = count > 2 ? digits[bits & 63] : '=';
		at += 4;
		bytes += count;
		len -= count;
	}
	return at;
}

/* The value of a character: padding is 0, one of another kind is -1. */
static int value_of(char c)
{
	const char *digit;

	if (c == '=')
		return 0;
	digit = c ? strchr(digits, c) : NULL;
	return digit ? digit - digits : -1;
}

static bool is_whole(const char *text, size_t len)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < len; i++)
		count += value_of(text[i]) >= 0;
	return count && !(count % 4);
}

size_t mc_base64_decode(char *text, size_t len)
{
	unsigned int padding = 0;
	unsigned int count = 0;
	size_t used = 0;
	u32 bits = 0;
	size_t i;

	if (!is_whole(text, len))
		return 0;
	for (i = 0; i < len; i++) {
		int value = value_of(text[i]);

		if (value < 0)
			continue;
		padding += text[i] == '=';
		bits = bits << 6 | value;
		if (++count % 4)
			continue;
		text[used++] = bits >> 16;
		text[used++] = bits >> 8;
		text[used++] = bits;
		if (padding)
			break;
	}
	return padding > 2 ? 0 : used - padding;
}
