// SPDX-License-Identifier: GPL-2.0
#include "number.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A sign and an amount; false if there is none or it exceeds 64 bits. */
static bool read_number(const char *text, size_t len, bool *negative,
			u64 *amount)
{
	size_t at = 0;
	u64 sum = 0;
	size_t first;

	while (at < len && is_space(text[at]))
		at++;
	*negative = at < len && text[at] == '-';
	if (at < len && (text[at] == '-' || text[at] == '+'))
		at++;
	for (first = at; at < len && is_digit(text[at]); at++) {
		u64 digit = text[at] - '0';

		if (sum > (U64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*amount = sum;
	return at > first && (at == len || is_space(text[at]));
}

/*
 * What is negative wraps around, as it does for strtoull(), and is refused if
 * that shows in the highest bit: there must be no minus anywhere then.
 */
bool mc_number_u64(const char *text, size_t len, u64 *number)
{
	bool negative;
	u64 amount;

	if (!read_number(text, len, &negative, &amount))
		return false;
	if (negative)
		amount = 0 - amount;
	if ((s64)amount < 0 && memchr(text, '-', len))
		return false;
	*number = amount;
	return true;
}

bool mc_number_u32(const char *text, size_t len, u32 *number)
{
	u64 wide;

	if (!mc_number_u64(text, len, &wide))
		return false;
	*number = wide;
	return true;
}

bool mc_number_s32(const char *text, size_t len, s32 *number)
{
	u64 limit = U64_MAX / 2;
	bool negative;
	u64 amount;

	if (!read_number(text, len, &negative, &amount))
		return false;
	if (amount > limit + negative)
		return false;
	*number = (s32)(u32)(negative ? 0 - amount : amount);
	return true;
}
