// SPDX-License-Identifier: GPL-2.0
#include "conditions.h"
#include "date.h"

void http_conditions_begin_tags(struct http_conditions *conditions,
				enum http_condition condition)
{
	struct http_tags *tags = condition == HTTP_IF_MATCH ?
		&conditions->match : &conditions->none_match;

	if (!(conditions->present & condition))
		http_tags_begin(tags);
	conditions->present |= condition;
	http_tags_begin_line(tags);
}

/*
 * A tag has a quote within its first three characters, a date has not
 * (RFC 9110 section 13.1.5). What is neither matches nothing.
 */
static void set_range(struct http_conditions *conditions,
		      const struct http_word *word)
{
	struct http_tags tags;
	u32 i;

	conditions->present |= HTTP_IF_RANGE;
	conditions->range_is_tag = false;
	conditions->range_is_date = !http_word_too_long(word) &&
		http_date_read(word->text, word->len, &conditions->range_date);
	if (conditions->range_is_date || http_word_too_long(word))
		return;

	http_tags_begin(&tags);
	http_tags_begin_line(&tags);
	for (i = 0; i < word->len; i++)
		http_tags_char(&tags, word->text[i]);
	if (tags.count == 1 && !tags.weak_ones) {
		conditions->range_is_tag = true;
		conditions->range_tag = tags.tag[0];
	}
}

void http_conditions_word(struct http_conditions *conditions,
			  enum http_condition condition,
			  const struct http_word *word)
{
	s64 *date = condition == HTTP_IF_MODIFIED_SINCE ?
		&conditions->modified_since : &conditions->unmodified_since;

	if (condition == HTTP_IF_RANGE)
		set_range(conditions, word);
	else if (!http_word_too_long(word) &&
		 http_date_read(word->text, word->len, date))
		conditions->present |= condition;
	else
		conditions->present &= ~condition;
}

/* Without a date of its own, a content is not compared with others' dates. */
static bool is_newer(const struct http_validators *validators, s64 date)
{
	return http_validators_have_date(validators) &&
	       validators->modified > date;
}

static bool is_not_newer(const struct http_validators *validators, s64 date)
{
	return http_validators_have_date(validators) &&
	       validators->modified <= date;
}

u16 http_conditions_status(const struct http_conditions *conditions,
			   const struct http_validators *validators)
{
	u8 present = conditions->present;

	if (!present)
		return 200;
	if (present & HTTP_IF_MATCH) {
		if (!http_tags_have(&conditions->match, validators->tag, false))
			return 412;
	} else if (present & HTTP_IF_UNMODIFIED_SINCE) {
		if (is_newer(validators, conditions->unmodified_since))
			return 412;
	}
	if (present & HTTP_IF_NONE_MATCH) {
		if (http_tags_have(&conditions->none_match, validators->tag,
				   true))
			return 304;
	} else if (present & HTTP_IF_MODIFIED_SINCE) {
		if (is_not_newer(validators, conditions->modified_since))
			return 304;
	}
	return 200;
}

bool http_conditions_allow_range(const struct http_conditions *conditions,
				 const struct http_validators *validators)
{
	if (!(conditions->present & HTTP_IF_RANGE))
		return true;
	if (conditions->range_is_date)
		return http_validators_have_date(validators) &&
		       conditions->range_date == validators->modified;
	return conditions->range_is_tag &&
	       conditions->range_tag == validators->tag;
}
