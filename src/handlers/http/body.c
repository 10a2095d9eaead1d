// SPDX-License-Identifier: GPL-2.0
#include "body.h"
#include "chars.h"
#include "fields.h"

enum {
	BODY_FIXED,
	BODY_SIZE,
	BODY_SPACE,
	BODY_EXTENSION,
	BODY_SIZE_LF,
	BODY_CHUNK,
	BODY_CHUNK_CR,
	BODY_CHUNK_LF,
	BODY_END,
};

/* Enough for any size below the limit, with a few zeros before it. */
#define DIGITS_MAX	16

void http_body_begin_fixed(struct http_body *body, u32 length)
{
	*body = (struct http_body){
		.state = length ? BODY_FIXED : BODY_END,
		.left = length,
	};
}

void http_body_begin_chunked(struct http_body *body)
{
	*body = (struct http_body){ .state = BODY_SIZE };
}

bool http_body_ended(const struct http_body *body)
{
	return body->state == BODY_END;
}

static int size_char(struct http_body *body, u8 c)
{
	if (http_char_is(c, HTTP_CHAR_HEX)) {
		if (++body->digits > DIGITS_MAX)
			return 400;
		body->left = body->left << 4 | http_char_hex(c);
		return body->left > HTTP_BODY_MAX - body->total ? 413 : 0;
	}
	if (!body->digits)
		return 400;
	switch (c) {
	case '\r':
		body->state = BODY_SIZE_LF;
		return 0;
	case ';':
		body->state = BODY_EXTENSION;
		return 0;
	default:
		body->state = BODY_SPACE;
		return http_char_is_space(c) ? 0 : 400;
	}
}

/* From the first semicolon, or the white space before it. */
static int extension_char(struct http_body *body, u8 c)
{
	if (body->state == BODY_EXTENSION && c == '\r') {
		body->state = BODY_SIZE_LF;
		return 0;
	}
	if (++body->extensions > HTTP_EXTENSIONS_MAX)
		return 400;
	if (body->state == BODY_EXTENSION)
		return http_char_is(c, HTTP_CHAR_VALUE) ? 0 : 400;
	if (c == ';')
		body->state = BODY_EXTENSION;
	else if (!http_char_is_space(c))
		return 400;
	return 0;
}

/* A byte around the chunks. */
static int framing_char(struct http_body *body, u8 c)
{
	switch (body->state) {
	case BODY_SIZE:
		return size_char(body, c);
	case BODY_SPACE:
	case BODY_EXTENSION:
		return extension_char(body, c);
	case BODY_SIZE_LF:
		body->state = body->left ? BODY_CHUNK : BODY_END;
		body->total += body->left;
		return c == '\n' ? 0 : 400;
	case BODY_CHUNK_CR:
		body->state = BODY_CHUNK_LF;
		return c == '\r' ? 0 : 400;
	default:
		body->state = BODY_SIZE;
		body->digits = 0;
		return c == '\n' ? 0 : 400;
	}
}

int http_body_skip(struct http_body *body, const u8 *data, size_t len,
		   size_t *used)
{
	size_t at = 0;
	int status = 0;

	while (at < len && body->state != BODY_END && !status) {
		u32 part;

		if (body->state != BODY_FIXED && body->state != BODY_CHUNK) {
			status = framing_char(body, data[at++]);
			continue;
		}
		part = len - at < body->left ? len - at : body->left;
		at += part;
		body->left -= part;
		if (!body->left)
			body->state = body->state == BODY_FIXED ? BODY_END : BODY_CHUNK_CR;
	}
	*used = at;
	return status;
}
