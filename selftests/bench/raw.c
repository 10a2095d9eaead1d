// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that come back, messages that do not, and connections without any.
 */
#include <stddef.h>

#include "load.h"

static void setup_messages(void)
{
	if (!options.size)
		die("a message has at least one byte");
	pattern_setup(options.size);
}

static unsigned int message(unsigned long number, struct iovec *pieces)
{
	pieces[0].iov_base = (void *)pattern_at(number);
	pieces[0].iov_len = options.size;
	return 1;
}

static bool expected_echo(unsigned long number, unsigned int index,
			  struct iovec *piece)
{
	if (index)
		return false;
	message(number, piece);
	return true;
}

static size_t receive_echo(struct response *resp, unsigned long number,
			   const char *data, size_t len, bool *complete)
{
	return receive_expected(resp, number, data, len, complete,
				expected_echo);
}

const struct protocol echo_protocol = {
	.name		= "echo",
	.setup		= setup_messages,
	.request	= message,
	.receive	= receive_echo,
};

const struct protocol discard_protocol = {
	.name		= "discard",
	.setup		= setup_messages,
	.request	= message,
	.acknowledged	= true,
};

const struct protocol connect_protocol = {
	.name		= "connect",
	.no_request	= true,
};
