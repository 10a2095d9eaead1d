/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes of characters, and words of them. The kernel's ctype functions take
 * Latin-1 letters for letters, which HTTP does not.
 */
#ifndef HTTP_CHARS_H
#define HTTP_CHARS_H

#include "../portable.h"

/**
 * enum http_char_class - what a byte may be part of
 * @HTTP_CHAR_TOKEN: a token (RFC 9110 section 5.6.2)
 * @HTTP_CHAR_VALUE: a field value, including the white space and bytes above
 *	127 in it (RFC 9110 section 5.5)
 * @HTTP_CHAR_NAME: a host name, escapes aside (RFC 3986 section 3.2.2)
 * @HTTP_CHAR_PATH: a path segment, escapes aside (RFC 3986 section 3.3)
 * @HTTP_CHAR_DIGIT: a decimal number
 * @HTTP_CHAR_UPPER: an upper-case letter; the bit that differs from the lower case
 * @HTTP_CHAR_HEX: a hexadecimal number
 */
enum http_char_class {
	HTTP_CHAR_TOKEN	= 1 << 0,
	HTTP_CHAR_VALUE	= 1 << 1,
	HTTP_CHAR_NAME	= 1 << 2,
	HTTP_CHAR_PATH	= 1 << 3,
	HTTP_CHAR_DIGIT	= 1 << 4,
	HTTP_CHAR_UPPER	= 'a' - 'A',
	HTTP_CHAR_HEX	= 1 << 6,
};

extern const u8 http_char_classes[256];

static inline bool http_char_is(u8 c, enum http_char_class class)
{
	return http_char_classes[c] & class;
}

/* How many bytes at the beginning of @data are of a class. */
static inline size_t http_char_run(const u8 *data, size_t len,
				   enum http_char_class class)
{
	size_t count = 0;

	while (count < len && http_char_is(data[count], class))
		count++;
	return count;
}

/* The same for HTTP_CHAR_VALUE, which long texts are of: eight at a time. */
static inline size_t http_char_run_value(const u8 *data, size_t len)
{
	const u64 ones = 0x0101010101010101, tops = ones << 7;
	size_t count = 0;

	for (; len - count >= sizeof(u64); count += sizeof(u64)) {
		u64 bytes, control, delete;

		memcpy(&bytes, data + count, sizeof(bytes));
		control = bytes - ones * ' ';
		delete = (bytes ^ (ones * 0x7f)) - ones;
		if (((control & ~bytes) | (delete & ~bytes)) & tops)
			break;
	}
	return count + http_char_run(data + count, len - count,
				     HTTP_CHAR_VALUE);
}

static inline bool http_char_is_space(u8 c)
{
	return c == ' ' || c == '\t';
}

static inline u8 http_char_lower(u8 c)
{
	return c | (http_char_classes[c] & HTTP_CHAR_UPPER);
}

/* The value of a character of class HTTP_CHAR_HEX. */
static inline u8 http_char_hex(u8 c)
{
	return (c & 0xf) + (c >> 6) * 9;
}

/* The longest word that is remembered. */
#define HTTP_WORD_MAX	39

/*
 * A word that comes in character by character. One that is longer than
 * HTTP_WORD_MAX equals nothing.
 */
struct http_word {
	u8	len;
	char	text[HTTP_WORD_MAX];
};

static inline void http_word_spoil(struct http_word *word)
{
	word->len = HTTP_WORD_MAX + 1;
}

static inline void http_word_add(struct http_word *word, u8 c)
{
	if (word->len < HTTP_WORD_MAX)
		word->text[word->len] = c;
	if (word->len <= HTTP_WORD_MAX)
		word->len++;
}

/*
 * The same for all characters at the beginning of @data that can be of a token,
 * in lower case. Returns how many they are.
 */
static inline size_t http_word_add_token(struct http_word *word,
					 const u8 *data, size_t len)
{
	size_t from = word->len < HTTP_WORD_MAX ? word->len : HTTP_WORD_MAX;
	size_t room = HTTP_WORD_MAX - from;
	size_t most = len < room ? len : room;
	char *text = word->text + from;
	size_t count = 0, run;

	for (; count < most && http_char_is(data[count], HTTP_CHAR_TOKEN); count++)
		text[count] = http_char_lower(data[count]);
	word->len += count;
	if (count < room)
		return count;
	run = http_char_run(data + count, len - count, HTTP_CHAR_TOKEN);
	if (run)
		http_word_spoil(word);
	return count + run;
}

static inline bool http_word_too_long(const struct http_word *word)
{
	return word->len > HTTP_WORD_MAX;
}

/*
 * @text is a literal of at most HTTP_WORD_MAX characters. Inline, so that the
 * compiler knows its length.
 */
static __always_inline bool http_word_is(const struct http_word *word,
					 const char *text)
{
	return word->len == strlen(text) &&
	       !memcmp(word->text, text, strlen(text));
}

#endif /* HTTP_CHARS_H */
