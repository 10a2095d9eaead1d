// SPDX-License-Identifier: GPL-2.0
#include "status.h"

#define STATUS(_status, _text) \
	{ .status = _status, .len = sizeof(_text) - 1, .text = _text }

static const struct {
	u16		status;
	u16		len;
	const char	*text;
} statuses[] = {
	STATUS(200, "200 OK\n"),
	STATUS(206, "206 Partial Content\n"),
	STATUS(301, "301 Moved Permanently\n"),
	STATUS(304, "304 Not Modified\n"),
	STATUS(400, "400 Bad Request\n"),
	STATUS(404, "404 Not Found\n"),
	STATUS(405, "405 Method Not Allowed\n"),
	STATUS(408, "408 Request Timeout\n"),
	STATUS(412, "412 Precondition Failed\n"),
	STATUS(413, "413 Content Too Large\n"),
	STATUS(414, "414 URI Too Long\n"),
	STATUS(416, "416 Range Not Satisfiable\n"),
	STATUS(431, "431 Request Header Fields Too Large\n"),
	STATUS(501, "501 Not Implemented\n"),
	STATUS(505, "505 HTTP Version Not Supported\n"),
	STATUS(500, "500 Internal Server Error\n"),
};

const char *http_status_line(u16 status, size_t *len)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(statuses) - 1 && statuses[i].status != status)
		i++;
	*len = statuses[i].len;
	return statuses[i].text;
}
