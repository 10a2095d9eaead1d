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

/* Bytes that have come, up to the limit of the head. */
struct input {
	const u8	*at;
	const u8	*end;
};

static size_t left(const struct input *in)
{
	return in->end - in->at;
}

/* Take a text if it is there as a whole. Inline: its length is known. */
static __always_inline bool take(struct input *in, const char *text)
{
	if (left(in) < strlen(text) || memcmp(in->at, text, strlen(text)))
		return false;
	in->at += strlen(text);
	return true;
}

/* The end of the request line: which method goes with which target. */
static int request_line_end(struct http_parser *parser)
{
	parser->state = EXPECT_FIELD;
	if (parser->target.form == HTTP_TARGET_ASTERISK)
		return parser->method == HTTP_METHOD_OPTIONS ? 0 : 400;
	return 0;
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

static int value_end(struct http_parser *parser)
{
	parser->state = EXPECT_FIELD;
	return http_fields_value_end(&parser->fields);
}

/* The second half of a line end that did not come at once. */
static int read_lf(struct http_parser *parser, struct input *in)
{
	if (*in->at++ != '\n')
		return 400;
	switch (parser->state) {
	case EXPECT_START_LF:
		parser->state = EXPECT_START;
		return 0;
	case EXPECT_VERSION_LF:
		return request_line_end(parser);
	case EXPECT_VALUE_LF:
		return value_end(parser);
	default:
		return section_end(parser);
	}
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

static int read_version(struct http_parser *parser, struct input *in)
{
	int status = 0;

	if (!parser->version_len && take(in, "HTTP/1.1\r\n")) {
		parser->major = 1;
		parser->minor = 1;
		return request_line_end(parser);
	}
	while (left(in) && parser->state == EXPECT_VERSION && !status)
		status = version_char(parser, *in->at++);
	return status;
}

/* The target, and the space behind it. */
static int read_target(struct http_parser *parser, struct input *in)
{
	int status;

	in->at += http_target_run(&parser->target, in->at, left(in));
	if (!left(in))
		return 0;
	if (*in->at != ' ')
		return http_target_char(&parser->target, *in->at++);
	in->at++;
	parser->state = EXPECT_VERSION;
	status = http_target_end(&parser->target);
	return status ?: read_version(parser, in);
}

static void method_end(struct http_parser *parser, enum http_method method)
{
	parser->method = method;
	parser->state = EXPECT_TARGET;
	http_target_begin(&parser->target, method == HTTP_METHOD_CONNECT);
}

static int read_method(struct http_parser *parser, struct input *in)
{
	u8 c = *in->at++;

	if (c == ' ') {
		method_end(parser, method_named(&parser->word));
		return 0;
	}
	if (!http_char_is(c, HTTP_CHAR_TOKEN))
		return 400;
	http_word_add(&parser->word, c);
	return http_word_too_long(&parser->word) ? 501 : 0;
}

/* Empty lines before a request do no harm (RFC 9112 section 2.2). */
static int read_start(struct http_parser *parser, struct input *in)
{
	if (take(in, "GET ")) {
		method_end(parser, HTTP_METHOD_GET);
		return read_target(parser, in);
	}
	if (*in->at == '\r') {
		in->at++;
		parser->state = EXPECT_START_LF;
		return 0;
	}
	if (!http_char_is(*in->at, HTTP_CHAR_TOKEN))
		return 400;
	parser->state = EXPECT_METHOD;
	return read_method(parser, in);
}

/* A field's value, and the line end behind it. */
static int read_value(struct http_parser *parser, struct input *in)
{
	size_t used;
	int status;

	status = http_fields_value(&parser->fields, in->at, left(in), &used);
	in->at += used;
	if (status || !left(in))
		return status;
	if (take(in, "\r\n"))
		return value_end(parser);
	parser->state = EXPECT_VALUE_LF;
	return *in->at++ == '\r' ? 0 : 400;
}

/* A field's name, and the colon behind it. */
static int read_name(struct http_parser *parser, struct input *in)
{
	int status = 0;

	in->at += http_fields_name(&parser->fields, in->at, left(in));
	if (!left(in))
		return 0;
	if (*in->at++ != ':')
		return 400;
	parser->state = EXPECT_VALUE;
	if (parser->in_trailers)
		http_fields_ignore(&parser->fields);
	else
		status = http_fields_name_end(&parser->fields);
	return status ?: read_value(parser, in);
}

/* A field, or the end of the section. */
static int read_field(struct http_parser *parser, struct input *in)
{
	if (take(in, "\r\n"))
		return section_end(parser);
	if (*in->at == '\r') {
		in->at++;
		parser->state = EXPECT_SECTION_LF;
		return 0;
	}
	if (!http_char_is(*in->at, HTTP_CHAR_TOKEN))
		return 400;
	parser->state = EXPECT_NAME;
	http_fields_name_begin(&parser->fields);
	return read_name(parser, in);
}

/* What is expected next, as far as it has come. There is a byte at least. */
static int read_part(struct http_parser *parser, struct input *in)
{
	switch (parser->state) {
	case EXPECT_START:
		return read_start(parser, in);
	case EXPECT_METHOD:
		return read_method(parser, in);
	case EXPECT_TARGET:
		return read_target(parser, in);
	case EXPECT_VERSION:
		return read_version(parser, in);
	case EXPECT_FIELD:
		return read_field(parser, in);
	case EXPECT_NAME:
		return read_name(parser, in);
	case EXPECT_VALUE:
		return read_value(parser, in);
	default:
		return read_lf(parser, in);
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

/* Bytes of the head, up to the end of the head, the data or the limit. */
static int read_head(struct http_parser *parser, const u8 *data, size_t len,
		     size_t *used)
{
	size_t most = len < parser->head_left ? len : parser->head_left;
	struct input in = { .at = data, .end = data + most };
	int status = 0;

	while (left(&in) && parser->state < EXPECT_BODY && !status)
		status = read_part(parser, &in);
	*used = in.at - data;
	parser->head_left -= *used;
	if (!status && parser->state < EXPECT_BODY && *used < len)
		status = head_too_long(parser);
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

bool http_parser_is_new(const struct http_parser *parser)
{
	return parser->state == EXPECT_START &&
	       parser->head_left == HTTP_HEAD_MAX;
}

bool http_parser_has_begun(const struct http_parser *parser)
{
	return parser->state != EXPECT_START && parser->state != EXPECT_NOTHING;
}

void http_parser_refuse(struct http_parser *parser, u16 status)
{
	parser->status = status;
	parser->persistent = false;
	parser->state = EXPECT_NOTHING;
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
		if (status)
			http_parser_refuse(parser, status);
	}
	*used = at;
	if (parser->state != EXPECT_NOTHING)
		return HTTP_PARSER_MORE;
	return parser->status ? HTTP_PARSER_ERROR : HTTP_PARSER_DONE;
}
