/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing text into memory that is known to be large enough. Each function
 * returns where to go on.
 */
#ifndef HANDLERS_TEXT_H
#define HANDLERS_TEXT_H

#include "portable.h"

static __always_inline char *text_put(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

/*
 * For literals and for short strings. Inline, so that the compiler knows the
 * length of a literal.
 */
static __always_inline char *text_puts(char *at, const char *text)
{
	return text_put(at, text, strlen(text));
}

/* The most digits that a number has. */
#define TEXT_DIGITS_MAX	20

static inline char *text_put_number(char *at, u64 number)
{
	char digits[TEXT_DIGITS_MAX];
	size_t first = sizeof(digits);

	do {
		digits[--first] = '0' + number % 10;
		number /= 10;
	} while (number);
	return text_put(at, digits + first, sizeof(digits) - first);
}

/* How many digits text_put_hex() writes. */
#define TEXT_HEX_LEN	16

static inline char *text_put_hex(char *at, u64 number)
{
	size_t i;

	for (i = TEXT_HEX_LEN; i; i--, number >>= 4)
		at[i - 1] = "0123456789abcdef"[number & 0xf];
	return at + TEXT_HEX_LEN;
}

#endif /* HANDLERS_TEXT_H */
