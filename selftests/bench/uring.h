/* SPDX-License-Identifier: GPL-2.0 */
#ifndef URING_H
#define URING_H

#include <liburing.h>
#include <stdbool.h>

#define BUFFERS		2048
#define BUFFER_SIZE	32768

/* An io_uring, the buffers that it receives into, and what the kernel can do. */
struct uring {
	struct io_uring			ring;
	struct io_uring_buf_ring	*buffer_ring;
	char				*buffers;
	bool				multishot;	/* accept and recv */
	bool				direct;		/* files of its own */
};

void uring_init(struct uring *uring, bool plain);
struct io_uring_sqe *uring_sqe(struct uring *uring);
void uring_submit_and_wait(struct uring *uring);
void uring_put_buffer(struct uring *uring, unsigned int id);

static inline char *uring_buffer(struct uring *uring, unsigned int id)
{
	return uring->buffers + (size_t)id * BUFFER_SIZE;
}

#endif /* URING_H */
