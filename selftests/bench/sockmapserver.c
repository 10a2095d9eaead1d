// SPDX-License-Identifier: GPL-2.0
/*
 * A server whose connections are answered by the kernel, with BPF: a sockmap
 * sends their input back, or drops it. This program only accepts connections,
 * and closes those that the peer has closed.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"
#include "sockmap.h"

#define EVENTS_MAX	256

/* Loads the program for the protocol; returns the map that it is for. */
static int load_program(void)
{
	size_t size = _binary_sockmap_bpf_o_end - _binary_sockmap_bpf_o_start;
	struct bpf_object *object;
	struct bpf_program *program, *chosen = NULL;
	int map;

	object = bpf_object__open_mem(_binary_sockmap_bpf_o_start, size, NULL);
	if (!object)
		err(1, "the BPF object");
	bpf_object__for_each_program(program, object) {
		if (!strcmp(bpf_program__name(program), server_protocol->name))
			chosen = program;
		else
			bpf_program__set_autoload(program, false);
	}
	if (!chosen)
		errx(2, "sockmap cannot do %s", server_protocol->name);
	if (bpf_object__load(object))
		err(1, "the BPF program");
	map = bpf_object__find_map_fd_by_name(object, "connections");
	if (bpf_prog_attach(bpf_program__fd(chosen), map,
			    BPF_SK_SKB_STREAM_VERDICT, 0))
		err(1, "the BPF program cannot be attached");
	return map;
}

static void watch(int epoll, int fd, unsigned int events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		err(1, "epoll_ctl");
}

static void add_connection(int epoll, int map, int fd)
{
	unsigned long long cookie, socket = fd;
	socklen_t len = sizeof(cookie);
	const int one = 1;

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0)
		err(1, "SO_COOKIE");
	if (bpf_map_update_elem(map, &cookie, &socket, BPF_ANY)) {
		/* The map takes established connections only. */
		if (errno != EOPNOTSUPP)
			err(1, "sockmap");
		close(fd);
		return;
	}
	/* Has the kernel look again at input that was there before. */
	setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof(one));
	watch(epoll, fd, EPOLLRDHUP | EPOLLET);
}

static void accept_all(int listener, int epoll, int map)
{
	int fd;

	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			add_connection(epoll, map, fd);
		else if (errno == EAGAIN)
			return;
		else if (errno != ECONNABORTED && errno != EINTR)
			err(1, "accept");
	}
}

void serve(int listener)
{
	struct epoll_event events[EVENTS_MAX];
	int map = load_program();
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int i, count;

	if (epoll < 0 || fcntl(listener, F_SETFL, O_NONBLOCK) < 0)
		err(1, "epoll");
	begin_to_listen(listener);
	watch(epoll, listener, EPOLLIN | EPOLLET);
	for (;;) {
		count = epoll_wait(epoll, events, EVENTS_MAX, -1);
		if (count < 0 && errno != EINTR)
			err(1, "epoll_wait");
		for (i = 0; i < count; i++) {
			if (events[i].data.fd == listener)
				accept_all(listener, epoll, map);
			else
				close(events[i].data.fd);
		}
	}
}
