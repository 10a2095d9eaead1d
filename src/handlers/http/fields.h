/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The header fields that matter: for finding the end of a request, for what
 * becomes of the connection, and for what the answer is. All others are only
 * read over.
 */
#ifndef HTTP_FIELDS_H
#define HTTP_FIELDS_H

#include "authority.h"
#include "chars.h"
#include "coding.h"
#include "conditions.h"
#include "../portable.h"
#include "range.h"

/* The longest body that is skipped; above it the connection is closed. */
#define HTTP_BODY_MAX	(1024 * 1024)

enum http_field {
	HTTP_FIELD_OTHER,
	HTTP_FIELD_ACCEPT_ENCODING,
	HTTP_FIELD_CONNECTION,
	HTTP_FIELD_CONTENT_LENGTH,
	HTTP_FIELD_EXPECT,
	HTTP_FIELD_HOST,
	HTTP_FIELD_IF_MATCH,
	HTTP_FIELD_IF_MODIFIED_SINCE,
	HTTP_FIELD_IF_NONE_MATCH,
	HTTP_FIELD_IF_RANGE,
	HTTP_FIELD_IF_UNMODIFIED_SINCE,
	HTTP_FIELD_RANGE,
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
 * @conditions: If-Match and its like
 * @ranges: Range
 * @codings: Accept-Encoding
 *
 * The rest is the field that is being read:
 *
 * @field: which one
 * @started: there was something of the value, or of the list element
 * @gap: and then so much white space
 * @number: the value so far, if it is a number
 * @host: the value so far, if it is a host
 * @word: the name, or the list element, or a value that is no list
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
	struct http_conditions	conditions;
	struct http_ranges	ranges;
	struct http_codings	codings;

	u8			field;
	bool			started;
	u8			gap;
	struct http_authority	host;
	u32			number;
	struct http_word	word;
};

void http_fields_begin(struct http_fields *fields);

/*
 * A field is: any number of name characters, the end of the name, any number of
 * value characters, the end of the value. Those that return an int return 0 or
 * 400.
 */
void http_fields_name_begin(struct http_fields *fields);

/* Take the bytes that can be of a name. Returns how many they are. */
static inline size_t http_fields_name(struct http_fields *fields,
				      const u8 *data, size_t len)
{
	return http_word_add_token(&fields->word, data, len);
}

int http_fields_name_end(struct http_fields *fields);

/*
 * Take bytes of the value being read, up to the first one that cannot be part
 * of any. How many they are goes to @used.
 */
int http_fields_value(struct http_fields *fields, const u8 *data, size_t len,
		      size_t *used);
int http_fields_value_end(struct http_fields *fields);

/* Take the field being read for one that does not matter, as in trailers. */
static inline void http_fields_ignore(struct http_fields *fields)
{
	fields->field = HTTP_FIELD_OTHER;
}

#endif /* HTTP_FIELDS_H */
