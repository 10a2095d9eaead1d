// SPDX-License-Identifier: GPL-2.0
/*
 * The pages /1k, /16k, /64k and /1m are for measuring and for checking that
 * nothing is lost: lines of 64 bytes, the last of which is a newline, each
 * the same as this one:
 *
 * ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "builtin.h"
#include "media.h"
#include "snapshot.h"

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

static const char line[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-\n";

/* A page is its text, over and over, up to its length. */
#define PAGE(_path, _type, _text, _length) {	\
	.path = _path,				\
	.type = _type,				\
	.text = _text,				\
	.text_len = sizeof(_text) - 1,		\
	.length = _length,			\
}

static const struct {
	const char	*path;
	const char	*type;
	const char	*text;
	u32		text_len;
	u32		length;
} pages[] = {
	PAGE("/index.html", HTTP_MEDIA_HTML, index_html, sizeof(index_html) - 1),
	PAGE("/hello.txt", HTTP_MEDIA_PLAIN, hello, sizeof(hello) - 1),
	PAGE("/1k", HTTP_MEDIA_PLAIN, line, 1024),
	PAGE("/16k", HTTP_MEDIA_PLAIN, line, 16 * 1024),
	PAGE("/64k", HTTP_MEDIA_PLAIN, line, 64 * 1024),
	PAGE("/1m", HTTP_MEDIA_PLAIN, line, 1024 * 1024),
};

static void fill(struct http_content *content, const char *text, u32 text_len)
{
	size_t offset, len, i;
	u64 at;

	for (at = 0; at < content->length; at += len) {
		struct page *page = http_content_part(content, at, &offset,
						      &len);
		char *to = page_address(page) + offset;

		for (i = 0; i < len; i++)
			to[i] = text[(at + i) % text_len];
	}
}

static int add_all(struct http_snapshot *snapshot)
{
	int i, err = 0;

	for (i = 0; i < ARRAY_SIZE(pages) && !err; i++) {
		struct http_content *content;

		content = http_store_alloc(&snapshot->store, pages[i].length);
		if (!content)
			return -ENOMEM;
		fill(content, pages[i].text, pages[i].text_len);
		http_content_finish(content, ktime_get_real_seconds());
		err = http_snapshot_add(snapshot, pages[i].path, pages[i].type,
					content);
	}
	return err ?: http_snapshot_complete(snapshot);
}

struct http_snapshot *http_builtin(void)
{
	struct http_snapshot *snapshot = http_snapshot_new();
	int err;

	if (!snapshot)
		return ERR_PTR(-ENOMEM);
	err = add_all(snapshot);
	if (err) {
		http_snapshot_free(snapshot);
		return ERR_PTR(err);
	}
	return snapshot;
}
