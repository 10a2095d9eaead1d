// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of the meta protocol: a key, for "ms" a length, and flags of
 * one letter, each with a token directly behind it.
 *
 * As in memcached a flag that is not known, or is there twice, ends the flags;
 * of other faults the last one is told.
 */
#include "base64.h"
#include "number.h"
#include "parser.h"

#define BAD_TOKEN	"CLIENT_ERROR bad token in command line format\r\n"
#define BAD_FLAG	"CLIENT_ERROR invalid or duplicate flag\r\n"
#define LONG_OPAQUE	"CLIENT_ERROR opaque token too long\r\n"
#define LONG_FLAGS	"CLIENT_ERROR options flags too long\r\n"

static void fault(struct mc_parser *parser, const char *text)
{
	parser->fault = text;
}

static void fatal(struct mc_parser *parser, const char *text)
{
	parser->fault = text;
	parser->fatal = true;
}

static void time_token(struct mc_parser *parser, const char *token, size_t len,
		       s32 *ttl)
{
	if (len > MC_WORD_MAX || !mc_number_s32(token, len, ttl))
		fault(parser, BAD_TOKEN);
}

static void amount_token(struct mc_parser *parser, const char *token,
			 size_t len, u64 *amount, const char *text)
{
	if (len > MC_WORD_MAX || !mc_number_u64(token, len, amount))
		fault(parser, text);
}

static void key_is_binary(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;

	request->key_binary = true;
	if (request->key_len > MC_KEY_MAX)
		return;
	request->key_len = mc_base64_decode(request->key, request->key_len);
	if (!request->key_len)
		fault(parser, "CLIENT_ERROR error decoding key\r\n");
}

static void opaque_token(struct mc_request *request, const char *word,
			 size_t len)
{
	if (len <= MC_OPAQUE_MAX)
		memcpy(request->meta.opaque, word, len);
	request->meta.opaque_len = len <= MC_OPAQUE_MAX ? len :
							  MC_OPAQUE_MAX + 1;
}

/* A flag of those that say something about the item, or the change to it. */
static void change_flag(struct mc_parser *parser, const char *word, size_t len)
{
	struct mc_request *request = &parser->request;
	const char *token = word + 1;
	size_t token_len = len - 1;

	switch (*word) {
	case 'F':
		/* The one token whose fault has no text of its own. */
		if ((len > MC_WORD_MAX ||
		     !mc_number_u32(token, token_len, &request->flags)) &&
		    !parser->fault)
			fault(parser, MC_BAD_FORMAT);
		break;
	case 'C':
		request->has_cas = true;
		amount_token(parser, token, token_len, &request->cas,
			     BAD_TOKEN);
		break;
	case 'M':
		request->meta.mode = token_len ? *token : 0;
		if (token_len != 1)
			fault(parser,
			      "CLIENT_ERROR incorrect length for M token\r\n");
		break;
	case 'J':
		amount_token(parser, token, token_len, &request->meta.initial,
			     "CLIENT_ERROR invalid numeric initial value\r\n");
		break;
	case 'D':
		amount_token(parser, token, token_len, &request->delta,
			     "CLIENT_ERROR invalid numeric delta value\r\n");
		break;
	default:
		fatal(parser, "CLIENT_ERROR invalid flag\r\n");
		break;
	}
}

static void read_flag(struct mc_parser *parser, const char *word, size_t len)
{
	struct mc_request *request = &parser->request;
	struct mc_meta *meta = &request->meta;

	if (parser->fatal || meta->count == ARRAY_SIZE(meta->letters))
		return;
	if ((u8)*word >= 127 || mc_meta_has(meta, *word)) {
		fatal(parser, "CLIENT_ERROR duplicate flag\r\n");
		return;
	}
	meta->letters[meta->count++] = *word;

	switch (*word) {
	case 'b':
		key_is_binary(parser);
		break;
	case 'N':
		time_token(parser, word + 1, len - 1, &meta->vivify_ttl);
		break;
	case 'T':
		time_token(parser, word + 1, len - 1, &meta->ttl);
		break;
	case 'R':
		time_token(parser, word + 1, len - 1, &meta->recache_ttl);
		break;
	case 'O':
		opaque_token(request, word, len);
		break;
	case 'I': case 'L': case 'P': case 'c': case 'f': case 'h': case 'k':
	case 'l': case 'q': case 's': case 't': case 'u': case 'v':
		break;
	default:
		change_flag(parser, word, len);
		break;
	}
}

void mc_meta_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words > 2)
		read_flag(parser, word, len);
}

void mc_meta_set_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words > 3)
		read_flag(parser, word, len);
	else if (parser->words == 3 &&
		 (len > MC_WORD_MAX ||
		  !mc_number_s32(word, len, &parser->request.value_len)))
		parser->bad_number = true;
}

void mc_meta_debug_word(struct mc_parser *parser, const char *word, size_t len)
{
	if (parser->words == 3 && len == 1 && *word == 'b')
		key_is_binary(parser);
}

static const char *check_words(const struct mc_parser *parser,
			       const char *too_many)
{
	if (parser->request.key_len > MC_KEY_MAX)
		return MC_BAD_FORMAT;
	return parser->words > MC_META_WORDS_MAX ? too_many : NULL;
}

static const char *check_opaque(const struct mc_parser *parser)
{
	return parser->request.meta.opaque_len > MC_OPAQUE_MAX ? LONG_OPAQUE :
								 NULL;
}

/* The request is good: only now it may want no answer. */
static const char *accept(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;

	request->ttl = request->meta.ttl;
	request->noreply = mc_meta_has(&request->meta, 'q');
	return NULL;
}

const char *mc_meta_get_end(struct mc_parser *parser)
{
	const char *answer;

	answer = check_words(parser,
			     "CLIENT_ERROR options flags are too long\r\n");
	if (!answer)
		answer = parser->fault;
	if (!answer)
		answer = check_opaque(parser);
	return answer ? answer : accept(parser);
}

static const struct {
	char	mode;
	u8	store;
} set_modes[] = {
	{ 0, MC_SET }, { 'S', MC_SET }, { 'E', MC_ADD }, { 'A', MC_APPEND },
	{ 'P', MC_PREPEND }, { 'R', MC_REPLACE },
};

/* Which way to store: where a unique number is asked for, MC_CAS has it. */
static const char *set_mode(struct mc_request *request)
{
	size_t i = 0;

	while (set_modes[i].mode != request->meta.mode)
		if (++i == ARRAY_SIZE(set_modes))
			return "CLIENT_ERROR invalid mode for ms M token\r\n";
	request->store = set_modes[i].store;
	if (request->has_cas &&
	    (request->store == MC_SET || request->store == MC_REPLACE))
		request->store = MC_CAS;
	return NULL;
}

/* Once the length is known, the value of a refused request is skipped. */
const char *mc_meta_set_end(struct mc_parser *parser)
{
	struct mc_request *request = &parser->request;
	const char *answer;

	if (request->key_len > MC_KEY_MAX || parser->words == 2)
		return MC_BAD_FORMAT;
	answer = check_words(parser, LONG_FLAGS);
	if (answer)
		return answer;
	if (parser->bad_number || request->value_len < 0 ||
	    request->value_len > S32_MAX - 2)
		return MC_BAD_FORMAT;

	answer = parser->fault;
	if (!answer)
		answer = set_mode(request);
	if (!answer)
		answer = check_opaque(parser);
	if (!answer)
		return accept(parser);
	parser->value_left = request->value_len + 2;
	mc_parser_skip(parser);
	return answer;
}

const char *mc_meta_delete_end(struct mc_parser *parser)
{
	const char *answer = check_words(parser, LONG_FLAGS);

	if (!answer && parser->fault)
		answer = BAD_FLAG;
	if (!answer)
		answer = check_opaque(parser);
	return answer ? answer : accept(parser);
}

const char *mc_meta_arithmetic_end(struct mc_parser *parser)
{
	char mode = parser->request.meta.mode;
	const char *answer = check_words(parser, LONG_FLAGS);

	if (!answer && parser->fault)
		answer = BAD_FLAG;
	if (!answer && mode && !strchr("ID+-", mode))
		answer = "CLIENT_ERROR invalid mode for ma M token\r\n";
	if (!answer)
		answer = check_opaque(parser);
	return answer ? answer : accept(parser);
}

const char *mc_meta_debug_end(struct mc_parser *parser)
{
	if (parser->words == 1 || parser->request.key_len > MC_KEY_MAX ||
	    parser->fault)
		return MC_BAD_FORMAT;
	return NULL;
}
