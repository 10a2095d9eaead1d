/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Accept-Encoding field (RFC 9110 section 12.5.3): whether a client would
 * rather have a content compressed.
 */
#ifndef HTTP_CODING_H
#define HTTP_CODING_H

#include "chars.h"
#include "../portable.h"

/**
 * struct http_codings - an Accept-Encoding field being read
 * @state: what comes next
 * @weight: of the coding being read, in thousandths
 * @scale: what its next digit is worth
 * @gzip: the weight of gzip, or HTTP_CODING_UNKNOWN
 * @identity: the weight of no coding, or HTTP_CODING_UNKNOWN
 * @others: the weight of "*", or HTTP_CODING_UNKNOWN
 * @word: the coding being read
 */
struct http_codings {
	u8			state;
	u16			weight;
	u16			scale;
	u16			gzip;
	u16			identity;
	u16			others;
	struct http_word	word;
};

#define HTTP_CODING_UNKNOWN	0xffff

/* A list may come in several fields: begin each line, but only once the list. */
void http_codings_begin(struct http_codings *codings);
void http_codings_begin_line(struct http_codings *codings);
void http_codings_char(struct http_codings *codings, u8 c);
void http_codings_end_line(struct http_codings *codings);

/* Whether gzip is acceptable, and no less welcome than no coding at all. */
bool http_codings_prefer_gzip(const struct http_codings *codings);

#endif /* HTTP_CODING_H */
