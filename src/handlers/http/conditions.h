/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditional requests (RFC 9110 section 13).
 */
#ifndef HTTP_CONDITIONS_H
#define HTTP_CONDITIONS_H

#include "chars.h"
#include "../portable.h"
#include "tags.h"

enum http_condition {
	HTTP_IF_MATCH			= 1 << 0,
	HTTP_IF_NONE_MATCH		= 1 << 1,
	HTTP_IF_MODIFIED_SINCE		= 1 << 2,
	HTTP_IF_UNMODIFIED_SINCE	= 1 << 3,
	HTTP_IF_RANGE			= 1 << 4,
};

/**
 * struct http_validators - what a content is compared by
 * @tag: its entity tag
 * @modified: when it was modified last, in seconds since 1970; negative if
 *	there is no such time that could be relied on
 */
struct http_validators {
	u64	tag;
	s64	modified;
};

static inline bool
http_validators_have_date(const struct http_validators *validators)
{
	return validators->modified >= 0;
}

/**
 * struct http_conditions - the conditions of a request, being read
 * @present: which ones there are, bits of &enum http_condition; a date that is
 *	none is not
 * @range_is_date: If-Range has a date
 * @range_is_tag: If-Range has a strong tag of ours
 * @match: If-Match
 * @none_match: If-None-Match
 * @modified_since: If-Modified-Since
 * @unmodified_since: If-Unmodified-Since
 * @range_tag: the tag of If-Range
 * @range_date: the date of If-Range
 */
struct http_conditions {
	u8			present;
	bool			range_is_date;
	bool			range_is_tag;
	struct http_tags	match;
	struct http_tags	none_match;
	s64			modified_since;
	s64			unmodified_since;
	u64			range_tag;
	s64			range_date;
};

static inline void http_conditions_begin(struct http_conditions *conditions)
{
	conditions->present = 0;
}

/**
 * http_conditions_begin_tags() - begin a line of If-Match or If-None-Match
 * @conditions: the conditions, whose @match or @none_match is to take the
 *	characters of the line
 * @condition: which of the two
 */
void http_conditions_begin_tags(struct http_conditions *conditions,
				enum http_condition condition);

/**
 * http_conditions_word() - set a condition that is one date, or one tag
 * @conditions: the conditions
 * @condition: which one
 * @word: its value
 */
void http_conditions_word(struct http_conditions *conditions,
			  enum http_condition condition,
			  const struct http_word *word);

/**
 * http_conditions_status() - evaluate the conditions
 * @conditions: of a GET or HEAD
 * @validators: of the content that would be the answer with status 200
 *
 * In the order of RFC 9110 section 13.2.2, If-Range aside.
 *
 * Return: 200, 304 or 412.
 */
u16 http_conditions_status(const struct http_conditions *conditions,
			   const struct http_validators *validators);

/* Whether If-Range, if there is one, lets ranges of the content be sent. */
bool http_conditions_allow_range(const struct http_conditions *conditions,
				 const struct http_validators *validators);

#endif /* HTTP_CONDITIONS_H */
