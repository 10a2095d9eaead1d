// SPDX-License-Identifier: GPL-2.0
/*
 * A table of HTTP exchanges, from standard input. Each line begins with what
 * it is:
 *
 *	= NAME		a new exchange
 *	> TEXT		a line of what is sent, with CRLF behind it
 *	>- TEXT		what is sent without CRLF; \r, \n, \t, \\ and \xHH in it
 *			are bytes
 *	< TEXT		the first line of the next response
 *	<h		which is one to HEAD
 *	<: TEXT		a line that its head has
 *	<! NAME		a field that its head has not
 *	<< TEXT		its body, written as after ">-"
 *	<.		then comes FIN
 *
 * Each exchange takes place on connections of its own: in one segment, byte by
 * byte, and in two segments, cut at every -n bytes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "client.h"

#define MAX_CHECKS	64

struct check {
	char	kind;		/* what follows the '<', or ' ' */
	char	*text;
	size_t	len;
};

struct exchange_case {
	char		*name;
	char		*request;
	size_t		request_len;
	struct check	check[MAX_CHECKS];
	unsigned int	checks;
	bool		ends;
};

/* Turns escapes into bytes, in place. Returns the length. */
static size_t unescape(char *text)
{
	char *to = text;
	char *from;

	for (from = text; *from; from++) {
		char hex[3] = "";

		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		switch (*++from) {
		case 'r':
			*to++ = '\r';
			break;
		case 'n':
			*to++ = '\n';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'x':
			memcpy(hex, from + 1, strnlen(from + 1, 2));
			if (strlen(hex) != 2)
				die("an escape is cut off: %s", text);
			*to++ = strtoul(hex, NULL, 16);
			from += 2;
			break;
		case '\\':
			*to++ = '\\';
			break;
		default:
			die("an unknown escape: %s", from);
		}
	}
	return to - text;
}

static void add_request(struct exchange_case *now, const char *text, size_t len)
{
	now->request = realloc(now->request, now->request_len + len + 1);
	if (!now->request)
		die("out of memory");
	memcpy(now->request + now->request_len, text, len);
	now->request_len += len;
	now->request[now->request_len] = '\0';
}

static void add_check(struct exchange_case *now, char kind, char *text)
{
	struct check *check = &now->check[now->checks++];

	if (now->checks > MAX_CHECKS)
		die("%s: too many lines", now->name);
	check->kind = kind;
	check->text = strdup(text);
	if (!check->text)
		die("out of memory");
	check->len = kind == '<' ? unescape(check->text) : strlen(text);
}

/* What follows the first two characters and a space, if anything does. */
static char *rest_of(char *line)
{
	return line[2] == ' ' ? line + 3 : line + 2;
}

static void add_line(struct exchange_case *now, char *line)
{
	if (line[0] == '>' && line[1] == '-') {
		add_request(now, rest_of(line), unescape(rest_of(line)));
	} else if (line[0] == '>') {
		add_request(now, line + 1 + (line[1] == ' '),
			    strlen(line + 1 + (line[1] == ' ')));
		add_request(now, "\r\n", 2);
	} else if (line[0] == '<' && line[1] == '.') {
		now->ends = true;
	} else if (line[0] == '<' && line[1] == ' ') {
		add_check(now, ' ', line + 2);
	} else if (line[0] == '<' && strchr("h:!<", line[1])) {
		add_check(now, line[1], rest_of(line));
	} else {
		die("not a line of an exchange: %s", line);
	}
}

static void free_case(struct exchange_case *now)
{
	while (now->checks)
		free(now->check[--now->checks].text);
	free(now->request);
	free(now->name);
	memset(now, 0, sizeof(*now));
}

static bool has_line(const char *head, const char *line)
{
	const char *at = head;
	size_t len = strlen(line);

	while ((at = strstr(at, "\r\n"))) {
		at += 2;
		if (!strncmp(at, line, len) && !strncmp(at + len, "\r\n", 2))
			return true;
	}
	return false;
}

static bool has_field(const char *head, const char *name)
{
	const char *at = head;
	size_t len = strlen(name);

	while ((at = strstr(at, "\r\n"))) {
		at += 2;
		if (!strncasecmp(at, name, len) && at[len] == ':')
			return true;
	}
	return false;
}

static void require_check(const struct check *check, const char *head,
			  const struct response *resp)
{
	switch (check->kind) {
	case ' ':
		if (strncmp(head, check->text, check->len) ||
		    strncmp(head + check->len, "\r\n", 2))
			die("not '%s' but:\n%s", check->text, head);
		break;
	case ':':
		if (!has_line(head, check->text))
			die("no '%s' in:\n%s", check->text, head);
		break;
	case '!':
		if (has_field(head, check->text))
			die("'%s' in:\n%s", check->text, head);
		break;
	case '<':
		if (resp->body_len != check->len ||
		    memcmp(resp->bytes + resp->head_len, check->text,
			   check->len))
			die("the body is not '%s' but '%.*s'", check->text,
			    (int)resp->body_len, resp->bytes + resp->head_len);
		break;
	default:
		break;
	}
}

/* Reads the responses, and compares them with what they should be. */
static void expect(struct reader *from, const struct exchange_case *now)
{
	unsigned int i = 0;

	while (i < now->checks) {
		bool head_only = i + 1 < now->checks &&
				 now->check[i + 1].kind == 'h';
		struct response resp;
		char *head;

		read_response(from, head_only, &resp);
		head = strndup(resp.bytes, resp.head_len);
		if (!head)
			die("out of memory");
		do {
			require_check(&now->check[i++], head, &resp);
		} while (i < now->checks && now->check[i].kind != ' ');
		free(head);
		free_response(&resp);
	}
	if (from->used)
		die("more than the expected responses: %.*s", (int)from->used,
		    from->buf);
	if (now->ends)
		expect_eof(from->fd);
}

/* Sends the first bytes, then the others @piece by piece. */
static void run_split(const struct options *opts,
		      const struct exchange_case *now, size_t first,
		      size_t piece)
{
	struct reader from = { .fd = connect_nodelay(opts) };
	size_t at;

	send_all(from.fd, now->request, first);
	if (piece > 1 && first < now->request_len)
		wait_acknowledged(from.fd);
	for (at = first; at < now->request_len; at += piece) {
		size_t left = now->request_len - at;

		/* What is refused may not be taken to its end. */
		if (try_send(from.fd, now->request + at,
			     left < piece ? left : piece) && !now->ends)
			die("the connection ended after %zu bytes", at);
	}
	expect(&from, now);
	close(from.fd);
}

static void run_case(const struct options *opts,
		     const struct exchange_case *now)
{
	char name[256];
	size_t at;

	if (!now->name)
		return;
	if (!now->request_len || !now->checks || now->check[0].kind != ' ')
		die("%s: no request, or no response", now->name);
	program_invocation_short_name = name;
	snprintf(name, sizeof(name), "%s: in one segment", now->name);
	run_split(opts, now, now->request_len, 1);
	snprintf(name, sizeof(name), "%s: byte by byte", now->name);
	run_split(opts, now, 1, 1);
	for (at = opts->count; at < now->request_len; at += opts->count) {
		snprintf(name, sizeof(name), "%s: cut after %zu bytes",
			 now->name, at);
		run_split(opts, now, at, now->request_len);
	}
	program_invocation_short_name = "exchange";
	printf("%s\n", now->name);
}

int cmd_exchange(const struct options *opts)
{
	struct exchange_case now = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (line[0] == '=') {
			run_case(opts, &now);
			free_case(&now);
			now.name = strdup(line + 1 + (line[1] == ' '));
		} else if (line[0] && line[0] != '#') {
			add_line(&now, line);
		}
	}
	run_case(opts, &now);
	free_case(&now);
	free(line);
	return 0;
}
