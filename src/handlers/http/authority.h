/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host and port, as in a Host field, in an absolute URI and in the target of
 * CONNECT: uri-host [ ":" port ], RFC 9110 section 7.2. Only checked, never
 * stored: every host is served alike.
 */
#ifndef HTTP_AUTHORITY_H
#define HTTP_AUTHORITY_H

#include "../portable.h"

/**
 * struct http_authority - a host and port being read
 * @state: what comes next
 * @has_host: the host is not empty
 * @has_port: the port is not empty
 */
struct http_authority {
	u8	state;
	bool	has_host;
	bool	has_port;
};

void http_authority_begin(struct http_authority *authority);

/* Each returns whether the authority is valid so far, or as a whole. */
bool http_authority_char(struct http_authority *authority, u8 c);

/*
 * Take the bytes at the beginning of @data that are nothing but a part of the
 * host or of the port. Returns how many they are.
 */
size_t http_authority_run(struct http_authority *authority, const u8 *data,
			  size_t len);
bool http_authority_end(const struct http_authority *authority);

#endif /* HTTP_AUTHORITY_H */
