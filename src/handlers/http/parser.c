// SPDX-License-Identifier: GPL-2.0
#include "parser.h"

enum {
	EXPECT_START,
	EXPECT_START_LF,
	EXPECT_METHOD,
	EXPECT_TARGET,
	EXPECT_VERSION,
	EXPECT_VERSION_LF,
	EXPECT_FIELD,
	EXPECT_NAME,
	EXPECT_VALUE,
	EXPECT_VALUE_LF,
	EXPECT_SECTION_LF,
	EXPECT_BODY,
	EXPECT_NOTHING,
};

static enum http_method method_named(const struct http_word *name)
{
	if (http_word_is(name, "GET"))
		return HTTP_METHOD_GET;
	if (http_word_is(name, "HEAD"))
		return HTTP_METHOD_HEAD;
	if (http_word_is(name, "CONNECT"))
		return HTTP_METHOD_CONNECT;
	if (http_word_is(name, "DELETE"))
		return HTTP_METHOD_DELETE;
	if (http_word_is(name, "OPTIONS"))
		return HTTP_METHOD_OPTIONS;
	if (http_word_is(name, "PATCH"))
		return HTTP_METHOD_PATCH;
	if (http_word_is(name, "POST"))
		return HTTP_METHOD_POST;
	if (http_word_is(name, "PUT"))
		return HTTP_METHOD_PUT;
	if (http_word_is(name, "TRACE"))
		return HTTP_METHOD_TRACE;
	return HTTP_METHOD_UNKNOWN;
}

void http_parser_begin(struct http_parser *parser)
{
	parser->state = EXPECT_START;
	parser->method = HTTP_METHOD_UNKNOWN;
	parser->persistent = false;
	parser->in_trailers = false;
	parser->version_len = 0;
	parser->status = 0;
	parser->head_left = HTTP_HEAD_MAX;
	parser->word.len = 0;
	http_fields_begin(&parser->fields);
}

/* Empty lines before a request do no harm (RFC 9112 section 2.2). */
static int start_char(struct http_parser *parser, u8 c)
{
	if (c == '\r') {
		parser->state = EXPECT_START_LF;
		return 0;
	}
	parser->state = EXPECT_METHOD;
	http_word_add(&parser->word, c);
	return http_char_is(c, HTTP_CHAR_TOKEN) ? 0 : 400;
}

static int method_char(struct http_parser *parser, u8 c)
{
	if (c != ' ') {
		if (!http_char_is(c, HTTP_CHAR_TOKEN))
			return 400;
		http_word_add(&parser->word, c);
		return http_word_too_long(&parser->word) ? 501 : 0;
	}

	parser->method = method_named(&parser->word);
	parser->state = EXPECT_TARGET;
	http_target_begin(&parser->target,
			  parser->method == HTTP_METHOD_CONNECT);
	return 0;
}

static int target_char(struct http_parser *parser, u8 c)
{
	if (c != ' ')
		return http_target_char(&parser->target, c);
	parser->state = EXPECT_VERSION;
	return http_target_end(&parser->target);
}

static int version_char(struct http_parser *parser, u8 c)
{
	static const char form[] = "HTTP/D.D\r";
	u8 expected = form[parser->version_len++];

	if (expected == 'D') {
		/* The first digit is the minor version until the second. */
		parser->major = parser->minor;
		parser->minor = c - '0';
		return http_char_is(c, HTTP_CHAR_DIGIT) ? 0 : 400;
	}
	if (c != expected)
		return 400;
	if (c != '\r')
		return 0;
	parser->state = EXPECT_VERSION_LF;
	return parser->major == 1 ? 0 : 505;
}

/* The end of the request line: which method goes with which target. */
static int request_line_end(struct http_parser *parser)
{
	parser->state = EXPECT_FIELD;
	if (parser->target.form == HTTP_TARGET_ASTERISK)
		return parser->method == HTTP_METHOD_OPTIONS ? 0 : 400;
	return 0;
}

static int field_char(struct http_parser *parser, u8 c)
{
	if (c == '\r') {
		parser->state = EXPECT_SECTION_LF;
		return 0;
	}
	if (!http_char_is(c, HTTP_CHAR_TOKEN))
		return 400;
	parser->state = EXPECT_NAME;
	http_fields_name_begin(&parser->fields);
	http_fields_name_char(&parser->fields, c);
	return 0;
}

static int name_char(struct http_parser *parser, u8 c)
{
	if (http_char_is(c, HTTP_CHAR_TOKEN)) {
		http_fields_name_char(&parser->fields, c);
		return 0;
	}
	if (c != ':')
		return 400;
	parser->state = EXPECT_VALUE;
	if (parser->in_trailers) {
		http_fields_ignore(&parser->fields);
		return 0;
	}
	return http_fields_name_end(&parser->fields);
}

static int value_char(struct http_parser *parser, u8 c)
{
	if (http_char_is(c, HTTP_CHAR_VALUE))
		return http_fields_value_char(&parser->fields, c);
	parser->state = EXPECT_VALUE_LF;
	return c == '\r' ? 0 : 400;
}

/* How long the body is (RFC 9112 section 6.3). */
static int body_begin(struct http_parser *parser)
{
	const struct http_fields *fields = &parser->fields;

	parser->state = EXPECT_BODY;
	if (fields->has_transfer_encoding) {
		if (!parser->minor || fields->has_content_length)
			return 400;
		if (!fields->chunked || fields->other_coding)
			return 501;
		http_body_begin_chunked(&parser->body);
		return 0;
	}
	if (fields->content_length > HTTP_BODY_MAX)
		return 413;
	http_body_begin_fixed(&parser->body, fields->content_length);
	if (http_body_ended(&parser->body))
		parser->state = EXPECT_NOTHING;
	return 0;
}

/* The end of the header section, the first time when all fields are known. */
static int head_end(struct http_parser *parser)
{
	const struct http_fields *fields = &parser->fields;
	int status;

	if (parser->minor && !fields->has_host)
		return 400;
	status = body_begin(parser);
	if (status)
		return status;

	parser->persistent = !fields->close &&
			     (parser->minor || fields->keep_alive);
	/*
	 * What follows a CONNECT may be meant for the tunnel that it asked
	 * for: not to be taken for a request.
	 */
	if (parser->method == HTTP_METHOD_CONNECT)
		parser->persistent = false;
	if (parser->state == EXPECT_BODY && parser->minor &&
	    fields->expect_continue) {
		parser->persistent = false;
		parser->state = EXPECT_NOTHING;
	}
	return 0;
}

static int section_end(struct http_parser *parser)
{
	if (!parser->in_trailers)
		return head_end(parser);
	parser->state = EXPECT_NOTHING;
	return 0;
}

/* One byte of anything but a body. */
static int head_char(struct http_parser *parser, u8 c)
{
	switch (parser->state) {
	case EXPECT_START:
		return start_char(parser, c);
	case EXPECT_METHOD:
		return method_char(parser, c);
	case EXPECT_TARGET:
		return target_char(parser, c);
	case EXPECT_VERSION:
		return version_char(parser, c);
	case EXPECT_FIELD:
		return field_char(parser, c);
	case EXPECT_NAME:
		return name_char(parser, c);
	case EXPECT_VALUE:
		return value_char(parser, c);
	default:
		break;
	}

	/* The second half of a line end. */
	if (c != '\n')
		return 400;
	switch (parser->state) {
	case EXPECT_START_LF:
		parser->state = EXPECT_START;
		return 0;
	case EXPECT_VERSION_LF:
		return request_line_end(parser);
	case EXPECT_VALUE_LF:
		parser->state = EXPECT_FIELD;
		return http_fields_value_end(&parser->fields);
	default:
		return section_end(parser);
	}
}

/* The answer to a head that is too long. */
static int head_too_long(const struct http_parser *parser)
{
	switch (parser->state) {
	case EXPECT_START:
	case EXPECT_START_LF:
		return 400;
	case EXPECT_METHOD:
	case EXPECT_TARGET:
	case EXPECT_VERSION:
	case EXPECT_VERSION_LF:
		return 414;
	default:
		return 431;
	}
}

/*
 * Most bytes of most requests are values that do not matter: how many of
 * them there are at the beginning of @data.
 */
static size_t idle_bytes(const struct http_parser *parser, const u8 *data,
			 size_t len)
{
	size_t count = 0;

	if (parser->state != EXPECT_VALUE ||
	    parser->fields.field != HTTP_FIELD_OTHER)
		return 0;
	if (len > parser->head_left)
		len = parser->head_left;
	while (count < len && http_char_is(data[count], HTTP_CHAR_VALUE))
		count++;
	return count;
}

/* Bytes of the head, up to the end of the head, the data or the limit. */
static int read_head(struct http_parser *parser, const u8 *data, size_t len,
		     size_t *used)
{
	size_t at = 0;
	int status = 0;

	while (at < len && parser->state < EXPECT_BODY && !status) {
		size_t idle = idle_bytes(parser, data + at, len - at);

		parser->head_left -= idle;
		at += idle;
		if (at == len)
			break;
		if (!parser->head_left) {
			status = head_too_long(parser);
			break;
		}
		parser->head_left--;
		status = head_char(parser, data[at++]);
	}
	*used = at;
	return status;
}

static int read_body(struct http_parser *parser, const u8 *data, size_t len,
		     size_t *used)
{
	int status = http_body_skip(&parser->body, data, len, used);

	if (!status && http_body_ended(&parser->body)) {
		parser->in_trailers = parser->fields.chunked;
		parser->state = parser->in_trailers ? EXPECT_FIELD : EXPECT_NOTHING;
	}
	return status;
}

enum http_parser_result http_parser_feed(struct http_parser *parser,
					 const void *data, size_t len,
					 size_t *used)
{
	size_t at = 0;

	while (at < len && parser->state != EXPECT_NOTHING) {
		size_t part;
		int status;

		if (parser->state == EXPECT_BODY)
			status = read_body(parser, data + at, len - at, &part);
		else
			status = read_head(parser, data + at, len - at, &part);
		at += part;
		if (status) {
			parser->status = status;
			parser->persistent = false;
			*used = at;
			return HTTP_PARSER_ERROR;
		}
	}
	*used = at;
	return parser->state == EXPECT_NOTHING ? HTTP_PARSER_DONE :
						 HTTP_PARSER_MORE;
}
