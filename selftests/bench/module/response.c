// SPDX-License-Identifier: GPL-2.0
/*
 * The response to every HTTP request of the servers that look at none.
 */
#include <linux/kernel_read_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "peer.h"

char *peer_response;
size_t peer_response_len;

/* As long as what other servers say, so that clients have as much to read. */
static int make_response(const void *bytes, size_t size)
{
	char head[160];
	size_t len;

	len = scnprintf(head, sizeof(head),
			"HTTP/1.1 200 OK\r\nServer: peer\r\n"
			"Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
			"Content-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
			size);
	peer_response_len = len + size;
	peer_response = kvmalloc(peer_response_len, GFP_KERNEL);
	if (!peer_response)
		return -ENOMEM;
	memcpy(peer_response, head, len);
	memcpy(peer_response + len, bytes, size);
	return 0;
}

/* The kernel knows what firmware is; what a body is it does not. */
int peer_response_make(const char *path)
{
	void *bytes = NULL;
	size_t size;
	int err;

	if (!*path)
		return make_response("", 0);
	err = kernel_read_file_from_path(path, 0, &bytes, INT_MAX, &size,
					 READING_FIRMWARE);
	if (err < 0)
		return err;
	err = make_response(bytes, size);
	vfree(bytes);
	return err;
}

void peer_response_free(void)
{
	kvfree(peer_response);
}
