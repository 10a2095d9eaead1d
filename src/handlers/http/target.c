// SPDX-License-Identifier: GPL-2.0
#include "chars.h"
#include "target.h"

enum {
	TARGET_BEGIN,
	TARGET_SCHEME,
	TARGET_AUTHORITY,
	TARGET_PATH,
	TARGET_ESCAPE,
	TARGET_ESCAPE_2,
	TARGET_QUERY,
	TARGET_ASTERISK,
};

static const char scheme[] = "http://";

void http_target_begin(struct http_target *target, bool authority)
{
	target->form = HTTP_TARGET_ORIGIN;
	target->state = TARGET_BEGIN;
	target->scheme_len = 0;
	target->path_len = 0;
	target->path[0] = '\0';
	http_authority_begin(&target->authority);

	if (authority) {
		target->form = HTTP_TARGET_AUTHORITY;
		target->state = TARGET_AUTHORITY;
	}
}

static int path_add(struct http_target *target, u8 c)
{
	if (target->path_len == HTTP_PATH_MAX)
		return 414;
	target->path[target->path_len++] = c;
	return 0;
}

/* Every path begins with the slash that this puts there. */
static int path_begin(struct http_target *target)
{
	target->state = TARGET_PATH;
	target->segment = 1;
	return path_add(target, '/');
}

static bool segment_is(const struct http_target *target, const char *text)
{
	size_t len = target->path_len - target->segment;

	return len == strlen(text) &&
	       !memcmp(target->path + target->segment, text, len);
}

/*
 * If the last segment was a dot segment, remove it, and the one before it
 * where it asks for that. The path then ends with the slash before it.
 */
static bool remove_dots(struct http_target *target)
{
	if (target->path_len == target->segment ||
	    target->path[target->segment] != '.')
		return false;
	if (segment_is(target, ".")) {
		target->path_len = target->segment;
		return true;
	}
	if (!segment_is(target, ".."))
		return false;

	target->path_len = target->segment;
	if (target->path_len > 1)
		target->path_len--;
	while (target->path[target->path_len - 1] != '/')
		target->path_len--;
	return true;
}

static int path_char(struct http_target *target, u8 c)
{
	int status = 0;

	switch (c) {
	case '/':
		if (!remove_dots(target))
			status = path_add(target, '/');
		target->segment = target->path_len;
		return status;
	case '?':
		target->state = TARGET_QUERY;
		return 0;
	case '%':
		target->state = TARGET_ESCAPE;
		return 0;
	/* RFC 3986 wants these escaped, and browsers do not do it. */
	case '[':
	case ']':
	case '^':
	case '|':
		return path_add(target, c);
	default:
		if (!http_char_is(c, HTTP_CHAR_PATH))
			return 400;
		return path_add(target, c);
	}
}

/* An escape, once both digits are known. */
static int path_escape(struct http_target *target, u8 c)
{
	int status;

	switch (c) {
	case '\0':
		return 400;
	case '/':
	case '%':
		status = path_add(target, '%');
		if (!status)
			status = path_add(target, '2');
		if (!status)
			status = path_add(target, c == '/' ? 'F' : '5');
		return status;
	default:
		return path_add(target, c);
	}
}

static int begin(struct http_target *target, u8 c)
{
	switch (c) {
	case '/':
		return path_begin(target);
	case '*':
		target->form = HTTP_TARGET_ASTERISK;
		target->state = TARGET_ASTERISK;
		return 0;
	default:
		target->form = HTTP_TARGET_ABSOLUTE;
		target->state = TARGET_SCHEME;
		return http_target_char(target, c);
	}
}

static int scheme_char(struct http_target *target, u8 c)
{
	if (http_char_lower(c) != scheme[target->scheme_len])
		return 400;
	if (!scheme[++target->scheme_len])
		target->state = TARGET_AUTHORITY;
	return 0;
}

/* Whether the authority can stand where it was found. */
static bool authority_is_complete(const struct http_target *target)
{
	const struct http_authority *authority = &target->authority;

	return http_authority_end(authority) && authority->has_host &&
	       (target->form == HTTP_TARGET_ABSOLUTE || authority->has_port);
}

static int authority_char(struct http_target *target, u8 c)
{
	int status;

	if (target->form == HTTP_TARGET_ABSOLUTE && (c == '/' || c == '?')) {
		if (!authority_is_complete(target))
			return 400;
		status = path_begin(target);
		if (c == '?')
			target->state = TARGET_QUERY;
		return status;
	}
	return http_authority_char(&target->authority, c) ? 0 : 400;
}

/* Characters of a segment, which stand for themselves. */
static size_t segment_run(struct http_target *target, const u8 *data,
			  size_t len)
{
	size_t count = 0;

	while (count < len && http_char_is(data[count], HTTP_CHAR_PATH) &&
	       target->path_len < HTTP_PATH_MAX)
		target->path[target->path_len++] = data[count++];
	return count;
}

/*
 * Nobody looks at the query, and browsers leave characters in it that RFC 3986
 * does not allow.
 */
static bool is_query(u8 c)
{
	return c > ' ' && c < 0x7f && c != '#';
}

size_t http_target_run(struct http_target *target, const u8 *data, size_t len)
{
	size_t at = 0;

	if (target->state == TARGET_BEGIN && len && *data == '/') {
		path_begin(target);
		at++;
	}
	if (target->state == TARGET_PATH) {
		at += segment_run(target, data + at, len - at);
	} else if (target->state == TARGET_QUERY) {
		while (at < len && is_query(data[at]))
			at++;
	}
	return at;
}

int http_target_char(struct http_target *target, u8 c)
{
	switch (target->state) {
	case TARGET_BEGIN:
		return begin(target, c);
	case TARGET_SCHEME:
		return scheme_char(target, c);
	case TARGET_AUTHORITY:
		return authority_char(target, c);
	case TARGET_PATH:
		return path_char(target, c);
	case TARGET_ESCAPE:
		target->state = TARGET_ESCAPE_2;
		target->escape = http_char_hex(c);
		return http_char_is(c, HTTP_CHAR_HEX) ? 0 : 400;
	case TARGET_ESCAPE_2:
		if (!http_char_is(c, HTTP_CHAR_HEX))
			return 400;
		target->state = TARGET_PATH;
		return path_escape(target,
				   target->escape << 4 | http_char_hex(c));
	case TARGET_QUERY:
		return is_query(c) ? 0 : 400;
	default:
		return 400;
	}
}

int http_target_end(struct http_target *target)
{
	int status = 0;

	switch (target->state) {
	case TARGET_PATH:
	case TARGET_QUERY:
		remove_dots(target);
		break;
	case TARGET_AUTHORITY:
		if (!authority_is_complete(target))
			return 400;
		if (target->form == HTTP_TARGET_ABSOLUTE)
			status = path_begin(target);
		break;
	case TARGET_ASTERISK:
		break;
	default:
		return 400;
	}
	target->path[target->path_len] = '\0';
	return status;
}
