// SPDX-License-Identifier: GPL-2.0
/*
 * A server on epoll, as good as we can make it: edge-triggered, with as few
 * system calls as the protocol allows. Each thread has all of its own.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define EVENTS_MAX	256

struct connection {
	struct connection	*next;		/* of those unused */
	int			fd;
	bool			fin;		/* the peer's, behind all input */
	bool			draining;
	bool			watches_room;
	struct session		session;
	struct output		*out;		/* what TCP did not take */
	struct output		*in;		/* input that has to wait */
};

struct worker {
	int			epoll;
	int			listener;
	bool			out_of_files;
	struct connection	*unused;
	struct output		*unused_outputs;
	struct output		out;
	char			input[OUTPUT_BYTES];
};

static void watch(struct worker *worker, int fd, struct connection *conn,
		  int operation, unsigned int events)
{
	struct epoll_event event = {
		.events = events | EPOLLET,
		.data.ptr = conn,
	};

	if (epoll_ctl(worker->epoll, operation, fd, &event) < 0)
		err(1, "epoll_ctl");
}

static void add_connection(struct worker *worker, int fd)
{
	struct connection *conn = worker->unused;

	if (conn)
		worker->unused = conn->next;
	else
		conn = malloc(sizeof(*conn));
	if (!conn)
		errx(1, "out of memory");
	memset(conn, 0, sizeof(*conn));
	conn->fd = fd;
	watch(worker, fd, conn, EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP);
}

static void accept_all(struct worker *worker)
{
	int fd;

	worker->out_of_files = false;
	for (;;) {
		fd = accept4(worker->listener, NULL, NULL,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0)
			add_connection(worker, fd);
		else if (errno == EAGAIN)
			return;
		else if (errno != ECONNABORTED && errno != EINTR)
			break;
	}
	/* No event will tell when there are files again. */
	if (errno != EMFILE && errno != ENFILE)
		err(1, "accept");
	worker->out_of_files = true;
}

static void put_buffer(struct worker *worker, struct output **out)
{
	if (*out)
		output_put(&worker->unused_outputs, *out);
	*out = NULL;
}

static void end(struct worker *worker, struct connection *conn)
{
	put_buffer(worker, &conn->out);
	put_buffer(worker, &conn->in);
	close(conn->fd);
	conn->next = worker->unused;
	worker->unused = conn;
	if (worker->out_of_files)
		accept_all(worker);
}

/* Everything is sent; whether the connection goes on. */
static bool goes_on(struct worker *worker, struct connection *conn)
{
	if (!conn->session.close)
		return true;
	if (!conn->session.drain) {
		end(worker, conn);
		return false;
	}
	conn->draining = true;
	shutdown(conn->fd, SHUT_WR);
	return true;
}

/* One write. Returns whether it took everything, -1 if the peer is gone. */
static int send_output(struct connection *conn, struct output *out)
{
	unsigned int count = out->count - out->first;
	struct iovec *pieces = out->pieces + out->first;
	struct msghdr msg = { .msg_iov = pieces, .msg_iovlen = count };
	ssize_t sent;

	if (count == 1)
		sent = send(conn->fd, pieces->iov_base, pieces->iov_len,
			    MSG_NOSIGNAL);
	else
		sent = sendmsg(conn->fd, &msg, MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN ? 0 : -1;
	return output_sent(out, sent);
}

/* Waits for room for the rest. */
static void block(struct worker *worker, struct connection *conn)
{
	conn->out = output_get(&worker->unused_outputs);
	output_save(conn->out, &worker->out);
	if (!conn->watches_room)
		watch(worker, conn->fd, conn, EPOLL_CTL_MOD,
		      EPOLLIN | EPOLLOUT | EPOLLRDHUP);
	conn->watches_room = true;
}

/* Keeps input that was not taken; it may be in conn->in already. */
static void keep(struct worker *worker, struct connection *conn,
		 const char *data, size_t len)
{
	if (!len) {
		put_buffer(worker, &conn->in);
		return;
	}
	if (!conn->in)
		conn->in = output_get(&worker->unused_outputs);
	memmove(conn->in->bytes, data, len);
	conn->in->used = len;
}

/* Returns whether the connection is to be read from. */
static bool process(struct worker *worker, struct connection *conn, char *data,
		    size_t len)
{
	struct output *out = &worker->out;
	size_t used;
	int sent = 1;

	while (len && sent > 0 && !conn->draining) {
		output_reset(out);
		used = server_protocol->process(&conn->session, data, len, out);
		data += used;
		len -= used;
		if (out->count)
			sent = send_output(conn, out);
		else if (!used)
			break;
		if (sent > 0 && !goes_on(worker, conn))
			return false;
	}
	if (sent < 0) {
		end(worker, conn);
		return false;
	}
	if (!sent)
		block(worker, conn);
	keep(worker, conn, data, conn->draining ? 0 : len);
	return sent;
}

static void read_all(struct worker *worker, struct connection *conn)
{
	size_t kept, room;
	ssize_t got;
	char *input;

	do {
		input = conn->in ? conn->in->bytes : worker->input;
		kept = conn->in ? conn->in->used : 0;
		room = OUTPUT_BYTES - kept;
		got = recv(conn->fd, input + kept, room, 0);
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0) {
			end(worker, conn);
			return;
		}
		if (!process(worker, conn, input, kept + got))
			return;
	} while ((size_t)got == room);

	/* An event has told of the FIN, a read need not. */
	if (conn->fin)
		end(worker, conn);
}

static void write_rest(struct worker *worker, struct connection *conn)
{
	int sent = send_output(conn, conn->out);

	if (!sent)
		return;
	if (sent < 0) {
		end(worker, conn);
		return;
	}
	put_buffer(worker, &conn->out);
	if (!goes_on(worker, conn))
		return;
	if (conn->in &&
	    !process(worker, conn, conn->in->bytes, conn->in->used))
		return;
	/* What came meanwhile was told of once. */
	read_all(worker, conn);
}

static void handle(struct worker *worker, struct connection *conn,
		   unsigned int events)
{
	if (!conn) {
		accept_all(worker);
		return;
	}
	/* It is told of once, perhaps while output has to wait. */
	if (events & EPOLLRDHUP)
		conn->fin = true;
	if (events & (EPOLLERR | EPOLLHUP))
		end(worker, conn);
	else if (conn->out)
		write_rest(worker, conn);
	else if (conn->fin && server_protocol->connections_only)
		end(worker, conn);
	else if (events & (EPOLLIN | EPOLLRDHUP))
		read_all(worker, conn);
}

void serve(int listener)
{
	struct epoll_event events[EVENTS_MAX];
	struct worker *worker = calloc(1, sizeof(*worker));
	int i, count;

	if (!worker)
		errx(1, "out of memory");
	worker->listener = listener;
	worker->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (worker->epoll < 0 || fcntl(listener, F_SETFL, O_NONBLOCK) < 0)
		err(1, "epoll");
	begin_to_listen(listener);
	watch(worker, listener, NULL, EPOLL_CTL_ADD, EPOLLIN);
	for (;;) {
		count = epoll_wait(worker->epoll, events, EVENTS_MAX, -1);
		if (count < 0 && errno != EINTR)
			err(1, "epoll_wait");
		if (server_protocol->tick)
			server_protocol->tick();
		for (i = 0; i < count; i++)
			handle(worker, events[i].data.ptr, events[i].events);
	}
}
