// SPDX-License-Identifier: GPL-2.0
#include "media.h"
#include "reply.h"
#include "status.h"

static enum http_connection connection_of(const struct http_parser *request)
{
	if (!request->persistent)
		return HTTP_CONNECTION_CLOSE;
	if (!request->minor)
		return HTTP_CONNECTION_KEEP_ALIVE;
	return HTTP_CONNECTION_NONE;
}

static void begin(struct http_reply *reply, const struct http_parser *request,
		  u16 status)
{
	*reply = (struct http_reply) {
		.head.status		= status,
		.head.connection	= connection_of(request),
	};
}

/* The body is known; a HEAD gets none of it. */
static void end(struct http_reply *reply, const struct http_parser *request)
{
	if (request->method == HTTP_METHOD_HEAD) {
		reply->at = 0;
		reply->end = 0;
		reply->parts = 0;
	}
}

static void set_text(struct http_reply *reply)
{
	size_t len;

	reply->text = http_status_line(reply->head.status, &len);
	reply->end = len;
	reply->head.type = HTTP_MEDIA_PLAIN;
	reply->head.length = len;
}

void http_reply_status(struct http_reply *reply,
		       const struct http_parser *request, u16 status)
{
	begin(reply, request, status);
	set_text(reply);
	end(reply, request);
}

/* Which content of a page the client would rather have. */
static const struct http_content *
choose_content(struct http_reply *reply, const struct http_parser *request,
	       const struct http_page *page)
{
	reply->head.varies = page->gzip;
	reply->head.gzip = page->gzip &&
		http_codings_prefer_gzip(&request->fields.codings);
	return reply->head.gzip ? page->gzip : page->content;
}

static void set_content(struct http_reply *reply, const struct http_page *page,
			const struct http_content *content)
{
	reply->content = content;
	reply->end = content->length;
	reply->head.type = page->type;
	reply->head.length = content->length;
	reply->head.complete = content->length;
}

/* Some ranges of what set_content() has set. */
static void set_ranges(struct http_reply *reply,
		       const struct http_ranges *ranges, const char *boundary)
{
	struct http_multipart multipart;

	reply->head.status = 206;
	if (ranges->count == 1) {
		reply->head.range = &ranges->range[0];
		reply->at = ranges->range[0].first;
		reply->end = ranges->range[0].last + 1;
		reply->head.length = http_range_length(&ranges->range[0]);
		return;
	}
	reply->head.boundary = boundary;
	reply->parts = ranges->count;
	reply->end = 0;
	multipart = http_reply_multipart(reply);
	reply->head.length = http_multipart_length(&multipart, ranges);
}

/* Ranges are for GET alone (RFC 9110 section 14.2). */
static void consider_ranges(struct http_reply *reply,
			    struct http_parser *request, const char *boundary)
{
	struct http_fields *fields = &request->fields;

	if (request->method != HTTP_METHOD_GET ||
	    !http_conditions_allow_range(&fields->conditions,
					 &reply->content->validators))
		return;
	switch (http_ranges_resolve(&fields->ranges, reply->content->length)) {
	case HTTP_RANGES_PARTIAL:
		/* Several would be a multipart body, which is not compressed. */
		if (!reply->head.gzip || fields->ranges.count == 1)
			set_ranges(reply, &fields->ranges, boundary);
		break;
	case HTTP_RANGES_UNSATISFIABLE:
		reply->head.status = 416;
		reply->head.gzip = false;
		reply->head.content = NULL;
		reply->content = NULL;
		set_text(reply);
		break;
	default:
		break;
	}
}

void http_reply_page(struct http_reply *reply, struct http_parser *request,
		     const struct http_page *page, const char *boundary)
{
	const struct http_content *content;
	u16 status;

	if (page->location) {
		http_reply_status(reply, request, 301);
		reply->head.location = page->location;
		return;
	}

	begin(reply, request, 200);
	content = choose_content(reply, request, page);
	status = http_conditions_status(&request->fields.conditions,
					&content->validators);
	switch (status) {
	case 200:
		reply->head.content = content;
		set_content(reply, page, content);
		consider_ranges(reply, request, boundary);
		if (reply->head.status == 200)
			reply->head.begin = reply->head.gzip ?
				page->gzip_begin : page->begin;
		break;
	case 304:
		reply->head.status = status;
		reply->head.content = content;
		reply->head.gzip = false;
		break;
	default:
		reply->head.status = status;
		reply->head.gzip = false;
		set_text(reply);
		break;
	}
	end(reply, request);
}

void http_reply_missing(struct http_reply *reply,
			const struct http_parser *request,
			const struct http_page *page)
{
	begin(reply, request, 404);
	set_content(reply, page, choose_content(reply, request, page));
	end(reply, request);
}
