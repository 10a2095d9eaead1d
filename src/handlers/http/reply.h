/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to answer to a request.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "page.h"
#include "parser.h"
#include "../portable.h"
#include "response.h"

/**
 * struct http_reply - a response, and how much of it was sent
 * @head: its head
 * @content: where its body comes from; NULL: from @text
 * @text: a text that is the body
 * @at: where in @content or @text the bytes to send next begin
 * @end: and end
 * @part: which part that is, if there are several
 * @parts: how many there are; 0: the body is in one piece
 */
struct http_reply {
	struct http_response		head;
	const struct http_content	*content;
	const char			*text;
	u64				at;
	u64				end;
	u8				part;
	u8				parts;
};

/**
 * http_reply_status() - answer with a status, in words
 * @reply: the reply
 * @request: the request, read or refused
 * @status: the status
 */
void http_reply_status(struct http_reply *reply,
		       const struct http_parser *request, u16 status);

/**
 * http_reply_page() - answer with a page
 * @reply: the reply; as long as it is used, the page and @request stay
 * @request: a GET or HEAD; its ranges are resolved
 * @page: the page
 * @boundary: HTTP_BOUNDARY_LEN characters to put between ranges
 */
void http_reply_page(struct http_reply *reply, struct http_parser *request,
		     const struct http_page *page, const char *boundary);

/* Answer with 404 and a page that says so. */
void http_reply_missing(struct http_reply *reply,
			const struct http_parser *request,
			const struct http_page *page);

/* What all parts of a reply that has parts have in common. */
static inline struct http_multipart
http_reply_multipart(const struct http_reply *reply)
{
	return (struct http_multipart) {
		.boundary	= reply->head.boundary,
		.type		= reply->head.type,
		.complete	= reply->head.complete,
	};
}

#endif /* HTTP_REPLY_H */
