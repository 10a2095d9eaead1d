// SPDX-License-Identifier: GPL-2.0
/*
 * One connection: opening it, sending its requests, taking the responses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"

/* Requests that leave in one write. */
#define BATCH_MAX	32

#define BUFFER_SIZE	(256 * 1024)

void connection_init(struct connection *conn, unsigned int index)
{
	conn->fd = -1;
	conn->index = index;
	conn->starts = calloc(options.depth, sizeof(*conn->starts));
	if (!conn->starts)
		die("out of memory");
}

static unsigned long number_of(const struct connection *conn,
			       unsigned long request)
{
	return phase.base + conn->index + request * options.connections;
}

void connection_open(struct connection *conn)
{
	/* With -1, connecting is a part of the request. */
	if (options.once)
		conn->starts[0] = now_ns();
	conn->fd = open_socket(phase.before + conn->index +
			       conn->done * options.connections);
	conn->state = STATE_OPENING;
	conn->answered = false;
	watch(conn);
}

static void request_done(struct connection *conn, unsigned long now)
{
	unsigned long start = conn->starts[conn->done % options.depth];

	if (phase.measured)
		histogram_add(&window.latency, now - start);
	conn->done++;
	phase_step();
}

/* Ends when the server has closed as well, so that it has read everything. */
void connection_end(struct connection *conn)
{
	conn->state = STATE_ENDING;
	if (shutdown(conn->fd, SHUT_WR) < 0)
		fail("connection %u: shutdown: %s", conn->index,
		     strerror(errno));
}

/* A response is complete, or a message is acknowledged. */
static void answered(struct connection *conn, unsigned long now)
{
	if (!options.once) {
		request_done(conn, now);
		return;
	}
	conn->answered = true;
	if (options.protocol->server_closes)
		conn->state = STATE_ENDING;
	else
		connection_end(conn);
}

static void end_of_file(struct connection *conn)
{
	if (conn->state != STATE_ENDING)
		fail("connection %u: closed by the server after %lu of %lu requests",
		     conn->index, conn->done, conn->quota);
	close(conn->fd);
	conn->fd = -1;
	conn->state = STATE_CLOSED;
	if (!options.once) {
		phase_step();
		return;
	}
	request_done(conn, now_ns());
	if (conn->done < conn->quota)
		connection_open(conn);
}

static void consume(struct connection *conn, const char *data, size_t len)
{
	unsigned long now = 0;
	bool complete;
	size_t used;

	if (phase.measured)
		window.bytes_received += len;
	while (len) {
		if (!options.protocol->receive || conn->answered ||
		    conn->done == conn->begun)
			fail("connection %u: %zu bytes that nobody asked for",
			     conn->index, len);
		complete = false;
		used = options.protocol->receive(&conn->response,
						 number_of(conn, conn->done),
						 data, len, &complete);
		data += used;
		len -= used;
		if (!complete)
			continue;
		if (conn->done == conn->sent)
			fail("connection %u: answered before all was sent",
			     conn->index);
		/* Once for all that a read has brought. */
		if (!now)
			now = now_ns();
		answered(conn, now);
	}
}

/* The kernel says how much is on its way still; the rest has arrived. */
static void count_acknowledged(struct connection *conn)
{
	unsigned long left, now;

	count_unacknowledged(conn->fd, &left);
	now = now_ns();
	while (conn->done < conn->sent &&
	       (conn->sent - conn->done - 1) * options.size + conn->offset >=
	       left)
		answered(conn, now);
}

static void take_responses(struct connection *conn, unsigned int events)
{
	static char buffer[BUFFER_SIZE];
	ssize_t got;

	/* A FIN after the data needs a read of its own. */
	do {
		got = recv(conn->fd, buffer, sizeof(buffer), 0);
		if (got < 0) {
			if (errno != EAGAIN)
				fail("connection %u: receive: %s", conn->index,
				     strerror(errno));
			return;
		}
		if (!got) {
			end_of_file(conn);
			return;
		}
		consume(conn, buffer, got);
	} while (got == sizeof(buffer) || events & (EPOLLRDHUP | EPOLLHUP));
}

struct batch {
	struct iovec	pieces[BATCH_MAX * PIECES_MAX];
	size_t		lens[BATCH_MAX];	/* of requests */
	unsigned int	piece_count;
	unsigned int	count;
	size_t		len;
};

/* Gathers what may be sent now; false if that is nothing. */
static bool gather(struct connection *conn, struct batch *batch)
{
	unsigned long next = conn->sent;
	struct iovec *pieces;
	unsigned int i, count;
	size_t len;

	batch->piece_count = 0;
	batch->count = 0;
	batch->len = 0;
	while (next < conn->quota && next - conn->done < options.depth &&
	       batch->count < BATCH_MAX) {
		pieces = batch->pieces + batch->piece_count;
		count = options.protocol->request(number_of(conn, next++),
						  pieces);
		for (i = 0, len = 0; i < count; i++)
			len += pieces[i].iov_len;
		batch->piece_count += count;
		batch->lens[batch->count++] = len;
		batch->len += len;
	}
	return batch->count;
}

/* Leaves out what has been sent of the first request. */
static void skip_sent(struct batch *batch, size_t skip)
{
	struct iovec *piece = batch->pieces;

	batch->len -= skip;
	while (skip) {
		size_t part = piece->iov_len < skip ? piece->iov_len : skip;

		piece->iov_base += part;
		piece->iov_len -= part;
		skip -= part;
		piece++;
	}
}

static void begin_batch(struct connection *conn, const struct batch *batch)
{
	unsigned long end = conn->sent + batch->count, now;

	/* With -1 it began with the connection. */
	if (options.once) {
		conn->begun = end;
		return;
	}
	now = now_ns();
	while (conn->begun < end)
		conn->starts[conn->begun++ % options.depth] = now;
}

static void batch_sent(struct connection *conn, const struct batch *batch,
		       size_t len)
{
	unsigned int i;

	len += conn->offset;
	for (i = 0; i < batch->count && len >= batch->lens[i]; i++)
		len -= batch->lens[i];
	conn->sent += i;
	conn->offset = len;
}

static void send_requests(struct connection *conn)
{
	struct batch batch;
	struct msghdr msg = { .msg_iov = batch.pieces };
	ssize_t sent;

	while (gather(conn, &batch)) {
		skip_sent(&batch, conn->offset);
		begin_batch(conn, &batch);
		msg.msg_iovlen = batch.piece_count;
		sent = sendmsg(conn->fd, &msg, MSG_NOSIGNAL);
		if (sent < 0) {
			if (errno != EAGAIN)
				fail("connection %u: send: %s", conn->index,
				     strerror(errno));
			return;
		}
		if (phase.measured)
			window.bytes_sent += sent;
		batch_sent(conn, &batch, sent);
		if ((size_t)sent < batch.len)
			return;
	}
	/* The server's FIN says that it has read the message. */
	if (options.once && options.protocol->acknowledged &&
	    conn->sent > conn->done)
		answered(conn, 0);
}

static void finish_open(struct connection *conn)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error)
		fail("connection %u: connect: %s", conn->index,
		     strerror(error));
	conn->state = STATE_OPEN;
	if (options.protocol->no_request)
		answered(conn, 0);
	connection_opened();
}

/* Gives a connection its share of a phase. */
void connection_begin(struct connection *conn, unsigned long quota)
{
	conn->quota = quota;
	conn->begun = 0;
	conn->sent = 0;
	conn->done = 0;
	if (!quota)
		return;
	if (options.once)
		connection_open(conn);
	else
		send_requests(conn);
}

void connection_handle(struct connection *conn, unsigned int events)
{
	if (conn->state == STATE_OPENING) {
		if (!(events & (EPOLLOUT | EPOLLERR | EPOLLHUP)))
			return;
		finish_open(conn);
	}
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP))
		take_responses(conn, events);
	if (conn->state != STATE_OPEN)
		return;
	if (events & EPOLLERR && options.protocol->acknowledged) {
		drain_error_queue(conn->fd);
		count_acknowledged(conn);
	}
	send_requests(conn);
}

/* Words of acknowledgments get lost when there is no memory for them. */
void connection_recheck(struct connection *conn)
{
	if (conn->state != STATE_OPEN || options.once)
		return;
	count_acknowledged(conn);
	send_requests(conn);
}
