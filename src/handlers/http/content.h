/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A content: the bytes of a file, held in pages, and what is said about them.
 */
#ifndef HTTP_CONTENT_H
#define HTTP_CONTENT_H

#include "conditions.h"
#include "date.h"
#include "../portable.h"
#include "tags.h"

struct page;

/* Every chunk of a content has so many bytes, but for its last one. */
#define HTTP_CHUNK_ORDER	3
#define HTTP_CHUNK_SIZE		32768

/**
 * struct http_chunk - some bytes of a content
 * @page: the compound page that they are in
 * @offset: where they begin
 */
struct http_chunk {
	struct page	*page;
	u32		offset;
};

/**
 * struct http_content - the bytes of a file
 * @length: how many there are
 * @validators: what it is compared by
 * @tag: the ETag field
 * @modified: the Last-Modified field, if @validators have a date
 * @chunk: where the bytes are
 */
struct http_content {
	u64			length;
	struct http_validators	validators;
	char			tag[HTTP_TAG_LEN];
	char			modified[HTTP_DATE_LEN];
	struct http_chunk	chunk[];
};

#endif /* HTTP_CONTENT_H */
