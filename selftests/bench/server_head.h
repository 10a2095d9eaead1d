/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERVER_HEAD_H
#define SERVER_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* The head of a request may be so long. */
#define HEAD_MAX	8192

struct request {
	char		*target;
	size_t		target_len;
	unsigned int	status;		/* 200, or what is wrong with it */
	bool		head_only;
	bool		keep_alive;
	unsigned long	body_len;
};

size_t request_parse(struct request *req, char *data, size_t len);

#endif /* SERVER_HEAD_H */
