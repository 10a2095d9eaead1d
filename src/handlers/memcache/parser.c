// SPDX-License-Identifier: GPL-2.0
#include "number.h"
#include "parser.h"

enum {
	EXPECT_START,		/* a line */
	EXPECT_WORDS,		/* the rest of it */
	EXPECT_END,		/* its end, behind a NUL */
	EXPECT_NOTHING,		/* its end, of a line that was answered */
	EXPECT_VALUE,
	EXPECT_SKIP,
	EXPECT_CLOSE,
};

/* More words of a line are not looked at, but for keys. */
#define WORDS_MAX	23

/* What a client of the binary protocol begins with. */
#define BINARY_REQUEST	0x80

void mc_parser_init(struct mc_parser *parser)
{
	parser->state = EXPECT_START;
	parser->started = false;
}

static void begin_line(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;

	parser->state = EXPECT_WORDS;
	parser->cr = false;
	parser->noreply = false;
	parser->http = false;
	parser->bad_number = false;
	parser->fatal = false;
	parser->words = 0;
	parser->word_len = 0;
	parser->line_len = 0;
	parser->value_left = 0;
	parser->syntax = NULL;
	parser->fault = NULL;

	request->command = MC_SAY;
	request->store = MC_SET;
	request->noreply = false;
	request->has_cas = false;
	request->key_binary = false;
	request->key_len = 0;
	request->text = NULL;
	request->flags = 0;
	request->ttl = 0;
	request->value_len = 0;
	request->cas = 0;
	request->delta = 1;
	request->meta.count = 0;
	request->meta.mode = 0;
	request->meta.opaque_len = 0;
	request->meta.ttl = 0;
	request->meta.vivify_ttl = 0;
	request->meta.recache_ttl = 0;
	request->meta.initial = 0;
}

static bool is_get(const struct mc_parser *parser)
{
	return parser->syntax && parser->syntax->command >= MC_GET &&
	       parser->syntax->command <= MC_GATS;
}

/* Whether the word that is being read goes into the key. */
static bool is_key(const struct mc_parser *parser)
{
	return parser->words == 1 || (parser->words && is_get(parser));
}

static void add_bytes(struct mc_parser *parser, const char *data, size_t len)
{
	bool key = is_key(parser);
	char *word = key ? parser->request.key : parser->word;
	size_t room = key ? sizeof(parser->request.key) : sizeof(parser->word);

	if (parser->word_len < room) {
		size_t part = room - parser->word_len;

		memcpy(word + parser->word_len, data, part < len ? part : len);
	}
	/* Long words stay long, whatever their length. */
	parser->word_len += len;
	if (parser->word_len > 2 * MC_LINE_MAX)
		parser->word_len = 2 * MC_LINE_MAX;
	parser->cr = data[len - 1] == '\r';
}

static enum mc_event refuse(struct mc_parser *parser, const char *text)
{
	parser->state = EXPECT_NOTHING;
	parser->request.command = MC_SAY;
	parser->request.text = text;
	return MC_EVENT_REQUEST;
}

/* A word of get and its like: a time or a key. */
static enum mc_event get_word(struct mc_parser *parser, size_t len)
{
	struct mc_request *request = &parser->request;
	u8 command = parser->syntax->command;

	if (parser->words == 2 && (command == MC_GAT || command == MC_GATS)) {
		if (len > MC_WORD_MAX ||
		    !mc_number_s32(request->key, len, &request->ttl))
			return refuse(parser,
				      "CLIENT_ERROR invalid exptime argument\r\n");
		return MC_EVENT_MORE;
	}
	if (len > MC_KEY_MAX)
		return refuse(parser, MC_BAD_FORMAT);
	request->command = command;
	request->key_len = len;
	return MC_EVENT_KEY;
}

/* Inline, so that the compiler knows the length of @text, a literal. */
static __always_inline bool begins_with(const char *word, size_t len,
					const char *text)
{
	return len >= strlen(text) && !memcmp(word, text, strlen(text));
}

/* A word is complete. */
static enum mc_event end_word(struct mc_parser *parser)
{
	const char *word = is_key(parser) ? parser->request.key : parser->word;
	size_t len = parser->word_len;

	parser->word_len = 0;
	parser->cr = false;
	if (!len)
		return MC_EVENT_MORE;
	if (parser->words == WORDS_MAX && !is_get(parser))
		return MC_EVENT_MORE;
	if (parser->words < WORDS_MAX)
		parser->words++;

	parser->noreply = len == 7 && begins_with(word, len, "noreply");
	parser->http = begins_with(word, len, "HTTP/");
	if (parser->words == 1) {
		parser->syntax = mc_syntax_find(word, len);
		return MC_EVENT_MORE;
	}
	if (is_get(parser))
		return get_word(parser, len);
	if (parser->words == 2)
		parser->request.key_len = len > MC_KEY_MAX ? MC_KEY_MAX + 1 :
							     len;
	if (parser->syntax && parser->syntax->word)
		parser->syntax->word(parser, word, len);
	return MC_EVENT_MORE;
}

static const char *check_line(struct mc_parser *parser)
{
	const struct mc_syntax *syntax = parser->syntax;

	if (!syntax)
		return MC_ERROR;
	if (parser->words < syntax->least || parser->words > syntax->most)
		return MC_ERROR;
	return syntax->end ? syntax->end(parser) : syntax->answer;
}

/* The line is complete. */
static enum mc_event end_line(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;
	const char *answer;

	parser->state = EXPECT_START;
	if (!parser->syntax && parser->http) {
		parser->state = EXPECT_CLOSE;
		return MC_EVENT_CLOSE;
	}
	/* Of those that it has several of, the end of the line knows which. */
	if (parser->syntax)
		request->command = parser->syntax->command;
	answer = check_line(parser);
	if (answer) {
		request->command = MC_SAY;
		request->text = request->noreply ? NULL : answer;
		return MC_EVENT_REQUEST;
	}
	if (is_get(parser))
		return MC_EVENT_END;
	if (mc_request_has_value(request)) {
		parser->state = EXPECT_VALUE;
		parser->bad_end = false;
		parser->value_left = request->value_len + 2;
	}
	return MC_EVENT_REQUEST;
}

/*
 * A line end ends the word as well. It is left there if that has led to an
 * event, for the next time.
 */
static enum mc_event line_feed(struct mc_parser *parser, size_t *at)
{
	enum mc_event event;

	if (parser->cr && parser->line_len > 1)
		parser->word_len--;
	event = end_word(parser);
	if (event != MC_EVENT_MORE)
		return event;
	++*at;
	return end_line(parser);
}

/* How many bytes at the beginning of @data are part of a word. */
static size_t word_bytes(const char *data, size_t len)
{
	size_t count = 0;

	/* Nearly all are none of those that the rest is about. */
	while (count < len &&
	       ((u8)data[count] > ' ' ||
		(data[count] != ' ' && data[count] != '\n' && data[count])))
		count++;
	return count;
}

/* There are more bytes of the line: whether they are too many, but for keys. */
static bool is_too_long(struct mc_parser *parser, size_t count)
{
	/* Beyond the limit nobody asks how long it is. */
	if (parser->line_len <= MC_LINE_MAX)
		parser->line_len += count <= MC_LINE_MAX ? count :
							   MC_LINE_MAX + 1;
	return parser->line_len > MC_LINE_MAX && !is_get(parser);
}

static enum mc_event read_words(struct mc_parser *parser, const char *data,
				size_t len, size_t *used)
{
	enum mc_event event = MC_EVENT_MORE;
	size_t at = 0;

	while (at < len && event == MC_EVENT_MORE &&
	       parser->state == EXPECT_WORDS) {
		size_t count = word_bytes(data + at, len - at);

		if (!count && data[at] == '\n') {
			event = line_feed(parser, &at);
			break;
		}
		if (count) {
			add_bytes(parser, data + at, count);
		} else {
			event = end_word(parser);
			if (!data[at] && event == MC_EVENT_MORE)
				parser->state = EXPECT_END;
			/* A NUL behind a key is seen again, as a line end. */
			count = data[at] || event == MC_EVENT_MORE;
		}
		at += count;
		if (is_too_long(parser, count) && event == MC_EVENT_MORE) {
			parser->state = EXPECT_CLOSE;
			event = MC_EVENT_CLOSE;
		}
	}
	*used = at;
	return event;
}

/* The rest of a line whose end has been decided about. */
static enum mc_event read_rest(struct mc_parser *parser, const char *data,
			       size_t len, size_t *used)
{
	const char *end = memchr(data, '\n', len);
	size_t count = end ? (size_t)(end - data) : len;

	*used = count;
	if (is_too_long(parser, count)) {
		parser->state = EXPECT_CLOSE;
		return MC_EVENT_CLOSE;
	}
	if (!end)
		return MC_EVENT_MORE;
	++*used;
	if (parser->state == EXPECT_END)
		return end_line(parser);
	parser->state = EXPECT_START;
	return MC_EVENT_MORE;
}

static enum mc_event read_value(struct mc_parser *parser, const char *data,
				size_t len, size_t *used)
{
	size_t part = parser->value_left - 2;
	size_t at = 0;

	if (parser->value_left > 2) {
		*used = len < part ? len : part;
		parser->value_left -= *used;
		return MC_EVENT_VALUE;
	}
	while (at < len && parser->value_left) {
		if (data[at++] != (parser->value_left == 2 ? '\r' : '\n'))
			parser->bad_end = true;
		parser->value_left--;
	}
	*used = at;
	if (parser->value_left)
		return MC_EVENT_MORE;
	parser->state = EXPECT_START;
	return parser->bad_end ? MC_EVENT_BAD_VALUE : MC_EVENT_VALUE_END;
}

static void skip_value(struct mc_parser *parser, size_t len, size_t *used)
{
	*used = len < parser->value_left ? len : parser->value_left;
	parser->value_left -= *used;
	if (!parser->value_left)
		parser->state = EXPECT_START;
}

/* Up to the first event, or to where the state changes. */
static enum mc_event read_some(struct mc_parser *parser, const char *data,
			       size_t len, size_t *used)
{
	switch (parser->state) {
	case EXPECT_START:
		if (!parser->started && (u8)*data == BINARY_REQUEST) {
			parser->state = EXPECT_CLOSE;
			*used = 1;
			return MC_EVENT_CLOSE;
		}
		parser->started = true;
		begin_line(parser);
		return read_words(parser, data, len, used);
	case EXPECT_WORDS:
		return read_words(parser, data, len, used);
	case EXPECT_END:
	case EXPECT_NOTHING:
		return read_rest(parser, data, len, used);
	case EXPECT_VALUE:
		return read_value(parser, data, len, used);
	case EXPECT_SKIP:
		skip_value(parser, len, used);
		return MC_EVENT_MORE;
	default:
		*used = len;
		return MC_EVENT_CLOSE;
	}
}

enum mc_event mc_parser_feed(struct mc_parser *parser, const void *data,
			     size_t len, size_t *used)
{
	enum mc_event event = MC_EVENT_MORE;
	size_t at = 0;

	while (at < len && event == MC_EVENT_MORE) {
		size_t part;

		event = read_some(parser, data + at, len - at, &part);
		at += part;
	}
	*used = at;
	return event;
}

void mc_parser_skip(struct mc_parser *parser)
{
	if (parser->value_left)
		parser->state = EXPECT_SKIP;
}
