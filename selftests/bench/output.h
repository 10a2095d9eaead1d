/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#define OUTPUT_PIECES	64
#define OUTPUT_BYTES	65536

/*
 * Bytes to send, in pieces: in @bytes or, for those that need not be copied,
 * elsewhere. Input that has to wait is kept in @bytes of one, too.
 */
struct output {
	struct iovec	pieces[OUTPUT_PIECES];
	unsigned int	first;
	unsigned int	count;		/* of pieces, with those before first */
	size_t		used;		/* of bytes */
	bool		lent;		/* pieces elsewhere do not stay */
	struct output	*next;
	char		bytes[OUTPUT_BYTES];
};

void output_reset(struct output *out);
bool output_has_room(const struct output *out, size_t bytes,
		     unsigned int pieces);
void output_copy(struct output *out, const void *data, size_t len);
void output_refer(struct output *out, const void *data, size_t len);
bool output_sent(struct output *out, size_t len);
void output_save(struct output *to, const struct output *from);

/* A list of unused ones, for one thread. */
struct output *output_get(struct output **unused);
void output_put(struct output **unused, struct output *out);

#endif /* OUTPUT_H */
