/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kept data: references to bytes that were received.
 */
#ifndef SSK_DATA_H
#define SSK_DATA_H

#include <linux/bvec.h>
#include <syncsock/data.h>
#include <syncsock/post.h>

/**
 * struct syncsock_data - received bytes that are kept
 * @post: takes them to the connection that is to send them, and lists them
 *	there
 * @conn: the connection that received them, referenced
 * @charged: what they count for in its socket's receive memory
 * @bytes: how many there are
 * @count: how many of @part there are
 * @part: where they lie, each with a reference to its page
 */
struct syncsock_data {
	struct syncsock_post	post;
	struct syncsock_conn	*conn;
	u32			charged;
	u32			bytes;
	unsigned int		count;
	struct bio_vec		part[];
};

#endif /* SSK_DATA_H */
