/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Media types (RFC 9110 section 8.3), by the extension of a file's name.
 */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include "../portable.h"

/* No type is longer. */
#define HTTP_MEDIA_MAX	80

#define HTTP_MEDIA_PLAIN	"text/plain; charset=utf-8"
#define HTTP_MEDIA_HTML		"text/html; charset=utf-8"

/**
 * http_media_type() - the media type of a file
 * @name: its name, or a path that ends with it
 * @len: the length of @name
 *
 * Upper and lower case are the same. Text is said to be UTF-8.
 *
 * Return: the type; application/octet-stream if it is not known.
 */
const char *http_media_type(const char *name, size_t len);

#endif /* HTTP_MEDIA_H */
