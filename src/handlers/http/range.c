// SPDX-License-Identifier: GPL-2.0
#include "chars.h"
#include "range.h"

enum {
	RANGES_NONE,
	RANGES_UNIT,
	RANGES_BEGIN,
	RANGES_FIRST,
	RANGES_DASH,
	RANGES_LAST,
	RANGES_GAP,
	RANGES_READ,
	RANGES_MALFORMED,
};

static const char unit[] = "bytes";

void http_ranges_none(struct http_ranges *ranges)
{
	ranges->state = RANGES_NONE;
	ranges->count = 0;
}

void http_ranges_begin(struct http_ranges *ranges)
{
	ranges->unit_len = 0;
	ranges->state = ranges->state == RANGES_NONE ? RANGES_UNIT :
						       RANGES_MALFORMED;
}

static void unit_char(struct http_ranges *ranges, u8 c)
{
	if (!ranges->unit_len && http_char_is_space(c))
		return;
	if (c == '=' && ranges->unit_len == strlen(unit))
		ranges->state = RANGES_BEGIN;
	else if (ranges->unit_len < strlen(unit) &&
		 http_char_lower(c) == unit[ranges->unit_len])
		ranges->unit_len++;
	else
		ranges->state = RANGES_MALFORMED;
}

static void add_digit(u64 *number, u8 c)
{
	*number = *number * 10 + (c - '0');
	if (*number > HTTP_RANGE_MOST)
		*number = HTTP_RANGE_MOST;
}

/* The first character of a range, or what is between two. */
static void begin_char(struct http_ranges *ranges, u8 c)
{
	struct http_range *range;

	if (c == ',' || http_char_is_space(c))
		return;
	if ((c != '-' && !http_char_is(c, HTTP_CHAR_DIGIT)) ||
	    ranges->count == HTTP_RANGES_MAX) {
		ranges->state = RANGES_MALFORMED;
		return;
	}
	range = &ranges->range[ranges->count++];
	range->last = HTTP_RANGE_OPEN;
	if (c == '-') {
		range->first = HTTP_RANGE_SUFFIX;
		ranges->state = RANGES_DASH;
	} else {
		range->first = c - '0';
		ranges->state = RANGES_FIRST;
	}
}

static void first_char(struct http_ranges *ranges, u8 c)
{
	struct http_range *range = &ranges->range[ranges->count - 1];

	if (c == '-')
		ranges->state = RANGES_DASH;
	else if (http_char_is(c, HTTP_CHAR_DIGIT))
		add_digit(&range->first, c);
	else
		ranges->state = RANGES_MALFORMED;
}

/* Whether a range can end here. */
static bool is_complete(const struct http_range *range)
{
	if (range->last == HTTP_RANGE_OPEN)
		return range->first != HTTP_RANGE_SUFFIX;
	return range->first == HTTP_RANGE_SUFFIX || range->first <= range->last;
}

/* From the dash of a range on. */
static void last_char(struct http_ranges *ranges, u8 c)
{
	struct http_range *range = &ranges->range[ranges->count - 1];

	if (http_char_is(c, HTTP_CHAR_DIGIT) && ranges->state != RANGES_GAP) {
		if (ranges->state == RANGES_DASH)
			range->last = 0;
		ranges->state = RANGES_LAST;
		add_digit(&range->last, c);
	} else if (c == ',' && is_complete(range)) {
		ranges->state = RANGES_BEGIN;
	} else if (http_char_is_space(c)) {
		ranges->state = RANGES_GAP;
	} else {
		ranges->state = RANGES_MALFORMED;
	}
}

void http_ranges_char(struct http_ranges *ranges, u8 c)
{
	switch (ranges->state) {
	case RANGES_UNIT:
		unit_char(ranges, c);
		break;
	case RANGES_BEGIN:
		begin_char(ranges, c);
		break;
	case RANGES_FIRST:
		first_char(ranges, c);
		break;
	case RANGES_DASH:
	case RANGES_LAST:
	case RANGES_GAP:
		last_char(ranges, c);
		break;
	default:
		break;
	}
}

void http_ranges_end(struct http_ranges *ranges)
{
	bool complete = false;

	switch (ranges->state) {
	case RANGES_BEGIN:
		complete = ranges->count;
		break;
	case RANGES_DASH:
	case RANGES_LAST:
	case RANGES_GAP:
		complete = is_complete(&ranges->range[ranges->count - 1]);
		break;
	default:
		break;
	}
	ranges->state = complete ? RANGES_READ : RANGES_MALFORMED;
}

/* Returns whether some of a range is in the content. */
static bool resolve(struct http_range *range, u64 length)
{
	if (range->first == HTTP_RANGE_SUFFIX) {
		u64 count = range->last;

		range->first = count < length ? length - count : 0;
		range->last = length - 1;
		return count;
	}
	if (range->last >= length)
		range->last = length - 1;
	return range->first < length;
}

enum http_ranges_result http_ranges_resolve(struct http_ranges *ranges,
					    u64 length)
{
	u8 kept = 0;
	u64 total = 0;
	u8 i;

	if (ranges->state != RANGES_READ || !length)
		return HTTP_RANGES_IGNORED;
	for (i = 0; i < ranges->count; i++) {
		struct http_range range = ranges->range[i];

		if (!resolve(&range, length))
			continue;
		total += http_range_length(&range);
		ranges->range[kept++] = range;
	}
	ranges->count = kept;
	if (!kept)
		return HTTP_RANGES_UNSATISFIABLE;
	return total > length ? HTTP_RANGES_IGNORED : HTTP_RANGES_PARTIAL;
}
