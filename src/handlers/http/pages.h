/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages that are built in, and the text of every status.
 */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include "portable.h"

/**
 * struct http_page - something to answer with
 * @path: its path, without escapes; NULL for the text of a status
 * @type: Content-Type
 * @text: its content: @text_len bytes, over and over
 * @text_len: the length of @text
 * @length: the length of the content
 */
struct http_page {
	const char	*path;
	const char	*type;
	const char	*text;
	u32		text_len;
	u32		length;
};

/**
 * http_page_at() - the page at a path
 * @path: as in &struct http_target
 * @len: its length
 *
 * Return: the page, or NULL.
 */
const struct http_page *http_page_at(const char *path, size_t len);

/**
 * http_page_of_status() - the text of a status
 * @status: one that the parser or the handler produces
 *
 * Return: a page like "404 Not Found\n".
 */
const struct http_page *http_page_of_status(u16 status);

/**
 * http_page_part() - some bytes of a page's content
 * @page: the page
 * @offset: where they begin, less than the page's length
 * @len: how many are wanted; becomes how many there are, at least 1
 *
 * Return: the bytes.
 */
const char *http_page_part(const struct http_page *page, u32 offset,
			   size_t *len);

#endif /* HTTP_PAGES_H */
