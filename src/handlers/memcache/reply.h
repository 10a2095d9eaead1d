/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing answers.
 */
#ifndef MC_REPLY_H
#define MC_REPLY_H

#include "base64.h"
#include "number.h"
#include "../text.h"
#include "request.h"
#include "status.h"

/*
 * No answer is longer, the value aside: the key as base64, an opaque token
 * and up to ten numbers with their letters.
 */
#define MC_REPLY_MAX	(MC_BASE64_LEN(MC_KEY_MAX) + MC_OPAQUE_MAX + 320)

/**
 * struct mc_view - what an answer tells about an item
 * @flags: the client's flags
 * @value_len: the length of the value
 * @cas: its unique number
 * @ttl: seconds that are left of it, before the request; -1: no end
 * @new_ttl: those after the request
 * @idle: seconds since it was asked for
 * @number: its value, of arithmetic
 * @size: the memory that it needs
 * @binary: its key is to be told as base64
 * @fetched: it was asked for before
 * @created: the request has made it
 * @won: this client is to make a new value
 * @stale: the value is an old one
 * @sent: another client was told to make a new one
 */
struct mc_view {
	u32	flags;
	u32	value_len;
	u64	cas;
	s64	ttl;
	s64	new_ttl;
	u32	idle;
	u64	number;
	u32	size;
	bool	binary;
	bool	fetched;
	bool	created;
	bool	won;
	bool	stale;
	bool	sent;
};

/**
 * mc_reply_value() - the line before a value of the get commands
 * @at: where to write it; MC_REPLY_MAX bytes have to have room
 * @request: the request
 * @view: the item
 *
 * Return: the end of what was written.
 */
char *mc_reply_value(char *at, const struct mc_request *request,
		     const struct mc_view *view);

/**
 * mc_reply_number() - the answer to incr and decr
 * @at: where to write it; MC_REPLY_MAX bytes have to have room
 * @number: the new number
 *
 * Return: the end of what was written.
 */
char *mc_reply_number(char *at, u64 number);

/**
 * mc_reply_text() - the answer of the text protocol that has no numbers
 * @request: the request
 * @status: how it has ended
 *
 * Return: the answer with its line end.
 */
const char *mc_reply_text(const struct mc_request *request,
			  enum mc_status status);

/**
 * mc_reply_meta() - the answer of the meta protocol, up to a value
 * @at: where to write it; MC_REPLY_MAX bytes have to have room
 * @request: the request
 * @status: how it has ended
 * @view: the item, if @status is MC_HIT; what there is of it depends on the
 *	command
 *
 * Return: the end of what was written: @at if the client wants no answer.
 */
char *mc_reply_meta(char *at, const struct mc_request *request,
		    enum mc_status status, const struct mc_view *view);

#endif /* MC_REPLY_H */
