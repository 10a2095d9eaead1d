// SPDX-License-Identifier: GPL-2.0
#include "response.h"

static char *put(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

/* Literals only: their length is a constant. */
static inline char *put_literal(char *at, const char *text)
{
	return put(at, text, strlen(text));
}

static char *put_number(char *at, u32 number)
{
	char digits[10];
	size_t first = sizeof(digits);

	do {
		digits[--first] = '0' + number % 10;
		number /= 10;
	} while (number);
	return put(at, digits + first, sizeof(digits) - first);
}

size_t http_response_head(char *buf, u16 status, const struct http_page *page,
			  enum http_connection connection, const char *date)
{
	const struct http_page *reason = http_page_of_status(status);
	char *at = buf;

	at = put_literal(at, "HTTP/1.1 ");
	at = put(at, reason->text, reason->text_len - 1);
	at = put_literal(at, "\r\nServer: syncsock\r\nDate: ");
	at = put(at, date, HTTP_DATE_LEN);
	at = put_literal(at, "\r\nContent-Type: ");
	at = put(at, page->type, strlen(page->type));
	at = put_literal(at, "\r\nContent-Length: ");
	at = put_number(at, page->length);
	if (status == 405)
		at = put_literal(at, "\r\nAllow: GET, HEAD");
	if (connection == HTTP_CONNECTION_CLOSE)
		at = put_literal(at, "\r\nConnection: close");
	else if (connection == HTTP_CONNECTION_KEEP_ALIVE)
		at = put_literal(at, "\r\nConnection: keep-alive");
	at = put_literal(at, "\r\n\r\n");
	return at - buf;
}
