// SPDX-License-Identifier: GPL-2.0
/*
 * A server on io_uring. All that has completed is looked at before anything
 * new is submitted, so that what came together is answered by one send.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server.h"
#include "uring.h"

/* Beyond that much input that waits, a connection is not read from. */
#define INPUT_MAX	OUTPUT_BYTES

/* Others need buffers, too: so many may wait until they are sent. */
#define HELD_MAX	(BUFFERS * 3 / 4)

#define NO_BUFFER	(-1)

/* In the low bits of what a completion brings back; 0 is not looked at. */
enum operation {
	OP_NONE, OP_ACCEPT, OP_RECV, OP_SEND, OP_SHUTDOWN, OP_MASK = 7
};

struct connection {
	struct connection	*next;		/* unused, or touched */
	int			fd;
	bool			touched;
	bool			receiving;
	bool			cancelling;
	bool			sending;
	bool			shutting;
	bool			draining;
	bool			fin;		/* the peer's */
	bool			broken;
	int			held;		/* buffers that are sent from */
	struct session		session;
	struct output		*out;
	struct output		*lenders;	/* input that is sent from */
	struct output		*in;		/* input that waits, and its end */
	struct output		**in_end;
	size_t			in_len;
	struct output		*target;	/* of a recv without buffers */
	struct msghdr		msg;
};

struct worker {
	struct uring		uring;
	int			listener;
	bool			accepting;
	bool			out_of_files;
	unsigned int		held;
	int			next_held[BUFFERS];
	struct connection	*unused;
	struct connection	*touched;
	struct output		*unused_outputs;
};

static void tag(struct io_uring_sqe *sqe, void *object,
		enum operation operation)
{
	sqe->user_data = (unsigned long)object | operation;
}

static void use_file(struct worker *worker, struct io_uring_sqe *sqe)
{
	if (worker->uring.direct)
		sqe->flags |= IOSQE_FIXED_FILE;
}

static void submit_accept(struct worker *worker)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);

	if (worker->uring.direct)
		io_uring_prep_multishot_accept_direct(sqe, worker->listener,
						      NULL, NULL, 0);
	else if (worker->uring.multishot)
		io_uring_prep_multishot_accept(sqe, worker->listener, NULL,
					       NULL, SOCK_CLOEXEC);
	else
		io_uring_prep_accept(sqe, worker->listener, NULL, NULL,
				     SOCK_CLOEXEC);
	tag(sqe, worker, OP_ACCEPT);
	worker->accepting = true;
}

static void submit_recv(struct worker *worker, struct connection *conn)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);

	if (worker->uring.multishot) {
		io_uring_prep_recv_multishot(sqe, conn->fd, NULL, 0, 0);
		sqe->flags |= IOSQE_BUFFER_SELECT;
	} else {
		if (!conn->target)
			conn->target = output_get(&worker->unused_outputs);
		io_uring_prep_recv(sqe, conn->fd, conn->target->bytes,
				   OUTPUT_BYTES, 0);
	}
	use_file(worker, sqe);
	tag(sqe, conn, OP_RECV);
	conn->receiving = true;
}

/* The recv itself still tells that it has ended. */
static void submit_cancel(struct worker *worker, struct connection *conn)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);

	io_uring_prep_cancel64(sqe, (unsigned long)conn | OP_RECV, 0);
	tag(sqe, NULL, OP_NONE);
	conn->cancelling = true;
}

static void submit_send(struct worker *worker, struct connection *conn)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);
	struct iovec *pieces = conn->out->pieces + conn->out->first;
	unsigned int count = conn->out->count - conn->out->first;
	const int flags = MSG_NOSIGNAL | MSG_WAITALL;

	if (count == 1) {
		io_uring_prep_send(sqe, conn->fd, pieces->iov_base,
				   pieces->iov_len, flags);
	} else {
		memset(&conn->msg, 0, sizeof(conn->msg));
		conn->msg.msg_iov = pieces;
		conn->msg.msg_iovlen = count;
		io_uring_prep_sendmsg(sqe, conn->fd, &conn->msg, flags);
	}
	use_file(worker, sqe);
	tag(sqe, conn, OP_SEND);
	conn->sending = true;
}

/*
 * A thread of the kernel does it when it comes to that, with the file that has
 * the number then: it must not be closed before.
 */
static void submit_shutdown(struct worker *worker, struct connection *conn)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);

	io_uring_prep_shutdown(sqe, conn->fd, SHUT_WR);
	use_file(worker, sqe);
	tag(sqe, conn, OP_SHUTDOWN);
	conn->shutting = true;
}

static void submit_close(struct worker *worker, struct connection *conn)
{
	struct io_uring_sqe *sqe = uring_sqe(&worker->uring);

	if (worker->uring.direct)
		io_uring_prep_close_direct(sqe, conn->fd);
	else
		io_uring_prep_close(sqe, conn->fd);
	tag(sqe, NULL, OP_NONE);
	if (worker->uring.multishot)
		sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
}

/* Has it looked at when all completions have been seen. */
static void touch(struct worker *worker, struct connection *conn)
{
	if (conn->touched)
		return;
	conn->touched = true;
	conn->next = worker->touched;
	worker->touched = conn;
}

static void put_list(struct worker *worker, struct output **list)
{
	struct output *out;

	while ((out = *list)) {
		*list = out->next;
		output_put(&worker->unused_outputs, out);
	}
}

static void drop_input(struct worker *worker, struct connection *conn)
{
	put_list(worker, &conn->in);
	conn->in_end = &conn->in;
	conn->in_len = 0;
}

/* Everything is sent, or nothing will be: what was sent from is free. */
static void drop_output(struct worker *worker, struct connection *conn)
{
	int id = conn->held, next;

	for (; id != NO_BUFFER; id = next) {
		next = worker->next_held[id];
		uring_put_buffer(&worker->uring, id);
		worker->held--;
	}
	conn->held = NO_BUFFER;
	put_list(worker, &conn->lenders);
	if (conn->out)
		output_put(&worker->unused_outputs, conn->out);
	conn->out = NULL;
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
	conn->held = NO_BUFFER;
	conn->in_end = &conn->in;
	touch(worker, conn);
}

static void end(struct worker *worker, struct connection *conn)
{
	drop_output(worker, conn);
	drop_input(worker, conn);
	if (conn->target)
		output_put(&worker->unused_outputs, conn->target);
	submit_close(worker, conn);
	conn->next = worker->unused;
	worker->unused = conn;
	worker->out_of_files = false;
}

static void keep(struct worker *worker, struct connection *conn,
		 const char *data, size_t len)
{
	struct output *last = NULL;
	size_t part;

	conn->in_len += len;
	while (len) {
		last = output_get(&worker->unused_outputs);
		last->next = NULL;
		*conn->in_end = last;
		conn->in_end = &last->next;
		part = len < OUTPUT_BYTES ? len : OUTPUT_BYTES;
		memcpy(last->bytes, data, part);
		last->used = part;
		data += part;
		len -= part;
	}
}

/* Makes more of the input contiguous. Returns false if nothing can be. */
static bool join(struct worker *worker, struct connection *conn)
{
	struct output *first = conn->in, *second = first->next;
	size_t part = OUTPUT_BYTES - first->used;

	if (!second || !part)
		return false;
	if (part > second->used)
		part = second->used;
	memcpy(first->bytes + first->used, second->bytes, part);
	first->used += part;
	second->used -= part;
	memmove(second->bytes, second->bytes + part, second->used);
	if (second->used)
		return true;
	first->next = second->next;
	if (!first->next)
		conn->in_end = &first->next;
	output_put(&worker->unused_outputs, second);
	return true;
}

static size_t process(struct worker *worker, struct connection *conn,
		      char *data, size_t len)
{
	if (!conn->out)
		conn->out = output_get(&worker->unused_outputs);
	if (conn->session.close || !output_has_room(conn->out, 0, 2))
		return 0;
	return server_protocol->process(&conn->session, data, len, conn->out);
}

/* Goes on with input that had to wait. */
static void process_kept(struct worker *worker, struct connection *conn)
{
	struct output *first;
	size_t used;

	while ((first = conn->in)) {
		used = process(worker, conn, first->bytes, first->used);
		conn->in_len -= used;
		first->used -= used;
		if (first->used) {
			memmove(first->bytes, first->bytes + used, first->used);
			if (!used && !join(worker, conn))
				return;
			continue;
		}
		conn->in = first->next;
		if (!conn->in)
			conn->in_end = &conn->in;
		output_put(conn->out->lent ? &conn->lenders :
			   &worker->unused_outputs, first);
	}
}

/* Takes input in the memory that it was received into. */
static void take(struct worker *worker, struct connection *conn, char *data,
		 size_t len, int buffer)
{
	bool busy = conn->sending || conn->in || worker->held >= HELD_MAX;
	size_t used = 0;

	if (!conn->draining && !conn->broken) {
		if (!busy)
			used = process(worker, conn, data, len);
		keep(worker, conn, data + used, len - used);
	}
	if (buffer == NO_BUFFER)
		return;
	if (used && conn->out->lent) {
		worker->next_held[buffer] = conn->held;
		conn->held = buffer;
		worker->held++;
	} else {
		uring_put_buffer(&worker->uring, buffer);
	}
}

static void received(struct worker *worker, struct connection *conn,
		     const struct io_uring_cqe *cqe)
{
	int buffer = NO_BUFFER;
	char *data;

	if (cqe->flags & IORING_CQE_F_BUFFER)
		buffer = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
	if (!(cqe->flags & IORING_CQE_F_MORE)) {
		conn->receiving = false;
		conn->cancelling = false;
	}
	if (cqe->res > 0) {
		data = buffer == NO_BUFFER ? conn->target->bytes :
		       uring_buffer(&worker->uring, buffer);
		take(worker, conn, data, cqe->res, buffer);
		return;
	}
	if (buffer != NO_BUFFER)
		uring_put_buffer(&worker->uring, buffer);
	/* Without buffers, or after a pause, it is to be submitted again. */
	if (!cqe->res)
		conn->fin = true;
	else if (cqe->res != -ENOBUFS && cqe->res != -ECANCELED)
		conn->broken = true;
}

static void sent(struct worker *worker, struct connection *conn, int res)
{
	conn->sending = false;
	if (res < 0)
		conn->broken = true;
	if (res < 0 || output_sent(conn->out, res))
		drop_output(worker, conn);
}

/* The session has said that it is over, and all is sent. */
static void close_session(struct worker *worker, struct connection *conn)
{
	drop_input(worker, conn);
	if (!conn->session.drain) {
		conn->broken = true;
	} else if (!conn->draining) {
		conn->draining = true;
		submit_shutdown(worker, conn);
	}
}

/* Submits what a connection needs after all that has happened to it. */
static void settle(struct worker *worker, struct connection *conn)
{
	conn->touched = false;
	if (!conn->sending && !conn->broken) {
		process_kept(worker, conn);
		if (conn->out && conn->out->count)
			submit_send(worker, conn);
		else
			drop_output(worker, conn);
	}
	if (!conn->out && conn->session.close)
		close_session(worker, conn);
	if (conn->broken || (conn->fin && !conn->out)) {
		if (conn->receiving && !conn->cancelling)
			submit_cancel(worker, conn);
		if (!conn->receiving && !conn->sending && !conn->shutting)
			end(worker, conn);
	} else if (conn->receiving) {
		if (conn->in_len > INPUT_MAX && !conn->cancelling &&
		    worker->uring.multishot)
			submit_cancel(worker, conn);
	} else if (conn->in_len <= INPUT_MAX && !conn->fin &&
		   (worker->uring.multishot || !conn->sending)) {
		submit_recv(worker, conn);
	}
}

static void accepted(struct worker *worker, const struct io_uring_cqe *cqe)
{
	if (!(cqe->flags & IORING_CQE_F_MORE))
		worker->accepting = false;
	if (cqe->res >= 0)
		add_connection(worker, cqe->res);
	else if (cqe->res == -ENFILE || cqe->res == -EMFILE)
		worker->out_of_files = true;
	else if (cqe->res != -ECONNABORTED && cqe->res != -EINTR)
		errx(1, "accept: %s", strerror(-cqe->res));
}

static void complete(struct worker *worker, const struct io_uring_cqe *cqe)
{
	enum operation operation = cqe->user_data & OP_MASK;
	struct connection *conn;

	conn = (struct connection *)(cqe->user_data & ~(unsigned long)OP_MASK);
	switch (operation) {
	case OP_ACCEPT:
		accepted(worker, cqe);
		return;
	case OP_RECV:
		received(worker, conn, cqe);
		break;
	case OP_SEND:
		sent(worker, conn, cqe->res);
		break;
	case OP_SHUTDOWN:
		conn->shutting = false;
		break;
	default:
		return;
	}
	touch(worker, conn);
}

void serve(int listener)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	struct io_uring_cqe *cqe;
	struct connection *conn;
	unsigned int head, seen;

	if (!worker)
		errx(1, "out of memory");
	worker->listener = listener;
	uring_init(&worker->uring, server_plain);
	begin_to_listen(listener);
	for (;;) {
		if (!worker->accepting && !worker->out_of_files)
			submit_accept(worker);
		uring_submit_and_wait(&worker->uring);
		if (server_protocol->tick)
			server_protocol->tick();
		seen = 0;
		io_uring_for_each_cqe(&worker->uring.ring, head, cqe) {
			complete(worker, cqe);
			seen++;
		}
		io_uring_cq_advance(&worker->uring.ring, seen);
		while ((conn = worker->touched)) {
			worker->touched = conn->next;
			settle(worker, conn);
		}
	}
}
