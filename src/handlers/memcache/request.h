/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request, as the parser understood it.
 */
#ifndef MC_REQUEST_H
#define MC_REQUEST_H

#include "../portable.h"

/* The longest key, and the longest opaque token with its letter. */
#define MC_KEY_MAX	250
#define MC_OPAQUE_MAX	32

/* The most words that a request of the meta protocol may have. */
#define MC_META_WORDS_MAX	19

/**
 * enum mc_command - what is asked for
 * @MC_SAY: nothing but the fixed answer &mc_request.text
 * @MC_QUIT: to close the connection
 */
enum mc_command {
	MC_SAY,
	MC_QUIT,
	MC_GET,
	MC_GETS,
	MC_GAT,
	MC_GATS,
	MC_SET,
	MC_ADD,
	MC_REPLACE,
	MC_APPEND,
	MC_PREPEND,
	MC_CAS,
	MC_INCR,
	MC_DECR,
	MC_TOUCH,
	MC_DELETE,
	MC_FLUSH_ALL,
	MC_STATS,
	MC_STATS_ITEMS,
	MC_STATS_SETTINGS,
	MC_STATS_RESET,
	MC_META_GET,
	MC_META_SET,
	MC_META_DELETE,
	MC_META_ARITHMETIC,
	MC_META_DEBUG,
};

/**
 * struct mc_meta - the flags of a request of the meta protocol
 * @count: how many there are
 * @letters: their letters, in order, each one once
 * @mode: the mode of M, or 0
 * @opaque_len: the length of @opaque
 * @opaque: the token of O, with its letter
 * @ttl: the time of T
 * @vivify_ttl: that of N
 * @recache_ttl: that of R
 * @initial: the number of J
 */
struct mc_meta {
	u8	count;
	char	letters[MC_META_WORDS_MAX];
	char	mode;
	u8	opaque_len;
	char	opaque[MC_OPAQUE_MAX];
	s32	ttl;
	s32	vivify_ttl;
	s32	recache_ttl;
	u64	initial;
};

/**
 * struct mc_request - a request
 * @command: see &enum mc_command
 * @store: how to store what follows: MC_SET to MC_CAS
 * @noreply: answer nothing if all goes well, see below
 * @has_cas: the flag C was there
 * @key_binary: the key was given as base64
 * @key_len: the length of @key
 * @key: the key
 * @text: the answer to MC_SAY, with its line end; NULL for none
 * @flags: the client's flags
 * @ttl: seconds until the item expires, or when; 0 for never
 * @value_len: the length of the value that follows, without its line end
 * @cas: the unique number that the item has to have
 * @delta: the amount of MC_INCR, MC_DECR and MC_META_ARITHMETIC
 * @meta: the flags of a request of the meta protocol
 *
 * @noreply is for the text protocol about all answers, and for the meta
 * protocol about those that are expected, which the command decides.
 */
struct mc_request {
	u8		command;
	u8		store;
	bool		noreply;
	bool		has_cas;
	bool		key_binary;
	u8		key_len;
	char		key[MC_KEY_MAX + 1];
	const char	*text;
	u32		flags;
	s32		ttl;
	s32		value_len;
	u64		cas;
	u64		delta;
	struct mc_meta	meta;
};

static inline bool mc_request_is_meta(const struct mc_request *request)
{
	return request->command >= MC_META_GET;
}

/* Whether a value follows. */
static inline bool mc_request_has_value(const struct mc_request *request)
{
	return (request->command >= MC_SET && request->command <= MC_CAS) ||
	       request->command == MC_META_SET;
}

static inline bool mc_meta_has(const struct mc_meta *meta, char letter)
{
	return memchr(meta->letters, letter, meta->count);
}

#endif /* MC_REQUEST_H */
