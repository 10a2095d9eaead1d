/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several ranges in one response: multipart/byteranges (RFC 9110 section
 * 14.6).
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "media.h"
#include "../portable.h"
#include "range.h"
#include "../text.h"

/* The length of what separates two parts, without its dashes. */
#define HTTP_BOUNDARY_LEN	16

/* No head of a part, and no end, is longer. */
#define HTTP_PART_HEAD_MAX	(HTTP_MEDIA_MAX + HTTP_BOUNDARY_LEN + \
				 3 * TEXT_DIGITS_MAX + 64)

/**
 * struct http_multipart - what every part has in common
 * @boundary: HTTP_BOUNDARY_LEN characters that are not in the content
 * @type: the media type of the content
 * @complete: the length of the whole content
 */
struct http_multipart {
	const char	*boundary;
	const char	*type;
	u64		complete;
};

/**
 * http_multipart_head() - write what comes before a range
 * @buf: at least HTTP_PART_HEAD_MAX bytes
 * @multipart: what the parts have in common
 * @range: the range
 *
 * Return: the length.
 */
size_t http_multipart_head(char *buf, const struct http_multipart *multipart,
			   const struct http_range *range);

/* Write what comes behind the last range; return the length. */
size_t http_multipart_end(char *buf, const struct http_multipart *multipart);

/**
 * http_multipart_length() - how long it is, all in all
 * @multipart: what the parts have in common
 * @ranges: the ranges, resolved
 */
u64 http_multipart_length(const struct http_multipart *multipart,
			  const struct http_ranges *ranges);

#endif /* HTTP_MULTIPART_H */
