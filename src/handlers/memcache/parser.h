/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parser of memcached's text protocol and of its meta protocol.
 *
 * It takes the bytes of a connection in pieces of any size and keeps one key
 * and a few numbers of a line, so that a line of "get" may have any number of
 * keys. It understands, repairs and refuses what memcached 1.6.18 does, and
 * with the same words.
 */
#ifndef MC_PARSER_H
#define MC_PARSER_H

#include "../portable.h"
#include "request.h"

/* The longest line, without its line end, but for those with many keys. */
#define MC_LINE_MAX	2048

/* The longest word that is looked at, but for keys. */
#define MC_WORD_MAX	48

/**
 * enum mc_event - what mc_parser_feed() found
 * @MC_EVENT_MORE: nothing yet
 * @MC_EVENT_REQUEST: a request; the value follows, if it has one
 * @MC_EVENT_KEY: the next key of MC_GET, MC_GETS, MC_GAT or MC_GATS
 * @MC_EVENT_END: there are no more keys
 * @MC_EVENT_VALUE: the bytes that were read are part of the value
 * @MC_EVENT_VALUE_END: the value is complete
 * @MC_EVENT_BAD_VALUE: the value has ended, but not with a line end
 * @MC_EVENT_CLOSE: this is no client of ours: close the connection
 */
enum mc_event {
	MC_EVENT_MORE,
	MC_EVENT_REQUEST,
	MC_EVENT_KEY,
	MC_EVENT_END,
	MC_EVENT_VALUE,
	MC_EVENT_VALUE_END,
	MC_EVENT_BAD_VALUE,
	MC_EVENT_CLOSE,
};

struct mc_syntax;

/**
 * struct mc_parser - a connection being read
 * @state: what comes next
 * @started: bytes were read before
 * @cr: the word ends with CR, so far
 * @bad_end: the value does not end with a line end
 * @noreply: the last word was "noreply"
 * @http: the last word began with "HTTP/"
 * @bad_number: a number was none
 * @words: complete words of the line
 * @word_len: bytes of the word that is being read
 * @line_len: bytes of the line
 * @value_left: bytes of the value, or of what is skipped, and its line end
 * @syntax: the command, once its name is complete
 * @fault: what is wrong with the flags, with its line end, or NULL
 * @fatal: @fault was the end of the flags
 * @word: the word, unless it is the key
 * @request: the request
 */
struct mc_parser {
	u8			state;
	bool			started;
	bool			cr;
	bool			bad_end;
	bool			noreply;
	bool			http;
	bool			bad_number;
	bool			fatal;
	u8			words;
	u32			word_len;
	u32			line_len;
	u32			value_left;
	const struct mc_syntax	*syntax;
	const char		*fault;
	char			word[MC_WORD_MAX];
	struct mc_request	request;
};

/**
 * struct mc_syntax - a command's form
 * @name: its name
 * @name_len: the length of that
 * @command: the command
 * @least: how many words it has at least, with its name
 * @most: how many at most
 * @answer: the answer, if it is always the same
 * @word: called for each further word that is complete
 * @end: called at the end of the line; returns the answer to a line that is
 *	refused, with its line end, or NULL
 */
struct mc_syntax {
	const char	*name;
	u8		name_len;
	u8		command;
	u8		least;
	u8		most;
	const char	*answer;
	void		(*word)(struct mc_parser *parser, const char *word,
				size_t len);
	const char	*(*end)(struct mc_parser *parser);
};

/* Get ready for a connection. */
void mc_parser_init(struct mc_parser *parser);

/**
 * mc_parser_feed() - read bytes
 * @parser: the parser
 * @data: bytes
 * @len: how many, at least 1
 * @used: where to store how many of them were read: all of them, unless it
 *	returns something else than MC_EVENT_MORE
 *
 * @parser->request is valid until the first byte of the next request is read;
 * after MC_EVENT_KEY the key is valid until the next byte.
 *
 * Return: see &enum mc_event.
 */
enum mc_event mc_parser_feed(struct mc_parser *parser, const void *data,
			     size_t len, size_t *used);

/* Skip the value of the request, or what is left of it. */
void mc_parser_skip(struct mc_parser *parser);

/* meta.c: the words and the end of requests of the meta protocol. */
void mc_meta_word(struct mc_parser *parser, const char *word, size_t len);
void mc_meta_set_word(struct mc_parser *parser, const char *word, size_t len);
void mc_meta_debug_word(struct mc_parser *parser, const char *word, size_t len);
const char *mc_meta_get_end(struct mc_parser *parser);
const char *mc_meta_set_end(struct mc_parser *parser);
const char *mc_meta_delete_end(struct mc_parser *parser);
const char *mc_meta_arithmetic_end(struct mc_parser *parser);
const char *mc_meta_debug_end(struct mc_parser *parser);

/* command.c */
const struct mc_syntax *mc_syntax_find(const char *name, size_t len);

/* What "version" says: whose behaviour this is, and that it is not the original. */
#define MC_VERSION	"1.6.18-syncsock"

/* The answers that more than one command gives. */
#define MC_ERROR	"ERROR\r\n"
#define MC_BAD_FORMAT	"CLIENT_ERROR bad command line format\r\n"

#endif /* MC_PARSER_H */
