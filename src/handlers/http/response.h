/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The head of a response.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "pages.h"
#include "portable.h"

/* No head is longer. */
#define HTTP_RESPONSE_HEAD_MAX	256

/* The length of an IMF-fixdate, such as "Sun, 06 Nov 1994 08:49:37 GMT". */
#define HTTP_DATE_LEN		29

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
 * http_response_head() - write the head of a response
 * @buf: at least HTTP_RESPONSE_HEAD_MAX bytes
 * @status: the status
 * @page: the content, for its type and length
 * @connection: the Connection field
 * @date: HTTP_DATE_LEN bytes
 *
 * Return: the length.
 */
size_t http_response_head(char *buf, u16 status, const struct http_page *page,
			  enum http_connection connection, const char *date);

#endif /* HTTP_RESPONSE_H */
