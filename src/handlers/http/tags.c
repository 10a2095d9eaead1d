// SPDX-License-Identifier: GPL-2.0
#include "chars.h"
#include "tags.h"
#include "../text.h"

enum {
	TAGS_BEGIN,
	TAGS_WEAK,
	TAGS_QUOTE,
	TAGS_OURS,
	TAGS_OTHER,
	TAGS_END,
	TAGS_MALFORMED,
};

#define DIGITS	TEXT_HEX_LEN
static_assert(DIGITS + 2 == HTTP_TAG_LEN, "the quotes");

void http_tags_begin(struct http_tags *tags)
{
	tags->any = false;
	tags->weak_ones = 0;
	tags->count = 0;
}

void http_tags_begin_line(struct http_tags *tags)
{
	tags->state = TAGS_BEGIN;
	tags->weak = false;
}

/* The first quote was read. */
static void begin_tag(struct http_tags *tags)
{
	tags->state = TAGS_OURS;
	tags->digits = 0;
	tags->number = 0;
}

static void end_tag(struct http_tags *tags)
{
	tags->state = TAGS_END;
	if (tags->digits != DIGITS || tags->count == HTTP_TAGS_MAX)
		return;
	if (tags->weak)
		tags->weak_ones |= 1 << tags->count;
	tags->tag[tags->count++] = tags->number;
}

/* Between the quotes of what can still be a tag of ours. */
static void tag_char(struct http_tags *tags, u8 c)
{
	if (c == '"') {
		end_tag(tags);
		return;
	}
	if (!http_char_is(c, HTTP_CHAR_HEX) || (c >= 'A' && c <= 'F') ||
	    ++tags->digits > DIGITS) {
		tags->state = TAGS_OTHER;
		return;
	}
	tags->number = tags->number << 4 | http_char_hex(c);
}

static void list_char(struct http_tags *tags, u8 c)
{
	switch (c) {
	case 'W':
		tags->state = TAGS_WEAK;
		tags->weak = true;
		break;
	case '"':
		begin_tag(tags);
		break;
	case '*':
		tags->any = true;
		tags->state = TAGS_END;
		break;
	default:
		tags->state = TAGS_MALFORMED;
		break;
	}
}

void http_tags_char(struct http_tags *tags, u8 c)
{
	bool quoted = tags->state == TAGS_OURS || tags->state == TAGS_OTHER;

	if (c == ',' && !quoted) {
		http_tags_begin_line(tags);
		return;
	}
	switch (tags->state) {
	case TAGS_BEGIN:
		if (!http_char_is_space(c))
			list_char(tags, c);
		break;
	case TAGS_WEAK:
		tags->state = c == '/' ? TAGS_QUOTE : TAGS_MALFORMED;
		break;
	case TAGS_QUOTE:
		if (c == '"')
			begin_tag(tags);
		else
			tags->state = TAGS_MALFORMED;
		break;
	case TAGS_OURS:
		tag_char(tags, c);
		break;
	case TAGS_OTHER:
		if (c == '"')
			tags->state = TAGS_END;
		break;
	default:
		break;
	}
}

bool http_tags_have(const struct http_tags *tags, u64 tag, bool weak)
{
	u32 i;

	if (tags->any)
		return true;
	for (i = 0; i < tags->count; i++)
		if (tags->tag[i] == tag && (weak || !(tags->weak_ones >> i & 1)))
			return true;
	return false;
}

void http_tag_write(char *buf, u64 tag)
{
	*buf++ = '"';
	buf = text_put_hex(buf, tag);
	*buf = '"';
}
