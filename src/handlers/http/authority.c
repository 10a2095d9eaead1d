// SPDX-License-Identifier: GPL-2.0
#include "authority.h"
#include "chars.h"

enum {
	AUTHORITY_HOST,
	AUTHORITY_ESCAPE,
	AUTHORITY_ESCAPE_2,
	AUTHORITY_LITERAL,
	AUTHORITY_LITERAL_END,
	AUTHORITY_PORT,
};

void http_authority_begin(struct http_authority *authority)
{
	*authority = (struct http_authority){ .state = AUTHORITY_HOST };
}

static bool host_char(struct http_authority *authority, u8 c)
{
	if (c == ':') {
		authority->state = AUTHORITY_PORT;
		return true;
	}
	if (c == '[') {
		authority->state = AUTHORITY_LITERAL;
		return !authority->has_host;
	}
	authority->has_host = true;
	if (c == '%') {
		authority->state = AUTHORITY_ESCAPE;
		return true;
	}
	return http_char_is(c, HTTP_CHAR_NAME);
}

/* The inside of the brackets around an IPv6 address. */
static bool literal_char(struct http_authority *authority, u8 c)
{
	if (c == ']') {
		authority->state = AUTHORITY_LITERAL_END;
		return authority->has_host;
	}
	authority->has_host = true;
	return http_char_is(c, HTTP_CHAR_HEX) || c == ':' || c == '.';
}

bool http_authority_char(struct http_authority *authority, u8 c)
{
	switch (authority->state) {
	case AUTHORITY_HOST:
		return host_char(authority, c);
	case AUTHORITY_ESCAPE:
		authority->state = AUTHORITY_ESCAPE_2;
		return http_char_is(c, HTTP_CHAR_HEX);
	case AUTHORITY_ESCAPE_2:
		authority->state = AUTHORITY_HOST;
		return http_char_is(c, HTTP_CHAR_HEX);
	case AUTHORITY_LITERAL:
		return literal_char(authority, c);
	case AUTHORITY_LITERAL_END:
		authority->state = AUTHORITY_PORT;
		return c == ':';
	default:
		authority->has_port = true;
		return http_char_is(c, HTTP_CHAR_DIGIT);
	}
}

size_t http_authority_run(struct http_authority *authority, const u8 *data,
			  size_t len)
{
	switch (authority->state) {
	case AUTHORITY_HOST:
		len = http_char_run(data, len, HTTP_CHAR_NAME);
		authority->has_host = authority->has_host || len;
		return len;
	case AUTHORITY_PORT:
		len = http_char_run(data, len, HTTP_CHAR_DIGIT);
		authority->has_port = authority->has_port || len;
		return len;
	default:
		return 0;
	}
}

bool http_authority_end(const struct http_authority *authority)
{
	switch (authority->state) {
	case AUTHORITY_HOST:
	case AUTHORITY_LITERAL_END:
	case AUTHORITY_PORT:
		return true;
	default:
		return false;
	}
}
