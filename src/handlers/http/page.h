/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page: what there is at a path.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "content.h"
#include "../portable.h"

/**
 * struct http_page - what there is at a path
 * @next: another page whose path has the same hash, or NULL
 * @content: the content; NULL if the page is elsewhere
 * @gzip: the same compressed, or NULL
 * @begin: how the head of a response begins that has all of @content
 * @gzip_begin: the same for @gzip, or NULL
 * @type: the media type, uncompressed
 * @location: where the page is, with NUL, if it is elsewhere; otherwise NULL
 * @path_len: the length of @path
 * @path: its path, as in &struct http_target
 */
struct http_page {
	struct http_page		*next;
	const struct http_content	*content;
	const struct http_content	*gzip;
	const struct http_text		*begin;
	const struct http_text		*gzip_begin;
	const char			*type;
	const char			*location;
	u16				path_len;
	char				path[];
};

#endif /* HTTP_PAGE_H */
