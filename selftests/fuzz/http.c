// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of HTTP requests.
 *
 * An input is what a client sends. If it has a NUL, what follows the last one
 * is not sent: each byte of it is the length of one piece that is received.
 */
#include "fuzz.h"

#include "../../src/handlers/http/parser.h"

struct input {
	const u8	*data;
	size_t		len;
	const u8	*pieces;
	size_t		count;
};

struct outcome {
	enum http_parser_result	result;
	size_t			used;
};

static struct input input_of(const u8 *data, size_t size)
{
	struct input input = { .data = data, .len = size };
	const u8 *nul = size ? memrchr(data, '\0', size) : NULL;

	if (nul) {
		input.len = nul - data;
		input.pieces = nul + 1;
		input.count = data + size - input.pieces;
	}
	return input;
}

static enum http_parser_result feed(struct http_parser *parser,
				    const u8 *data, size_t len, size_t *used)
{
	void *copy = exact_copy(data, len);
	enum http_parser_result result;

	*used = len + 1;
	result = http_parser_feed(parser, copy, len, used);
	free(copy);
	require(*used <= len);
	require(*used == len || result != HTTP_PARSER_MORE);
	return result;
}

/*
 * Read the request at @at in the pieces of the input, or byte by byte once
 * those are used up.
 */
static struct outcome read_in_pieces(struct http_parser *parser,
				     const struct input *input, size_t at)
{
	struct outcome outcome = { .result = HTTP_PARSER_MORE };
	size_t next = 0;

	/* What the parser does not set, it must not use. */
	memset(parser, 0xaa, sizeof(*parser));
	http_parser_begin(parser);
	while (at < input->len && outcome.result == HTTP_PARSER_MORE) {
		size_t len = next < input->count ? input->pieces[next++] : 1;
		size_t used;

		if (len > input->len - at)
			len = input->len - at;
		outcome.result = feed(parser, input->data + at, len, &used);
		outcome.used += used;
		at += used;
	}
	return outcome;
}

static void require_same_tags(const struct http_tags *a,
			      const struct http_tags *b)
{
	require(a->any == b->any);
	require(a->count == b->count && a->count <= HTTP_TAGS_MAX);
	require(a->weak_ones == b->weak_ones);
	require(!memcmp(a->tag, b->tag, a->count * sizeof(*a->tag)));
}

/* What the answer depends on. */
static void require_same_fields(const struct http_fields *a,
				const struct http_fields *b)
{
	u8 present = a->conditions.present;

	require(present == b->conditions.present);
	if (present & HTTP_IF_MATCH)
		require_same_tags(&a->conditions.match, &b->conditions.match);
	if (present & HTTP_IF_NONE_MATCH)
		require_same_tags(&a->conditions.none_match,
				  &b->conditions.none_match);
	if (present & HTTP_IF_MODIFIED_SINCE)
		require(a->conditions.modified_since ==
			b->conditions.modified_since);
	require(a->ranges.state == b->ranges.state);
	require(a->ranges.count == b->ranges.count);
	require(a->ranges.count <= HTTP_RANGES_MAX);
	require(!memcmp(a->ranges.range, b->ranges.range,
			a->ranges.count * sizeof(*a->ranges.range)));
	require(http_codings_prefer_gzip(&a->codings) ==
		http_codings_prefer_gzip(&b->codings));
}

/* It does not matter how a request came. */
static void require_same(const struct http_parser *a, struct outcome of_a,
			 const struct http_parser *b, struct outcome of_b)
{
	require(of_a.result == of_b.result);
	require(of_a.used == of_b.used);
	if (of_a.result == HTTP_PARSER_MORE)
		return;

	require(a->method == b->method);
	require(a->persistent == b->persistent);
	require(a->status == b->status);
	if (of_a.result == HTTP_PARSER_ERROR)
		return;

	require(a->minor == b->minor);
	require_same_fields(&a->fields, &b->fields);
	require(a->target.form == b->target.form);
	require(a->target.path_len == b->target.path_len);
	require(!memcmp(a->target.path, b->target.path,
			a->target.path_len + 1));
}

/* Every path is normalised, so that nothing outside of the root has a name. */
static void require_path(const struct http_target *target)
{
	const char *path = target->path;
	size_t len = target->path_len;
	const char *escape;

	require(len >= 1 && len <= HTTP_PATH_MAX);
	require(strnlen(path, HTTP_PATH_MAX + 1) == len);
	require(path[0] == '/');
	require(!strstr(path, "/../") && !strstr(path, "/./"));
	require(len < 2 || strcmp(path + len - 2, "/."));
	require(len < 3 || strcmp(path + len - 3, "/.."));
	for (escape = path; (escape = strchr(escape, '%')); escape++)
		require(!strncmp(escape, "%2F", 3) ||
			!strncmp(escape, "%25", 3));
}

static void require_target(const struct http_parser *parser)
{
	const struct http_target *target = &parser->target;

	require((target->form == HTTP_TARGET_AUTHORITY) ==
		(parser->method == HTTP_METHOD_CONNECT));
	switch (target->form) {
	case HTTP_TARGET_ORIGIN:
	case HTTP_TARGET_ABSOLUTE:
		require_path(target);
		break;
	case HTTP_TARGET_ASTERISK:
		require(parser->method == HTTP_METHOD_OPTIONS);
		break;
	default:
		require(!parser->persistent);
		break;
	}
}

static void require_status(const struct http_parser *parser)
{
	static const int statuses[] = { 400, 413, 414, 431, 501, 505 };
	size_t i = 0;

	require(!parser->persistent);
	while (i < ARRAY_SIZE(statuses) && statuses[i] != parser->status)
		i++;
	require(i < ARRAY_SIZE(statuses));
}

/*
 * The most bytes that a request can have: a chunk of one byte has up to 16
 * digits and two line ends around it.
 */
static size_t size_limit(const struct http_parser *parser)
{
	const struct http_fields *fields = &parser->fields;

	if (fields->chunked)
		return HTTP_HEAD_MAX + HTTP_EXTENSIONS_MAX +
		       21 * ((size_t)parser->body.total + 2);
	return HTTP_HEAD_MAX + fields->content_length;
}

static void require_contract(struct http_parser *parser,
			     struct outcome outcome)
{
	require(outcome.used <= size_limit(parser));
	switch (outcome.result) {
	case HTTP_PARSER_MORE:
		return;
	case HTTP_PARSER_DONE:
		require(!parser->status);
		require(parser->major == 1 && parser->minor <= 9);
		require(parser->minor == 0 || parser->fields.has_host);
		require_target(parser);
		break;
	case HTTP_PARSER_ERROR:
		require_status(parser);
		break;
	}
}

/* Nothing is taken after the end of a request, or after an error. */
static void require_end(const struct http_parser *parser,
			const struct input *input, struct outcome outcome)
{
	struct http_parser again = *parser;
	size_t used;

	if (outcome.result == HTTP_PARSER_MORE)
		return;
	require(feed(&again, input->data, input->len, &used) ==
		outcome.result);
	require(!used);
	require(!memcmp(&again, parser, sizeof(again)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct input input = input_of(data, size);
	const struct input bytes = { .data = data, .len = input.len };
	struct http_parser parser;
	struct outcome outcome;
	size_t at = 0;

	/* One parser for all requests of a connection, as the handler has. */
	memset(&parser, 0x55, sizeof(parser));
	do {
		struct http_parser other;

		http_parser_begin(&parser);
		outcome.result = feed(&parser, data + at, input.len - at,
				      &outcome.used);
		require_contract(&parser, outcome);
		require_end(&parser, &input, outcome);
		require_same(&parser, outcome, &other,
			     read_in_pieces(&other, &input, at));
		require_same(&parser, outcome, &other,
			     read_in_pieces(&other, &bytes, at));
		at += outcome.used;
	} while (outcome.result == HTTP_PARSER_DONE && parser.persistent);
	return 0;
}
