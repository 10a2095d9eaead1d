/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entity tags (RFC 9110 section 8.8.3), and lists of them as in If-Match and
 * If-None-Match.
 *
 * A tag of ours is a number of 64 bits, written as 16 hexadecimal digits in
 * quotes. Any other tag that a client sends is no tag of ours.
 */
#ifndef HTTP_TAGS_H
#define HTTP_TAGS_H

#include "../portable.h"

/* The length of a tag of ours, with its quotes. */
#define HTTP_TAG_LEN	18

/* How many tags of ours are remembered; more are not found in the list. */
#define HTTP_TAGS_MAX	4

/**
 * struct http_tags - a list of entity tags being read
 * @state: what comes next
 * @weak: the tag being read is a weak one
 * @digits: how many digits it has so far
 * @number: their value
 * @any: the list is "*"
 * @weak_ones: a bit for each of @tag that is weak
 * @count: how many of @tag there are
 * @tag: the tags of ours
 *
 * What is malformed is no tag of ours either; it ends at the next comma.
 */
struct http_tags {
	u8	state;
	bool	weak;
	u8	digits;
	bool	any;
	u8	weak_ones;
	u8	count;
	u64	number;
	u64	tag[HTTP_TAGS_MAX];
};

/* A list may come in several fields: begin each line, but only once the list. */
void http_tags_begin(struct http_tags *tags);
void http_tags_begin_line(struct http_tags *tags);
void http_tags_char(struct http_tags *tags, u8 c);

/**
 * http_tags_have() - whether a list has a tag
 * @tags: a list that was read
 * @tag: the tag, a strong one
 * @weak: whether a weak tag in the list is equal too: the comparison of
 *	If-None-Match, not that of If-Match (RFC 9110 section 8.8.3.2)
 */
bool http_tags_have(const struct http_tags *tags, u64 tag, bool weak);

/* Write a tag: HTTP_TAG_LEN bytes. */
void http_tag_write(char *buf, u64 tag);

#endif /* HTTP_TAGS_H */
