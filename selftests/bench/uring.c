// SPDX-License-Identifier: GPL-2.0
/*
 * An io_uring with everything that the running kernel has for a server.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "uring.h"

#define SUBMISSIONS	4096
#define COMPLETIONS	16384
#define DIRECT_FILES	16384

/* Linux 6.3 brought it, 6.4 files of a ring that are closed without a delay. */
#ifndef IORING_FEAT_REG_REG_RING
#define IORING_FEAT_REG_REG_RING	0x2000
#endif

/*
 * The best first. Linux 6.0 brought the single issuer and multishot recv,
 * so that the first says whether there is the second.
 */
static const unsigned int setups[] = {
	IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,
	IORING_SETUP_COOP_TASKRUN,
	0,
};

static unsigned int init_ring(struct uring *uring, bool plain)
{
	struct io_uring_params params;
	size_t count = sizeof(setups) / sizeof(*setups);
	size_t i = plain ? count - 1 : 0;
	int error;

	do {
		memset(&params, 0, sizeof(params));
		params.flags = setups[i++] | IORING_SETUP_CQSIZE |
			       IORING_SETUP_CLAMP;
		params.cq_entries = COMPLETIONS;
		error = io_uring_queue_init_params(SUBMISSIONS, &uring->ring,
						   &params);
	} while (error == -EINVAL && i < count);
	if (error)
		errx(1, "io_uring: %s", strerror(-error));
	return params.flags;
}

static bool init_buffers(struct uring *uring)
{
	struct io_uring_buf_reg reg = { .ring_entries = BUFFERS };
	size_t size = BUFFERS * sizeof(struct io_uring_buf);
	void *memory, *buffers;
	unsigned int i;

	if (posix_memalign(&memory, 4096, size) ||
	    posix_memalign(&buffers, 4096, (size_t)BUFFERS * BUFFER_SIZE))
		errx(1, "out of memory");
	/* Each is received into before one is for a second time. */
	memset(buffers, 0, (size_t)BUFFERS * BUFFER_SIZE);
	uring->buffers = buffers;
	uring->buffer_ring = memory;
	reg.ring_addr = (unsigned long)memory;
	if (io_uring_register_buf_ring(&uring->ring, &reg, 0)) {
		free(memory);
		free(buffers);
		return false;
	}
	io_uring_buf_ring_init(uring->buffer_ring);
	for (i = 0; i < BUFFERS; i++)
		uring_put_buffer(uring, i);
	return true;
}

void uring_init(struct uring *uring, bool plain)
{
	unsigned int flags = init_ring(uring, plain);

	uring->multishot = false;
	uring->direct = false;
	if (plain)
		return;
	uring->multishot = flags & IORING_SETUP_SINGLE_ISSUER &&
			   init_buffers(uring);
	/* 6.1 closes them in batches, up to a second late. */
	uring->direct = uring->multishot &&
			uring->ring.features & IORING_FEAT_REG_REG_RING &&
			!io_uring_register_files_sparse(&uring->ring,
							DIRECT_FILES);
	/* Spares each system call the look-up; it works without, too. */
	io_uring_register_ring_fd(&uring->ring);
}

struct io_uring_sqe *uring_sqe(struct uring *uring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&uring->ring);
	int done;

	while (!sqe) {
		done = io_uring_submit(&uring->ring);
		if (done < 0 && done != -EINTR && done != -EBUSY &&
		    done != -EAGAIN)
			errx(1, "io_uring: %s", strerror(-done));
		sqe = io_uring_get_sqe(&uring->ring);
	}
	return sqe;
}

void uring_submit_and_wait(struct uring *uring)
{
	int done = io_uring_submit_and_wait(&uring->ring, 1);

	if (done < 0 && done != -EINTR && done != -EBUSY && done != -EAGAIN)
		errx(1, "io_uring: %s", strerror(-done));
}

/* Gives a buffer back. */
void uring_put_buffer(struct uring *uring, unsigned int id)
{
	io_uring_buf_ring_add(uring->buffer_ring, uring_buffer(uring, id),
			      BUFFER_SIZE, id,
			      io_uring_buf_ring_mask(BUFFERS), 0);
	io_uring_buf_ring_advance(uring->buffer_ring, 1);
}
