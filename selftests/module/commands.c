// SPDX-License-Identifier: GPL-2.0
/*
 * "commands": does what the client's lines say. The table at the end has them.
 */
#include <linux/bvec.h>
#include <linux/ctype.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/mm.h>

#include "module.h"
#include "session.h"

#define LINE_SIZE	64
#define COPY_SIZE	100
#define FILL_SIZE	1024

struct ending commands_ending;

/* Sends a line, which the client waits for: without memory, not in vain. */
void session_say(struct syncsock_conn *conn, const char *format, ...)
{
	char text[128];
	va_list args;
	int len;

	va_start(args, format);
	len = vscnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (syncsock_send(conn, text, len) == -ENOMEM)
		syncsock_abort(conn);
}

/* Tests keep nothing but this. */
#define KEPT_BYTE	'x'

/* Return: how many bytes there are if all are what tests keep, or 0. */
static size_t kept_bytes(const struct syncsock_data *data)
{
	unsigned int i, count;
	const struct bio_vec *parts = syncsock_data_parts(data, &count);
	size_t bytes = 0;
	char *page;
	void *other;

	for (i = 0; i < count; i++) {
		page = kmap_local_page(parts[i].bv_page);
		other = memchr_inv(page + parts[i].bv_offset, KEPT_BYTE,
				   parts[i].bv_len);
		kunmap_local(page);
		if (other)
			return 0;
		bytes += parts[i].bv_len;
	}
	WARN_ON_ONCE(bytes != syncsock_data_len(data));
	return bytes;
}

/* Drops what is kept, and from now on counts what comes. */
size_t session_let_go(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	struct syncsock_data *data;
	size_t bytes = 0;

	while (session->kept_count) {
		data = session->kept[--session->kept_count];
		bytes += kept_bytes(data);
		syncsock_data_put(data);
	}
	session->mode = MODE_COUNT;
	return bytes;
}

/* Consumes what there is, and from now on counts what comes. */
size_t session_drain(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	size_t bytes = syncsock_rx_len(conn);

	session->mode = MODE_COUNT;
	session->received += bytes;
	syncsock_rx_advance(conn, bytes);
	return bytes;
}

/* "pages N": each page has a letter of its own, and goes out as it is. */
static int send_pages(struct syncsock_conn *conn, unsigned int count)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		struct page *page = alloc_page(GFP_ATOMIC);

		if (!page)
			return -ENOMEM;
		memset(page_address(page), 'a' + i % 26, PAGE_SIZE);
		err = syncsock_send_page(conn, page, 0, PAGE_SIZE);
		put_page(page);
	}
	return err;
}

/* "limits": what may not be sent, and what may not be waited for. */
static void try_limits(struct syncsock_conn *conn)
{
	int send = syncsock_send(conn, NULL, SYNCSOCK_SEND_MAX + 1);
	int need = syncsock_rx_need(conn, INT_MAX);
	int nothing = syncsock_send(conn, NULL, 0);

	session_say(conn, "send %d need %d nothing %d\n", send, need, nothing);
}

/* "end WHAT": in the operation itself; nothing can be sent afterwards. */
static int end_now(struct syncsock_conn *conn, const char *what)
{
	struct session *session = syncsock_conn_priv(conn);

	session_say(conn, "bye\n");
	if (!strcmp(what, "shutdown"))
		syncsock_shutdown(conn);
	else if (!strcmp(what, "close"))
		syncsock_close(conn);
	else if (!strcmp(what, "abort"))
		syncsock_abort(conn);
	else
		return -EINVAL;
	session->mode = MODE_COUNT;
	return syncsock_send(conn, "x", 1) == -EPIPE &&
	       !syncsock_room(conn) ? 0 : -EINVAL;
}

static void set_mode(struct syncsock_conn *conn, enum session_mode mode,
		     size_t left)
{
	struct session *session = syncsock_conn_priv(conn);

	session->mode = mode;
	session->left = left;
	session->calls = 0;
}

static void fill(struct syncsock_conn *conn)
{
	static const char block[FILL_SIZE] = { [0 ... FILL_SIZE - 1] = 'f' };
	struct session *session = syncsock_conn_priv(conn);

	set_mode(conn, MODE_FILL, 0);
	while (syncsock_room(conn) && !syncsock_send(conn, block, FILL_SIZE))
		session->filled += FILL_SIZE;
}

static int set_need(struct syncsock_conn *conn, size_t bytes)
{
	struct session *session = syncsock_conn_priv(conn);
	int err = syncsock_rx_need(conn, bytes);

	if (err)
		return err;
	session->need = bytes;
	set_mode(conn, MODE_NEED, bytes);
	return 0;
}

static const char *where(void)
{
	if (in_serving_softirq())
		return "softirq";
	return in_softirq() ? "process, bottom halves off" : "process";
}

/* Return 0, or a negative errno for what cannot be done. */
static int run_command(struct syncsock_conn *conn, const char *line)
{
	struct session *session = syncsock_conn_priv(conn);
	char word[3][16] = { };
	unsigned int number = 0;
	int words;

	words = sscanf(line, "%15s %15s %15s", word[0], word[1], word[2]);
	if (words < 1)
		return -EINVAL;
	if (isdigit(*word[words - 1]) &&
	    kstrtouint(word[words - 1], 10, &number))
		return -EINVAL;

	if (!strcmp(word[0], "copy"))
		set_mode(conn, MODE_COPY, number);
	else if (!strcmp(word[0], "linear"))
		set_mode(conn, MODE_LINEAR, number);
	else if (!strcmp(word[0], "need"))
		return set_need(conn, number);
	else if (!strcmp(word[0], "keep"))
		set_mode(conn, MODE_KEEP, 0);
	else if (!strcmp(word[0], "refuse"))
		set_mode(conn, MODE_REFUSE, 0);
	else if (!strcmp(word[0], "hold"))
		set_mode(conn, MODE_HOLD, 0);
	else if (!strcmp(word[0], "fill"))
		fill(conn);
	else if (!strcmp(word[0], "pages"))
		return send_pages(conn, number);
	else if (!strcmp(word[0], "limits"))
		try_limits(conn);
	else if (!strcmp(word[0], "end"))
		return end_now(conn, word[1]);
	else if (!strcmp(word[0], "pause"))
		syncsock_pause(conn);
	else if (!strcmp(word[0], "later"))
		return elsewhere_later(conn, word[1], word[2]);
	else if (!strcmp(word[0], "storm"))
		return elsewhere_storm(conn, number);
	else if (!strcmp(word[0], "flood"))
		elsewhere_flood(conn, number);
	else if (!strcmp(word[0], "slow"))
		session->slow_us = number;
	else if (!strcmp(word[0], "offload"))
		syncsock_offload(conn, number);
	else if (!strcmp(word[0], "where"))
		session_say(conn, "%s\n", where());
	else
		return -EINVAL;
	return 0;
}

/* One line, if there is a whole one. Return false if there is none. */
static bool next_line(struct syncsock_conn *conn, char line[LINE_SIZE + 1])
{
	char *end;

	line[syncsock_rx_copy(conn, line, LINE_SIZE)] = '\0';
	end = strchr(line, '\n');
	if (!end)
		return false;
	*end = '\0';
	syncsock_rx_advance(conn, end + 1 - line);
	return true;
}

/* By the clock: an emulated CPU counts the loops of mdelay() too fast. */
static void take_time(unsigned int us)
{
	ktime_t until = ktime_add_us(ktime_get(), us);

	while (us && ktime_before(ktime_get(), until))
		cpu_relax();
}

static int receive_commands(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	char line[LINE_SIZE + 1];
	int err;

	if (!next_line(conn, line))
		return syncsock_rx_len(conn) < LINE_SIZE ? -EAGAIN : -EINVAL;
	take_time(session->slow_us);
	session->received += strlen(line) + 1;
	err = run_command(conn, line);
	if (err)
		session_say(conn, "%s: %d\n", line, err);
	/* Bytes behind these are for later, or for nobody. */
	return strstarts(line, "pause") || strstarts(line, "end") ||
	       strstarts(line, "refuse") ||
	       syncsock_rx_len(conn) < session->need ? -EAGAIN : 0;
}

/* Sends back up to COPY_SIZE bytes of @left, the way the mode says. */
static int receive_copy(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	size_t len = min_t(size_t, session->left, COPY_SIZE);
	char buf[COPY_SIZE];
	const void *bytes = buf;
	int err;

	if (session->mode == MODE_COPY)
		len = syncsock_rx_copy(conn, buf, len);
	else
		bytes = syncsock_rx_linear(conn, buf, len);
	if (!len || !bytes)
		return -EAGAIN;
	err = syncsock_send(conn, bytes, len);
	if (err)
		return err == -ENOMEM ? -EAGAIN : err;
	syncsock_rx_advance(conn, len);
	session->left -= len;
	if (!session->left)
		session->mode = MODE_COMMANDS;
	return 0;
}

/* All that was needed has come, in the first call, or never will. */
static int receive_needed(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	size_t len = syncsock_rx_len(conn);

	session->calls++;
	if (len < session->left) {
		session_say(conn, "full %d after %zu bytes\n",
			    syncsock_rx_full(conn), len);
		return syncsock_rx_full(conn) ? -ENOBUFS : -EAGAIN;
	}
	session_say(conn, "needed %zu in %u calls\n", session->left,
		    session->calls);
	syncsock_rx_advance(conn, session->left);
	session->need = 0;
	session->mode = MODE_COMMANDS;
	return 0;
}

static int receive_kept(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	struct syncsock_data *data;

	if (session->kept_count == SESSION_KEPT)
		return -EAGAIN;
	data = syncsock_rx_keep(conn, SIZE_MAX);
	if (IS_ERR(data))
		return -EAGAIN;
	session->kept[session->kept_count++] = data;
	session->received += syncsock_data_len(data);
	syncsock_rx_advance(conn, syncsock_data_len(data));
	return 0;
}

static void receive_refused(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);

	session->received = ++session->calls;
	syncsock_close(conn);
}

/* Return 0 if there may be more to do, -EAGAIN if not, or another error. */
static int receive_once(struct syncsock_conn *conn)
{
	const struct session *session = syncsock_conn_priv(conn);

	switch (session->mode) {
	case MODE_COMMANDS:
		return receive_commands(conn);
	case MODE_COPY:
	case MODE_LINEAR:
		return receive_copy(conn);
	case MODE_NEED:
		return receive_needed(conn);
	case MODE_KEEP:
		return receive_kept(conn);
	case MODE_COUNT:
		session_drain(conn);
		return -EAGAIN;
	case MODE_REFUSE:
		receive_refused(conn);
		return -EAGAIN;
	case MODE_FILL:
	case MODE_HOLD:
		return -EAGAIN;
	}
	return -EINVAL;
}

static int received(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);
	int err = 0;

	if (session->slow_us)
		err = receive_once(conn);
	else
		while (!err && syncsock_rx_len(conn))
			err = receive_once(conn);
	elsewhere_start(session);
	return err == -EAGAIN ? 0 : err;
}

static void writable(struct syncsock_conn *conn)
{
	struct session *session = syncsock_conn_priv(conn);

	session->writables++;
	if (session->mode != MODE_FILL)
		return;
	session_say(conn, "\nwritable %u after %zu bytes\n",
		    session->writables, session->filled);
	session->mode = MODE_COMMANDS;
}

static void closed(struct syncsock_conn *conn,
		   enum syncsock_close_reason reason)
{
	struct session *session = syncsock_conn_priv(conn);

	session_let_go(conn);
	ending_set(&commands_ending, conn, reason, session->received);
}

const struct syncsock_handler commands_handler = {
	.name		= "commands",
	.priv_size	= sizeof(struct session),
	.received	= received,
	.writable	= writable,
	.closed		= closed,
};

static int commands_ending_get(char *buffer, const struct kernel_param *param)
{
	return ending_get(buffer, &commands_ending);
}

static const struct kernel_param_ops ending_ops = {
	.get = commands_ending_get,
};

module_param_cb(commands_ending, &ending_ops, NULL, 0444);
MODULE_PARM_DESC(commands_ending,
		 "how the last connection of \"commands\" ended");
