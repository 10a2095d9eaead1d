/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Base64 (RFC 4648 section 4), for the binary keys of the meta commands.
 */
#ifndef MC_BASE64_H
#define MC_BASE64_H

#include "../portable.h"

/* How many characters @len bytes become. */
#define MC_BASE64_LEN(len)	(((len) + 2) / 3 * 4)

/**
 * mc_base64_encode() - write bytes as base64
 * @at: where to; MC_BASE64_LEN(@len) bytes have to have room
 * @bytes: the bytes
 * @len: how many
 *
 * Return: the end of what was written.
 */
char *mc_base64_encode(char *at, const u8 *bytes, size_t len);

/**
 * mc_base64_decode() - read base64
 * @text: the text; the bytes replace it
 * @len: its length
 *
 * As memcached does it, characters that are not of base64 are skipped, and
 * what follows the padding is ignored.
 *
 * Return: how many bytes there are; 0 if it is not base64.
 */
size_t mc_base64_decode(char *text, size_t len);

#endif /* MC_BASE64_H */
