/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The head of a response.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "content.h"
#include "multipart.h"
#include "../portable.h"
#include "range.h"

/* The longest Location: a path of which each byte is escaped. */
#define HTTP_LOCATION_MAX	768

/* No head is longer. */
#define HTTP_RESPONSE_HEAD_MAX	1024

/**
 * enum http_connection - what to say in the Connection field
 * @HTTP_CONNECTION_NONE: nothing: the connection stays, as in HTTP/1.1
 * @HTTP_CONNECTION_KEEP_ALIVE: it stays, which an HTTP/1.0 client asked for
 * @HTTP_CONNECTION_CLOSE: it will be closed
 */
enum http_connection {
	HTTP_CONNECTION_NONE,
	HTTP_CONNECTION_KEEP_ALIVE,
	HTTP_CONNECTION_CLOSE,
};

/**
 * struct http_text - a text that was written once, to be copied
 * @len: its length
 * @text: the text
 */
struct http_text {
	u16	len;
	char	text[];
};

/**
 * struct http_response - what the head of a response says
 * @status: the status; with 405 it says which methods are allowed
 * @connection: the Connection field
 * @gzip: the content is compressed
 * @varies: there is another content for other values of Accept-Encoding
 * @type: the media type, or NULL if there is no content: then there is no
 *	Content-Length either
 * @length: Content-Length
 * @content: the content that the validators are of, or NULL for none
 * @range: the range that is sent, in Content-Range, or NULL
 * @complete: the length of the whole content, for @range and with status 416
 * @boundary: between the parts, if there are several; @type is that of each
 * @location: Location, or NULL
 * @begin: how it begins, by http_response_begin(), or NULL if that was not
 *	written before
 */
struct http_response {
	u16				status;
	enum http_connection		connection;
	bool				gzip;
	bool				varies;
	const char			*type;
	u64				length;
	const struct http_content	*content;
	const struct http_range		*range;
	u64				complete;
	const char			*boundary;
	const char			*location;
	const struct http_text		*begin;
};

/**
 * http_response_begin() - write what is the same in many heads
 * @buf: at least HTTP_RESPONSE_HEAD_MAX bytes
 * @response: what it says; of which the status, and all that is about the
 *	content, is written here
 *
 * Return: the length. The date is left out: HTTP_DATE_LEN bytes at
 * HTTP_RESPONSE_DATE are any, if the status is 200.
 */
size_t http_response_begin(char *buf, const struct http_response *response);

/* Where the date is in a head with status 200. */
#define HTTP_RESPONSE_DATE	41

/**
 * http_response_head() - write the head of a response
 * @buf: at least HTTP_RESPONSE_HEAD_MAX bytes
 * @response: what it says
 * @date: HTTP_DATE_LEN bytes
 *
 * Return: the length.
 */
size_t http_response_head(char *buf, const struct http_response *response,
			  const char *date);

#endif /* HTTP_RESPONSE_H */
