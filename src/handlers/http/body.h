/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Skipping the body of a request, to find the next one behind it.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "../portable.h"

/* The most bytes of chunk extensions that one body may have. */
#define HTTP_EXTENSIONS_MAX	1024

/**
 * struct http_body - a body being skipped
 * @state: what comes next
 * @digits: how many digits the chunk size has so far
 * @extensions: bytes of chunk extensions so far
 * @left: bytes to come, of the body or of the chunk
 * @total: bytes of all chunks so far
 */
struct http_body {
	u8	state;
	u8	digits;
	u16	extensions;
	u32	left;
	u32	total;
};

/* Begin a body of @length bytes, or one of chunks (RFC 9112 section 7.1). */
void http_body_begin_fixed(struct http_body *body, u32 length);
void http_body_begin_chunked(struct http_body *body);

/* Whether it was skipped. Behind chunks there still is a trailer section. */
bool http_body_ended(const struct http_body *body);

/**
 * http_body_skip() - skip bytes of a body
 * @body: a body that has not ended
 * @data: bytes
 * @len: how many
 * @used: where to store how many of them were of the body
 *
 * Return: 0; 400 if they are not valid; 413 if the chunks have more than
 * HTTP_BODY_MAX bytes.
 */
int http_body_skip(struct http_body *body, const u8 *data, size_t len,
		   size_t *used);

#endif /* HTTP_BODY_H */
