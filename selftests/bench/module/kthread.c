// SPDX-License-Identifier: GPL-2.0
/*
 * A server inside the kernel as one would write it first: a thread for each
 * connection, with blocking sockets. It can be unloaded when no connection is
 * open.
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "peer.h"

#define BUFFER_SIZE	65536

static struct socket *listener;
static struct task_struct *acceptor;

static bool send(struct socket *socket, void *bytes, size_t len)
{
	struct kvec vec = { .iov_base = bytes, .iov_len = len };
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };

	return kernel_sendmsg(socket, &msg, &vec, 1, len) == len;
}

/* Return whether there is more to do. */
static bool answer(struct socket *socket, char *bytes, size_t len, u8 *matched)
{
	unsigned int i, requests;

	switch (peer_protocol) {
	case PEER_ECHO:
		return send(socket, bytes, len);
	case PEER_HTTP:
		requests = peer_requests(bytes, len, matched);
		for (i = 0; i < requests; i++)
			if (!send(socket, peer_response, peer_response_len))
				return false;
		return !peer_once || !requests;
	default:
		return true;
	}
}

static void serve(struct socket *socket, char *buffer)
{
	u8 matched = 0;

	for (;;) {
		struct kvec vec = {
			.iov_base = buffer, .iov_len = BUFFER_SIZE,
		};
		struct msghdr msg = {};
		int len = kernel_recvmsg(socket, &msg, &vec, 1, BUFFER_SIZE, 0);

		if (len <= 0 || !answer(socket, buffer, len, &matched))
			return;
	}
}

static int run(void *data)
{
	struct socket *socket = data;
	char *buffer = kmalloc(BUFFER_SIZE, GFP_KERNEL);

	if (buffer)
		serve(socket, buffer);
	kfree(buffer);
	sock_release(socket);
	module_put_and_kthread_exit(0);
}

static void begin(struct socket *socket)
{
	struct task_struct *task;

	peer_no_delay(socket);
	__module_get(THIS_MODULE);
	task = kthread_create(run, socket, "bench_kthread");
	if (!IS_ERR(task)) {
		peer_bind(task);
		wake_up_process(task);
		return;
	}
	module_put(THIS_MODULE);
	sock_release(socket);
}

static int accept_all(void *unused)
{
	struct socket *socket;

	while (!kthread_should_stop()) {
		if (!kernel_accept(listener, &socket, 0))
			begin(socket);
		else
			schedule_timeout_interruptible(1);
	}
	return 0;
}

static int kthread_start(struct socket *socket)
{
	listener = socket;
	acceptor = kthread_create(accept_all, NULL, "bench_acceptor");
	if (IS_ERR(acceptor))
		return PTR_ERR(acceptor);
	peer_bind(acceptor);
	wake_up_process(acceptor);
	return 0;
}

static void kthread_stop_all(void)
{
	kthread_stop(acceptor);
}

const struct peer_server peer_kthread = {
	.name	= "kthread",
	.start	= kthread_start,
	.stop	= kthread_stop_all,
};
