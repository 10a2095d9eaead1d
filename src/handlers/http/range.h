/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Range field (RFC 9110 section 14.2), for ranges of bytes.
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include "../portable.h"

/* With more ranges than these, the field is as if it was not there. */
#define HTTP_RANGES_MAX	8

/**
 * struct http_range - some bytes of a content
 * @first: the first one; HTTP_RANGE_SUFFIX if @last counts from the end
 * @last: the last one, which is not part of the range before
 *	http_ranges_resolve(): HTTP_RANGE_OPEN if it was left out
 */
struct http_range {
	u64	first;
	u64	last;
};

/* Numbers that are larger than this are this. */
#define HTTP_RANGE_MOST		((u64)1 << 60)
#define HTTP_RANGE_OPEN		(HTTP_RANGE_MOST + 1)
#define HTTP_RANGE_SUFFIX	(HTTP_RANGE_MOST + 2)

/**
 * struct http_ranges - a Range field being read
 * @state: what comes next
 * @unit_len: how much of "bytes" was read
 * @count: how many ranges there are
 * @range: the ranges
 */
struct http_ranges {
	u8			state;
	u8			unit_len;
	u8			count;
	struct http_range	range[HTTP_RANGES_MAX];
};

/* As if there was no field. */
void http_ranges_none(struct http_ranges *ranges);

/* One that comes a second time is malformed. */
void http_ranges_begin(struct http_ranges *ranges);
void http_ranges_char(struct http_ranges *ranges, u8 c);
void http_ranges_end(struct http_ranges *ranges);

/**
 * enum http_ranges_result - what becomes of the ranges for a content
 * @HTTP_RANGES_IGNORED: there are none to consider: the field is absent,
 *	malformed, of another unit or of too many ranges, the content is empty,
 *	or all together are more than the whole content
 * @HTTP_RANGES_PARTIAL: there is at least one
 * @HTTP_RANGES_UNSATISFIABLE: all are outside of the content
 */
enum http_ranges_result {
	HTTP_RANGES_IGNORED,
	HTTP_RANGES_PARTIAL,
	HTTP_RANGES_UNSATISFIABLE,
};

/**
 * http_ranges_resolve() - find the ranges in a content
 * @ranges: the field; after HTTP_RANGES_PARTIAL each of its ranges is from
 *	its first byte to its last, both in the content, in the order in which
 *	they were asked for
 * @length: the length of the content
 *
 * Return: see &enum http_ranges_result.
 */
enum http_ranges_result http_ranges_resolve(struct http_ranges *ranges,
					    u64 length);

static inline u64 http_range_length(const struct http_range *range)
{
	return range->last - range->first + 1;
}

#endif /* HTTP_RANGE_H */
