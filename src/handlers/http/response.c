// SPDX-License-Identifier: GPL-2.0
#include "response.h"
#include "status.h"
#include "../text.h"

static char *write_connection(char *at, enum http_connection connection)
{
	switch (connection) {
	case HTTP_CONNECTION_CLOSE:
		return text_puts(at, "\r\nConnection: close");
	case HTTP_CONNECTION_KEEP_ALIVE:
		return text_puts(at, "\r\nConnection: keep-alive");
	default:
		return at;
	}
}

/* What the content is, and how much of it follows. */
static char *write_content(char *at, const struct http_response *response)
{
	at = text_puts(at, "\r\nContent-Type: ");
	if (response->boundary) {
		at = text_puts(at, "multipart/byteranges; boundary=");
		at = text_put(at, response->boundary, HTTP_BOUNDARY_LEN);
	} else {
		at = text_puts(at, response->type);
	}
	at = text_puts(at, "\r\nContent-Length: ");
	at = text_put_number(at, response->length);
	if (response->gzip)
		at = text_puts(at, "\r\nContent-Encoding: gzip");
	return at;
}

static char *write_validators(char *at, const struct http_response *response)
{
	at = text_puts(at, "\r\nETag: ");
	at = text_put(at, response->content->tag, HTTP_TAG_LEN);
	if (http_validators_have_date(&response->content->validators)) {
		at = text_puts(at, "\r\nLast-Modified: ");
		at = text_put(at, response->content->modified, HTTP_DATE_LEN);
	}
	if (response->status == 200)
		at = text_puts(at, "\r\nAccept-Ranges: bytes");
	return at;
}

static char *write_range(char *at, const struct http_response *response)
{
	at = text_puts(at, "\r\nContent-Range: bytes ");
	if (response->range) {
		at = text_put_number(at, response->range->first);
		*at++ = '-';
		at = text_put_number(at, response->range->last);
	} else {
		*at++ = '*';
	}
	*at++ = '/';
	return text_put_number(at, response->complete);
}

static char *write_fields(char *at, const struct http_response *response)
{
	if (response->type)
		at = write_content(at, response);
	if (response->content)
		at = write_validators(at, response);
	if (response->varies)
		at = text_puts(at, "\r\nVary: Accept-Encoding");
	return at;
}

#define DATE_FIELD	"\r\nServer: syncsock\r\nDate: "

static_assert(sizeof("HTTP/1.1 200 OK" DATE_FIELD) - 1 == HTTP_RESPONSE_DATE,
	      "where the date is");

static char *write_begin(char *at, const struct http_response *response,
			 const char *date)
{
	size_t len;
	const char *line = http_status_line(response->status, &len);

	at = text_puts(at, "HTTP/1.1 ");
	at = text_put(at, line, len - 1);
	at = text_puts(at, DATE_FIELD);
	at = text_put(at, date, HTTP_DATE_LEN);
	return write_fields(at, response);
}

size_t http_response_begin(char *buf, const struct http_response *response)
{
	static const char no_date[HTTP_DATE_LEN];

	return write_begin(buf, response, no_date) - buf;
}

/* What was written before, with another date. */
static char *copy_begin(char *at, const struct http_text *begin,
			const char *date)
{
	memcpy(at, begin->text, begin->len);
	memcpy(at + HTTP_RESPONSE_DATE, date, HTTP_DATE_LEN);
	return at + begin->len;
}

size_t http_response_head(char *buf, const struct http_response *response,
			  const char *date)
{
	char *at;

	at = response->begin ? copy_begin(buf, response->begin, date) :
			       write_begin(buf, response, date);
	if (response->range || response->status == 416)
		at = write_range(at, response);
	if (response->location) {
		at = text_puts(at, "\r\nLocation: ");
		at = text_puts(at, response->location);
	}
	if (response->status == 405)
		at = text_puts(at, "\r\nAllow: GET, HEAD");
	at = write_connection(at, response->connection);
	at = text_puts(at, "\r\n\r\n");
	return at - buf;
}
