// SPDX-License-Identifier: GPL-2.0
#include "fields.h"

static enum http_field field_named(const struct http_word *name)
{
	if (http_word_is(name, "connection"))
		return HTTP_FIELD_CONNECTION;
	if (http_word_is(name, "content-length"))
		return HTTP_FIELD_CONTENT_LENGTH;
	if (http_word_is(name, "expect"))
		return HTTP_FIELD_EXPECT;
	if (http_word_is(name, "host"))
		return HTTP_FIELD_HOST;
	if (http_word_is(name, "transfer-encoding"))
		return HTTP_FIELD_TRANSFER_ENCODING;
	return HTTP_FIELD_OTHER;
}

void http_fields_begin(struct http_fields *fields)
{
	*fields = (struct http_fields){ 0 };
}

void http_fields_name_begin(struct http_fields *fields)
{
	fields->word.len = 0;
}

static void element_begin(struct http_fields *fields)
{
	fields->started = false;
	fields->gap = false;
	fields->number = 0;
	fields->word.len = 0;
}

int http_fields_name_end(struct http_fields *fields)
{
	fields->field = field_named(&fields->word);
	element_begin(fields);

	switch (fields->field) {
	case HTTP_FIELD_HOST:
		if (fields->has_host)
			return 400;
		fields->has_host = true;
		http_authority_begin(&fields->host);
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

int http_fields_value_char(struct http_fields *fields, u8 c)
{
	if (fields->field == HTTP_FIELD_OTHER)
		return 0;

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

int http_fields_value_end(struct http_fields *fields)
{
	if (fields->field == HTTP_FIELD_HOST)
		return http_authority_end(&fields->host) ? 0 : 400;
	return element_end(fields);
}
