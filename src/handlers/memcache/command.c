// SPDX-License-Identifier: GPL-2.0
/*
 * The commands, and the words of those of the text protocol.
 */
#include "number.h"
#include "parser.h"

#define ANY	255

static bool is_bad_key(const struct mc_parser *parser)
{
	return parser->request.key_len > MC_KEY_MAX;
}

static bool word_is(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(word, text, len);
}

static void want_u32(struct mc_parser *parser, const char *word, size_t len,
		     u32 *number)
{
	if (len > MC_WORD_MAX || !mc_number_u32(word, len, number))
		parser->bad_number = true;
}

static void want_s32(struct mc_parser *parser, const char *word, size_t len,
		     s32 *number)
{
	if (len > MC_WORD_MAX || !mc_number_s32(word, len, number))
		parser->bad_number = true;
}

static void want_u64(struct mc_parser *parser, const char *word, size_t len,
		     u64 *number)
{
	if (len > MC_WORD_MAX || !mc_number_u64(word, len, number))
		parser->bad_number = true;
}

/* NAME key flags time length [unique] [noreply] */
static void update_word(struct mc_parser *parser, const char *word, size_t len)
{
	struct mc_request *request = &parser->request;

	switch (parser->words) {
	case 3:
		want_u32(parser, word, len, &request->flags);
		break;
	case 4:
		want_s32(parser, word, len, &request->ttl);
		break;
	case 5:
		want_s32(parser, word, len, &request->value_len);
		break;
	case 6:
		if (parser->syntax->command == MC_CAS)
			want_u64(parser, word, len, &request->cas);
		break;
	}
}

static const char *update_end(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;

	request->noreply = parser->noreply;
	request->store = parser->syntax->command;
	request->has_cas = request->store == MC_CAS;
	if (is_bad_key(parser) || parser->bad_number ||
	    request->value_len < 0 || request->value_len > S32_MAX - 2)
		return MC_BAD_FORMAT;
	return NULL;
}

/* NAME key amount [noreply] */
static void arithmetic_word(struct mc_parser *parser, const char *word,
			    size_t len)
{
	if (parser->words == 3)
		want_u64(parser, word, len, &parser->request.delta);
}

static const char *arithmetic_end(struct mc_parser *parser)
{
	parser->request.noreply = parser->noreply;
	if (is_bad_key(parser))
		return MC_BAD_FORMAT;
	return parser->bad_number ?
		"CLIENT_ERROR invalid numeric delta argument\r\n" : NULL;
}

/* touch key time [noreply] */
static void touch_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words == 3)
		want_s32(parser, word, len, &parser->request.ttl);
}

static const char *touch_end(struct mc_parser *parser)
{
	parser->request.noreply = parser->noreply;
	if (is_bad_key(parser))
		return MC_BAD_FORMAT;
	return parser->bad_number ?
		"CLIENT_ERROR invalid exptime argument\r\n" : NULL;
}

/* delete key [0] [noreply] */
static void delete_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words == 3 && !word_is(word, len, "0"))
		parser->bad_number = true;
}

static const char *delete_end(struct mc_parser *parser)
{
	bool zero = !parser->bad_number;
	bool valid = true;

	if (parser->words > 2) {
		parser->request.noreply = parser->noreply;
		valid = parser->words == 3 ? zero || parser->noreply :
					     zero && parser->noreply;
	}
	if (!valid)
		return "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n";
	return is_bad_key(parser) ? MC_BAD_FORMAT : NULL;
}

/* flush_all [time] [noreply] */
static void flush_all_word(struct mc_parser *parser, const char *word,
			   size_t len)
{
	if (parser->words == 2)
		want_s32(parser, word, len, &parser->request.ttl);
}

static const char *flush_all_end(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;

	request->noreply = parser->noreply;
	if (parser->words == (parser->noreply ? 2 : 1))
		request->ttl = 0;
	else if (parser->bad_number)
		return "CLIENT_ERROR invalid exptime argument\r\n";
	return NULL;
}

/* verbosity level [noreply] */
static void verbosity_word(struct mc_parser *parser, const char *word,
			   size_t len)
{
	u32 level;

	if (parser->words == 2)
		want_u32(parser, word, len, &level);
}

static const char *verbosity_end(struct mc_parser *parser)
{
	parser->request.noreply = parser->noreply;
	return parser->bad_number ? MC_BAD_FORMAT : "OK\r\n";
}

/* What "stats" may be followed by; the rest is not for this cache. */
static const struct {
	const char	*name;
	u8		command;
	const char	*answer;
} stats[] = {
	{ "items", MC_STATS_ITEMS, NULL },
	{ "settings", MC_STATS_SETTINGS, NULL },
	{ "reset", MC_STATS_RESET, NULL },
	{ "slabs", MC_SAY, "END\r\n" },
	{ "conns", MC_SAY, "END\r\n" },
	{ "sizes", MC_SAY, "STAT sizes_status disabled\r\nEND\r\n" },
	{ "cachedump", MC_SAY,
	  "CLIENT_ERROR stats cachedump not allowed\r\n" },
};

#define DETAIL_USAGE	"CLIENT_ERROR usage: stats detail on|off|dump\r\n"

static void stats_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words == 3) {
		parser->fault = DETAIL_USAGE;
		if (word_is(word, len, "on") || word_is(word, len, "off"))
			parser->fault = "OK\r\n";
		else if (word_is(word, len, "dump"))
			parser->fault = "END\r\n";
	}
}

static const char *stats_end(struct mc_parser *parser)
{
	const struct mc_request *request = &parser->request;
	size_t i;

	if (parser->words == 1)
		return NULL;
	if (word_is(request->key, request->key_len, "detail"))
		return parser->fault ? parser->fault : DETAIL_USAGE;
	for (i = 0; i < ARRAY_SIZE(stats); i++) {
		if (!word_is(request->key, request->key_len, stats[i].name))
			continue;
		if (stats[i].answer)
			return stats[i].answer;
		parser->request.command = stats[i].command;
		return NULL;
	}
	return MC_ERROR;
}

/* A command of @_least to @_most words, those words and their end. */
#define COMMAND(_name, _command, _least, _most, _word, _end) {	\
	.name		= _name,				\
	.name_len	= sizeof(_name) - 1,			\
	.command	= _command,				\
	.least		= _least,				\
	.most		= _most,				\
	.word		= _word,				\
	.end		= _end,					\
}

#define UPDATE(_name, _command, _least, _most)			\
	COMMAND(_name, _command, _least, _most, update_word, update_end)

/* A command to which the answer is always the same. */
#define FIXED(_name, _answer) {					\
	.name		= _name,				\
	.name_len	= sizeof(_name) - 1,			\
	.command	= MC_SAY,				\
	.most		= ANY,					\
	.answer		= _answer,				\
}

static const struct mc_syntax syntaxes[] = {
	COMMAND("get", MC_GET, 2, ANY, NULL, NULL),
	COMMAND("gets", MC_GETS, 2, ANY, NULL, NULL),
	COMMAND("gat", MC_GAT, 2, ANY, NULL, NULL),
	COMMAND("gats", MC_GATS, 2, ANY, NULL, NULL),
	COMMAND("bget", MC_GET, 2, ANY, NULL, NULL),
	UPDATE("set", MC_SET, 5, 6),
	UPDATE("add", MC_ADD, 5, 6),
	UPDATE("replace", MC_REPLACE, 5, 6),
	UPDATE("append", MC_APPEND, 5, 6),
	UPDATE("prepend", MC_PREPEND, 5, 6),
	UPDATE("cas", MC_CAS, 6, 7),
	COMMAND("incr", MC_INCR, 3, 4, arithmetic_word, arithmetic_end),
	COMMAND("decr", MC_DECR, 3, 4, arithmetic_word, arithmetic_end),
	COMMAND("touch", MC_TOUCH, 3, 4, touch_word, touch_end),
	COMMAND("delete", MC_DELETE, 2, 4, delete_word, delete_end),
	COMMAND("flush_all", MC_FLUSH_ALL, 1, 3, flush_all_word, flush_all_end),
	COMMAND("verbosity", MC_SAY, 2, 3, verbosity_word, verbosity_end),
	COMMAND("stats", MC_STATS, 1, ANY, stats_word, stats_end),
	COMMAND("quit", MC_QUIT, 1, ANY, NULL, NULL),
	COMMAND("mg", MC_META_GET, 2, ANY, mc_meta_word, mc_meta_get_end),
	COMMAND("ms", MC_META_SET, 2, ANY, mc_meta_set_word, mc_meta_set_end),
	COMMAND("md", MC_META_DELETE, 2, ANY, mc_meta_word,
		mc_meta_delete_end),
	COMMAND("ma", MC_META_ARITHMETIC, 2, ANY, mc_meta_word,
		mc_meta_arithmetic_end),
	COMMAND("me", MC_META_DEBUG, 1, ANY, mc_meta_debug_word,
		mc_meta_debug_end),
	FIXED("mn", "MN\r\n"),
	FIXED("version", "VERSION " MC_VERSION "\r\n"),
	FIXED("shutdown", "ERROR: shutdown not enabled\r\n"),
	FIXED("watch", "CLIENT_ERROR watch commands not allowed\r\n"),
};

const struct mc_syntax *mc_syntax_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(syntaxes); i++)
		if (syntaxes[i].name_len == len &&
		    !memcmp(syntaxes[i].name, name, len))
			return &syntaxes[i];
	return NULL;
}
