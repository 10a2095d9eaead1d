/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parser of HTTP/1.x requests (RFC 9110, RFC 9112).
 *
 * It takes the bytes of a connection in pieces of any size, keeps what a
 * server needs to answer and nothing else, and never reads beyond the end of
 * a request. Where the RFCs let a server choose between repairing and
 * refusing, it refuses: what two parsers could read in different ways is how
 * requests are smuggled.
 */
#ifndef HTTP_PARSER_H
#define HTTP_PARSER_H

#include "body.h"
#include "chars.h"
#include "fields.h"
#include "../portable.h"
#include "target.h"

/* The most bytes of request line and fields, trailer fields included. */
#define HTTP_HEAD_MAX	8192

enum http_method {
	HTTP_METHOD_UNKNOWN,
	HTTP_METHOD_GET,
	HTTP_METHOD_HEAD,
	HTTP_METHOD_CONNECT,
	HTTP_METHOD_DELETE,
	HTTP_METHOD_OPTIONS,
	HTTP_METHOD_PATCH,
	HTTP_METHOD_POST,
	HTTP_METHOD_PUT,
	HTTP_METHOD_TRACE,
};

/**
 * enum http_parser_result - what http_parser_feed() found
 * @HTTP_PARSER_MORE: the request goes on
 * @HTTP_PARSER_DONE: the request is complete
 * @HTTP_PARSER_ERROR: the request is refused, and there is no telling where
 *	the next one would begin
 */
enum http_parser_result {
	HTTP_PARSER_MORE,
	HTTP_PARSER_DONE,
	HTTP_PARSER_ERROR,
};

/**
 * struct http_parser - a request being read
 * @state: what comes next
 * @method: the method
 * @major: HTTP-version
 * @minor: HTTP-version; a 1.x above 1.1 is taken for 1.1
 * @persistent: another request may follow this one
 * @in_trailers: the fields are those behind a chunked body
 * @status: the answer to give after HTTP_PARSER_ERROR: 400, 408 (only by
 *	http_parser_refuse()), 413 (a body above
 *	HTTP_BODY_MAX), 414 (a path above HTTP_PATH_MAX, or no end of the
 *	request line), 431 (fields above HTTP_HEAD_MAX), 501 (an unknown
 *	transfer coding, or a method longer than any known one) or 505
 * @head_left: bytes of HTTP_HEAD_MAX that are left
 * @version_len: how much of HTTP-version was read
 * @body: the body
 * @word: the method, as it comes in
 * @fields: the header fields
 * @target: the target
 *
 * @method, @minor, @persistent and @target are for the user of the parser
 * after HTTP_PARSER_DONE, @method and @status after HTTP_PARSER_ERROR.
 */
struct http_parser {
	u8			state;
	u8			method;
	u8			major;
	u8			minor;
	bool			persistent;
	bool			in_trailers;
	u8			version_len;
	u16			status;
	u16			head_left;
	struct http_body	body;
	struct http_word	word;
	struct http_fields	fields;
	struct http_target	target;
};

/* Get ready for the next request. */
void http_parser_begin(struct http_parser *parser);

/**
 * http_parser_feed() - read bytes
 * @parser: the parser; once its request is complete or refused, it reads
 *	nothing more and says so again
 * @data: bytes
 * @len: how many
 * @used: where to store how many of them were read; all of them, unless the
 *	request is complete or refused
 *
 * A request is complete when its body was skipped too. The exception is one
 * whose client waits for 100 (Continue): it is complete before its body, and
 * not persistent. RFC 9110 section 10.1.1 lets a server answer at once, and
 * the client may then send the body or leave it out, so that only closing is
 * safe.
 *
 * Return: see &enum http_parser_result.
 */
enum http_parser_result http_parser_feed(struct http_parser *parser,
					 const void *data, size_t len,
					 size_t *used);

/* Whether nothing of the request was read. */
bool http_parser_is_new(const struct http_parser *parser);

/* Whether something of the request was read, and there is more to come. */
bool http_parser_has_begun(const struct http_parser *parser);

/* Refuse a request for a reason of one's own. */
void http_parser_refuse(struct http_parser *parser, u16 status);

#endif /* HTTP_PARSER_H */
