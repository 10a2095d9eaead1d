/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The request target (RFC 9112 section 3.2), and the path in it.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "authority.h"
#include "../portable.h"

/* The longest path, escapes decoded and dot segments removed. */
#define HTTP_PATH_MAX	255

enum http_target_form {
	HTTP_TARGET_ORIGIN,
	HTTP_TARGET_ABSOLUTE,
	HTTP_TARGET_AUTHORITY,
	HTTP_TARGET_ASTERISK,
};

/**
 * struct http_target - a request target being read
 * @form: its form, once one character was read
 * @state: what comes next
 * @scheme_len: how much of "http://" was read
 * @escape: the first digit of an escape
 * @authority: the authority of the absolute and the authority form
 * @path_len: the length of @path
 * @segment: where the last segment of @path begins
 * @path: the path of the origin and the absolute form: normalised as RFC 3986
 *	section 6.2.2 says, with every escape decoded but %2F and %25, which
 *	would turn into something else. The query is not kept. Ends with NUL
 *	when the target was read to its end.
 */
struct http_target {
	u8			form;
	u8			state;
	u8			scheme_len;
	u8			escape;
	struct http_authority	authority;
	u16			path_len;
	u16			segment;
	char			path[HTTP_PATH_MAX + 1];
};

/**
 * http_target_begin() - start to read a target
 * @target: the target
 * @authority: expect the authority form, which only CONNECT has
 */
void http_target_begin(struct http_target *target, bool authority);

/* Each returns 0, 400, or 414 for a path above HTTP_PATH_MAX. */
int http_target_char(struct http_target *target, u8 c);

/*
 * Take the bytes at the beginning of @data that are nothing special where they
 * are. Returns how many they are.
 */
size_t http_target_run(struct http_target *target, const u8 *data, size_t len);
int http_target_end(struct http_target *target);

#endif /* HTTP_TARGET_H */
