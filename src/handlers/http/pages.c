// SPDX-License-Identifier: GPL-2.0
/*
 * The pages /1k, /16k, /64k and /1m are for measuring and for checking that
 * nothing is lost: lines of 64 bytes, the last of which is a newline, each
 * the same as this one:
 *
 * ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-
 */
#include "pages.h"

#define LINE_LEN	64

static const char lines[256][LINE_LEN] = {
	[0 ... 255] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-\n",
};

static const char index_html[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head><meta charset=\"utf-8\"><title>syncsock</title></head>\n"
	"<body>\n"
	"<h1>syncsock</h1>\n"
	"<p>This page was served inside the Linux kernel, in the softirq\n"
	"that received the request.</p>\n"
	"<ul>\n"
	"<li><a href=\"/hello.txt\">/hello.txt</a></li>\n"
	"<li><a href=\"/1k\">/1k</a>, <a href=\"/16k\">/16k</a>,\n"
	"<a href=\"/64k\">/64k</a>, <a href=\"/1m\">/1m</a>:\n"
	"lines to measure with</li>\n"
	"</ul>\n"
	"</body>\n"
	"</html>\n";

static const char hello[] = "Hello from softirq\n";

#define PLAIN	"text/plain; charset=utf-8"

/* A page of a text, and one of @_length bytes of lines. */
#define TEXT(_path, _type, _text) {		\
	.path = _path,				\
	.type = _type,				\
	.text = _text,				\
	.text_len = sizeof(_text) - 1,		\
	.length = sizeof(_text) - 1,		\
}

#define LINES(_path, _length) {			\
	.path = _path,				\
	.type = PLAIN,				\
	.text = lines[0],			\
	.text_len = sizeof(lines),		\
	.length = _length,			\
}

static const struct http_page pages[] = {
	TEXT("/", "text/html; charset=utf-8", index_html),
	TEXT("/hello.txt", PLAIN, hello),
	LINES("/1k", 1024),
	LINES("/16k", 16 * 1024),
	LINES("/64k", 64 * 1024),
	LINES("/1m", 1024 * 1024),
};

#define STATUS(_status, _text) \
	{ _status, TEXT(NULL, PLAIN, _text) }

static const struct {
	u16			status;
	struct http_page	page;
} statuses[] = {
	STATUS(200, "200 OK\n"),
	STATUS(400, "400 Bad Request\n"),
	STATUS(404, "404 Not Found\n"),
	STATUS(405, "405 Method Not Allowed\n"),
	STATUS(413, "413 Content Too Large\n"),
	STATUS(414, "414 URI Too Long\n"),
	STATUS(431, "431 Request Header Fields Too Large\n"),
	STATUS(501, "501 Not Implemented\n"),
	STATUS(505, "505 HTTP Version Not Supported\n"),
};

const struct http_page *http_page_at(const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (!strncmp(pages[i].path, path, len) && !pages[i].path[len])
			return &pages[i];
	return NULL;
}

const struct http_page *http_page_of_status(u16 status)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(statuses) - 1 && statuses[i].status != status)
		i++;
	return &statuses[i].page;
}

const char *http_page_part(const struct http_page *page, u32 offset,
			   size_t *len)
{
	u32 at = offset % page->text_len;

	if (*len > page->text_len - at)
		*len = page->text_len - at;
	if (*len > page->length - offset)
		*len = page->length - offset;
	return page->text + at;
}
