// SPDX-License-Identifier: GPL-2.0
#include "multipart.h"

static char *write_boundary(char *at, const struct http_multipart *multipart)
{
	at = text_puts(at, "\r\n--");
	return text_put(at, multipart->boundary, HTTP_BOUNDARY_LEN);
}

size_t http_multipart_head(char *buf, const struct http_multipart *multipart,
			   const struct http_range *range)
{
	char *at = write_boundary(buf, multipart);

	at = text_puts(at, "\r\nContent-Type: ");
	at = text_puts(at, multipart->type);
	at = text_puts(at, "\r\nContent-Range: bytes ");
	at = text_put_number(at, range->first);
	*at++ = '-';
	at = text_put_number(at, range->last);
	*at++ = '/';
	at = text_put_number(at, multipart->complete);
	at = text_puts(at, "\r\n\r\n");
	return at - buf;
}

size_t http_multipart_end(char *buf, const struct http_multipart *multipart)
{
	char *at = write_boundary(buf, multipart);

	at = text_puts(at, "--\r\n");
	return at - buf;
}

u64 http_multipart_length(const struct http_multipart *multipart,
			  const struct http_ranges *ranges)
{
	char buf[HTTP_PART_HEAD_MAX];
	u64 length;
	u8 i;

	length = http_multipart_end(buf, multipart);
	for (i = 0; i < ranges->count; i++)
		length += http_multipart_head(buf, multipart,
					      &ranges->range[i]) +
			  http_range_length(&ranges->range[i]);
	return length;
}
