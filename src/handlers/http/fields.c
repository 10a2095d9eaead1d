// SPDX-License-Identifier: GPL-2.0
#include "fields.h"

static enum http_field field_named(const struct http_word *name)
{
	if (http_word_is(name, "accept-encoding"))
		return HTTP_FIELD_ACCEPT_ENCODING;
	if (http_word_is(name, "connection"))
		return HTTP_FIELD_CONNECTION;
	if (http_word_is(name, "content-length"))
		return HTTP_FIELD_CONTENT_LENGTH;
	if (http_word_is(name, "expect"))
		return HTTP_FIELD_EXPECT;
	if (http_word_is(name, "host"))
		return HTTP_FIELD_HOST;
	if (http_word_is(name, "if-match"))
		return HTTP_FIELD_IF_MATCH;
	if (http_word_is(name, "if-modified-since"))
		return HTTP_FIELD_IF_MODIFIED_SINCE;
	if (http_word_is(name, "if-none-match"))
		return HTTP_FIELD_IF_NONE_MATCH;
	if (http_word_is(name, "if-range"))
		return HTTP_FIELD_IF_RANGE;
	if (http_word_is(name, "if-unmodified-since"))
		return HTTP_FIELD_IF_UNMODIFIED_SINCE;
	if (http_word_is(name, "range"))
		return HTTP_FIELD_RANGE;
	if (http_word_is(name, "transfer-encoding"))
		return HTTP_FIELD_TRANSFER_ENCODING;
	return HTTP_FIELD_OTHER;
}

void http_fields_begin(struct http_fields *fields)
{
	fields->content_length = 0;
	fields->has_content_length = false;
	fields->has_transfer_encoding = false;
	fields->chunked = false;
	fields->other_coding = false;
	fields->has_host = false;
	fields->close = false;
	fields->keep_alive = false;
	fields->expect_continue = false;
	http_conditions_begin(&fields->conditions);
	http_ranges_none(&fields->ranges);
	http_codings_begin(&fields->codings);
}

void http_fields_name_begin(struct http_fields *fields)
{
	fields->word.len = 0;
}

static void element_begin(struct http_fields *fields)
{
	fields->started = false;
	fields->gap = 0;
	fields->number = 0;
	fields->word.len = 0;
}

int http_fields_name_end(struct http_fields *fields)
{
	fields->field = field_named(&fields->word);
	element_begin(fields);

	switch (fields->field) {
	case HTTP_FIELD_ACCEPT_ENCODING:
		http_codings_begin_line(&fields->codings);
		return 0;
	case HTTP_FIELD_HOST:
		if (fields->has_host)
			return 400;
		fields->has_host = true;
		http_authority_begin(&fields->host);
		return 0;
	case HTTP_FIELD_IF_MATCH:
		http_conditions_begin_tags(&fields->conditions, HTTP_IF_MATCH);
		return 0;
	case HTTP_FIELD_IF_NONE_MATCH:
		http_conditions_begin_tags(&fields->conditions,
					   HTTP_IF_NONE_MATCH);
		return 0;
	case HTTP_FIELD_RANGE:
		http_ranges_begin(&fields->ranges);
		return 0;
	case HTTP_FIELD_TRANSFER_ENCODING:
		fields->has_transfer_encoding = true;
		return 0;
	default:
		return 0;
	}
}

/* Above the limit the exact number does not matter; it cannot overflow. */
static bool number_char(struct http_fields *fields, u8 c)
{
	if (!http_char_is(c, HTTP_CHAR_DIGIT))
		return false;
	fields->number = fields->number * 10 + (c - '0');
	if (fields->number > HTTP_BODY_MAX)
		fields->number = HTTP_BODY_MAX + 1;
	return true;
}

/* Several Content-Lengths are one if they are equal (RFC 9110 section 8.6). */
static bool number_end(struct http_fields *fields)
{
	if (!fields->started)
		return false;
	if (fields->has_content_length &&
	    fields->number != fields->content_length)
		return false;
	fields->content_length = fields->number;
	fields->has_content_length = true;
	return true;
}

static void coding_end(struct http_fields *fields)
{
	if (http_word_is(&fields->word, "chunked") && !fields->chunked)
		fields->chunked = true;
	else
		fields->other_coding = true;
}

/* The end of one element of a list. Empty ones do not count. */
static int element_end(struct http_fields *fields)
{
	bool valid = true;

	switch (fields->field) {
	case HTTP_FIELD_CONTENT_LENGTH:
		valid = number_end(fields);
		break;
	case HTTP_FIELD_CONNECTION:
		if (http_word_is(&fields->word, "close"))
			fields->close = true;
		else if (http_word_is(&fields->word, "keep-alive"))
			fields->keep_alive = true;
		break;
	case HTTP_FIELD_EXPECT:
		if (http_word_is(&fields->word, "100-continue"))
			fields->expect_continue = true;
		break;
	case HTTP_FIELD_TRANSFER_ENCODING:
		if (fields->started)
			coding_end(fields);
		break;
	default:
		break;
	}
	element_begin(fields);
	return valid ? 0 : 400;
}

/* A character of a list, of a number or of a host. */
static int element_char(struct http_fields *fields, u8 c)
{
	if (http_char_is_space(c)) {
		fields->gap = fields->started;
		return 0;
	}
	if (c == ',' && fields->field != HTTP_FIELD_HOST)
		return element_end(fields);

	fields->started = true;
	switch (fields->field) {
	case HTTP_FIELD_CONTENT_LENGTH:
		return !fields->gap && number_char(fields, c) ? 0 : 400;
	case HTTP_FIELD_HOST:
		return !fields->gap && http_authority_char(&fields->host, c) ?
			0 : 400;
	default:
		http_word_add(&fields->word, http_char_lower(c));
		if (fields->gap)
			http_word_spoil(&fields->word);
		return 0;
	}
}

/* A character of a value that is no list. White space around it is no part. */
static void word_char(struct http_fields *fields, u8 c)
{
	if (http_char_is_space(c)) {
		if (fields->started && fields->gap < HTTP_WORD_MAX)
			fields->gap++;
		return;
	}
	for (; fields->gap; fields->gap--)
		http_word_add(&fields->word, ' ');
	fields->started = true;
	http_word_add(&fields->word, c);
}

static int value_char(struct http_fields *fields, u8 c)
{
	switch (fields->field) {
	case HTTP_FIELD_OTHER:
		return 0;
	case HTTP_FIELD_ACCEPT_ENCODING:
		http_codings_char(&fields->codings, c);
		return 0;
	case HTTP_FIELD_IF_MATCH:
		http_tags_char(&fields->conditions.match, c);
		return 0;
	case HTTP_FIELD_IF_NONE_MATCH:
		http_tags_char(&fields->conditions.none_match, c);
		return 0;
	case HTTP_FIELD_IF_MODIFIED_SINCE:
	case HTTP_FIELD_IF_RANGE:
	case HTTP_FIELD_IF_UNMODIFIED_SINCE:
		word_char(fields, c);
		return 0;
	case HTTP_FIELD_RANGE:
		http_ranges_char(&fields->ranges, c);
		return 0;
	default:
		return element_char(fields, c);
	}
}

/* White space before the host and the beginning of the host. */
static size_t host_run(struct http_fields *fields, const u8 *data, size_t len)
{
	size_t count = 0;
	size_t run;

	if (fields->gap)
		return 0;
	while (!fields->started && count < len &&
	       http_char_is_space(data[count]))
		count++;
	run = http_authority_run(&fields->host, data + count, len - count);
	fields->started = fields->started || run;
	return count + run;
}

/* A word of a list. */
static size_t element_run(struct http_fields *fields, const u8 *data,
			  size_t len)
{
	size_t run;

	if (fields->gap)
		return 0;
	run = http_word_add_token(&fields->word, data, len);
	fields->started = fields->started || run;
	return run;
}

/* How many bytes at the beginning of @data are taken at once. */
static size_t value_run(struct http_fields *fields, const u8 *data, size_t len)
{
	switch (fields->field) {
	case HTTP_FIELD_OTHER:
		return http_char_run_value(data, len);
	case HTTP_FIELD_HOST:
		return host_run(fields, data, len);
	case HTTP_FIELD_CONNECTION:
	case HTTP_FIELD_EXPECT:
	case HTTP_FIELD_TRANSFER_ENCODING:
		return element_run(fields, data, len);
	default:
		return 0;
	}
}

int http_fields_value(struct http_fields *fields, const u8 *data, size_t len,
		      size_t *used)
{
	int status = 0;
	size_t at = 0;

	while (!status) {
		at += value_run(fields, data + at, len - at);
		if (at == len || !http_char_is(data[at], HTTP_CHAR_VALUE))
			break;
		status = value_char(fields, data[at++]);
	}
	*used = at;
	return status;
}

int http_fields_value_end(struct http_fields *fields)
{
	struct http_conditions *conditions = &fields->conditions;
	const struct http_word *word = &fields->word;

	switch (fields->field) {
	case HTTP_FIELD_ACCEPT_ENCODING:
		http_codings_end_line(&fields->codings);
		return 0;
	case HTTP_FIELD_HOST:
		return http_authority_end(&fields->host) ? 0 : 400;
	case HTTP_FIELD_IF_MODIFIED_SINCE:
		http_conditions_word(conditions, HTTP_IF_MODIFIED_SINCE, word);
		return 0;
	case HTTP_FIELD_IF_RANGE:
		http_conditions_word(conditions, HTTP_IF_RANGE, word);
		return 0;
	case HTTP_FIELD_IF_UNMODIFIED_SINCE:
		http_conditions_word(conditions, HTTP_IF_UNMODIFIED_SINCE,
				     word);
		return 0;
	case HTTP_FIELD_RANGE:
		http_ranges_end(&fields->ranges);
		return 0;
	case HTTP_FIELD_CONNECTION:
	case HTTP_FIELD_CONTENT_LENGTH:
	case HTTP_FIELD_EXPECT:
	case HTTP_FIELD_TRANSFER_ENCODING:
		return element_end(fields);
	default:
		return 0;
	}
}
