// SPDX-License-Identifier: GPL-2.0
#include "coding.h"

enum {
	CODINGS_NAME,
	CODINGS_NAME_END,
	CODINGS_WEIGHT,
	CODINGS_EQUALS,
	CODINGS_DIGIT,
	CODINGS_POINT,
	CODINGS_FRACTION,
	CODINGS_END,
	CODINGS_MALFORMED,
};

#define ONE	1000

void http_codings_begin(struct http_codings *codings)
{
	codings->gzip = HTTP_CODING_UNKNOWN;
	codings->identity = HTTP_CODING_UNKNOWN;
	codings->others = HTTP_CODING_UNKNOWN;
}

void http_codings_begin_line(struct http_codings *codings)
{
	codings->state = CODINGS_NAME;
	codings->weight = ONE;
	codings->word.len = 0;
}

static void end_coding(struct http_codings *codings)
{
	const struct http_word *word = &codings->word;

	switch (codings->state) {
	case CODINGS_WEIGHT:
	case CODINGS_EQUALS:
	case CODINGS_DIGIT:
	case CODINGS_MALFORMED:
		return;
	default:
		break;
	}
	if (http_word_is(word, "gzip") || http_word_is(word, "x-gzip"))
		codings->gzip = codings->weight;
	else if (http_word_is(word, "identity"))
		codings->identity = codings->weight;
	else if (http_word_is(word, "*"))
		codings->others = codings->weight;
}

static void name_char(struct http_codings *codings, u8 c)
{
	if (http_char_is_space(c)) {
		if (codings->word.len)
			codings->state = CODINGS_NAME_END;
	} else if (c == ';') {
		codings->state = CODINGS_WEIGHT;
	} else if (codings->state == CODINGS_NAME) {
		http_word_add(&codings->word, http_char_lower(c));
	} else {
		codings->state = CODINGS_MALFORMED;
	}
}

/* "q=0.123", from the q on. */
static void weight_char(struct http_codings *codings, u8 c)
{
	switch (codings->state) {
	case CODINGS_WEIGHT:
		if (http_char_is_space(c))
			return;
		codings->state = http_char_lower(c) == 'q' ? CODINGS_EQUALS :
							     CODINGS_MALFORMED;
		break;
	case CODINGS_EQUALS:
		codings->state = c == '=' ? CODINGS_DIGIT : CODINGS_MALFORMED;
		break;
	case CODINGS_DIGIT:
		codings->weight = c == '1' ? ONE : 0;
		codings->state = c == '0' || c == '1' ? CODINGS_POINT :
							CODINGS_MALFORMED;
		break;
	case CODINGS_POINT:
		codings->scale = ONE / 10;
		codings->state = c == '.' ? CODINGS_FRACTION :
					    CODINGS_MALFORMED;
		break;
	default:
		if (!http_char_is(c, HTTP_CHAR_DIGIT) || !codings->scale) {
			codings->state = CODINGS_MALFORMED;
			break;
		}
		codings->weight += (c - '0') * codings->scale;
		codings->scale /= 10;
		if (codings->weight > ONE)
			codings->state = CODINGS_MALFORMED;
		break;
	}
}

void http_codings_char(struct http_codings *codings, u8 c)
{
	if (c == ',') {
		end_coding(codings);
		http_codings_begin_line(codings);
		return;
	}
	switch (codings->state) {
	case CODINGS_NAME:
	case CODINGS_NAME_END:
		name_char(codings, c);
		break;
	case CODINGS_POINT:
	case CODINGS_FRACTION:
	case CODINGS_END:
		if (http_char_is_space(c)) {
			codings->state = CODINGS_END;
			break;
		}
		if (codings->state == CODINGS_END) {
			codings->state = CODINGS_MALFORMED;
			break;
		}
		weight_char(codings, c);
		break;
	case CODINGS_MALFORMED:
		break;
	default:
		weight_char(codings, c);
		break;
	}
}

void http_codings_end_line(struct http_codings *codings)
{
	end_coding(codings);
}

bool http_codings_prefer_gzip(const struct http_codings *codings)
{
	u16 gzip = codings->gzip;
	u16 identity = codings->identity;

	if (gzip == HTTP_CODING_UNKNOWN)
		gzip = codings->others;
	if (gzip == HTTP_CODING_UNKNOWN || !gzip)
		return false;
	return identity == HTTP_CODING_UNKNOWN || gzip >= identity;
}
