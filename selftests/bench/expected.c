// SPDX-License-Identifier: GPL-2.0
/*
 * Responses whose every byte is known before they come.
 */
#include <string.h>

#include "load.h"

static size_t first_difference(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len && a[i] == b[i]; i++)
		;
	return i;
}

/* expected() describes a piece of the response, or returns false at the end. */
size_t receive_expected(struct response *resp, unsigned long number,
			const char *data, size_t len, bool *complete,
			bool (*expected)(unsigned long number,
					 unsigned int index,
					 struct iovec *piece))
{
	struct iovec piece;
	size_t used = 0, part;

	while (expected(number, resp->piece, &piece)) {
		part = piece.iov_len - resp->offset;
		if (part > len - used)
			part = len - used;
		if (memcmp(data + used, piece.iov_base + resp->offset, part))
			fail("request %lu: byte %zu in part %u of the response is wrong",
			     number & ~PRELOAD, resp->offset +
			     first_difference(data + used,
					      piece.iov_base + resp->offset,
					      part), resp->piece);
		used += part;
		resp->offset += part;
		if (resp->offset < piece.iov_len)
			return used;
		resp->piece++;
		resp->offset = 0;
	}
	resp->piece = 0;
	*complete = true;
	return used;
}
