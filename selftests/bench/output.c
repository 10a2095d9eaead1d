// SPDX-License-Identifier: GPL-2.0
/*
 * What a server is about to send.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

void output_reset(struct output *out)
{
	out->first = 0;
	out->count = 0;
	out->used = 0;
	out->lent = false;
}

bool output_has_room(const struct output *out, size_t bytes,
		     unsigned int pieces)
{
	return OUTPUT_BYTES - out->used >= bytes &&
	       OUTPUT_PIECES - out->count >= pieces;
}

/* Copies that follow each other are one piece. */
void output_copy(struct output *out, const void *data, size_t len)
{
	char *to = out->bytes + out->used;
	struct iovec *last = NULL;

	if (out->count)
		last = &out->pieces[out->count - 1];
	memcpy(to, data, len);
	out->used += len;
	if (last && last->iov_base + last->iov_len == to)
		last->iov_len += len;
	else
		output_refer(out, to, len);
}

void output_refer(struct output *out, const void *data, size_t len)
{
	struct iovec *piece = &out->pieces[out->count++];

	piece->iov_base = (void *)data;
	piece->iov_len = len;
}

/* Takes away what was sent; returns whether that is all. */
bool output_sent(struct output *out, size_t len)
{
	struct iovec *piece;

	while (out->first < out->count) {
		piece = &out->pieces[out->first];
		if (len < piece->iov_len) {
			piece->iov_base += len;
			piece->iov_len -= len;
			return false;
		}
		len -= piece->iov_len;
		out->first++;
	}
	return true;
}

/* Keeps what is left, with copies of what would not stay. */
void output_save(struct output *to, const struct output *from)
{
	const struct iovec *piece;
	unsigned int i;

	for (i = from->first; i < from->count; i++) {
		const char *base = from->pieces[i].iov_base;

		piece = &from->pieces[i];
		if (from->lent || (base >= from->bytes &&
				   base < from->bytes + OUTPUT_BYTES))
			output_copy(to, base, piece->iov_len);
		else
			output_refer(to, base, piece->iov_len);
	}
}

/* The one that was used last is in the cache. */
struct output *output_get(struct output **unused)
{
	struct output *out = *unused;

	if (out)
		*unused = out->next;
	else
		out = malloc(sizeof(*out));
	if (!out)
		errx(1, "out of memory");
	output_reset(out);
	return out;
}

void output_put(struct output **unused, struct output *out)
{
	out->next = *unused;
	*unused = out;
}
