/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The header fields that matter for finding the end of a request and for what
 * becomes of the connection. All others are only read over.
 */
#ifndef HTTP_FIELDS_H
#define HTTP_FIELDS_H

#include "authority.h"
#include "chars.h"
#include "portable.h"

/* The longest body that is skipped; above it the connection is closed. */
#define HTTP_BODY_MAX	(1024 * 1024)

enum http_field {
	HTTP_FIELD_OTHER,
	HTTP_FIELD_CONNECTION,
	HTTP_FIELD_CONTENT_LENGTH,
	HTTP_FIELD_EXPECT,
	HTTP_FIELD_HOST,
	HTTP_FIELD_TRANSFER_ENCODING,
};

/**
 * struct http_fields - what the fields of a request said
 * @content_length: Content-Length; HTTP_BODY_MAX + 1 for any above the limit
 * @has_content_length: there was a Content-Length
 * @has_transfer_encoding: there was a Transfer-Encoding
 * @chunked: it named the chunked coding
 * @other_coding: it named another one, or chunked twice
 * @has_host: there was a Host
 * @close: Connection said close
 * @keep_alive: Connection said keep-alive
 * @expect_continue: the client waits for 100 before it sends the body
 *
 * The rest is the field that is being read:
 *
 * @field: which one
 * @started: there was something of the value, or of the list element
 * @gap: and then white space
 * @number: the value so far, if it is a number
 * @host: the value so far, if it is a host
 * @word: the name, or the list element
 */
struct http_fields {
	u32			content_length;
	bool			has_content_length;
	bool			has_transfer_encoding;
	bool			chunked;
	bool			other_coding;
	bool			has_host;
	bool			close;
	bool			keep_alive;
	bool			expect_continue;

	u8			field;
	bool			started;
	bool			gap;
	struct http_authority	host;
	u32			number;
	struct http_word	word;
};

void http_fields_begin(struct http_fields *fields);

/*
 * A field is: any number of name characters, which must be of a token, the
 * end of the name, any number of value characters, which must be of a field
 * value, the end of the value. Those that return something return 0 or 400.
 */
void http_fields_name_begin(struct http_fields *fields);
int http_fields_name_end(struct http_fields *fields);
int http_fields_value_char(struct http_fields *fields, u8 c);
int http_fields_value_end(struct http_fields *fields);

static inline void http_fields_name_char(struct http_fields *fields, u8 c)
{
	http_word_add(&fields->word, http_char_lower(c));
}

/* Take the field being read for one that does not matter, as in trailers. */
static inline void http_fields_ignore(struct http_fields *fields)
{
	fields->field = HTTP_FIELD_OTHER;
}

#endif /* HTTP_FIELDS_H */
