// SPDX-License-Identifier: GPL-2.0
/*
 * The HTTP handler: serves a snapshot of a directory.
 *
 * A connection alternates between reading a request and sending its response.
 * While a response waits for room, the requests behind it stay unread, in
 * TCP's queue: they are answered in order, and a client that does not read
 * its responses cannot make more of them.
 *
 * Requests are answered under RCU, from the snapshot that there is then. Only
 * a response that cannot be sent at once takes a reference to it.
 *
 * The path of a request: parser.c -> reply.c -> deliver.c. One that came before
 * goes from memo.c to deliver.c.
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>
#include <syncsock/syncsock.h>

#include "deadline.h"
#include "deliver.h"
#include "memo.h"
#include "parser.h"
#include "reply.h"
#include "site.h"
#include "snapshot.h"

/**
 * enum http_state - what a connection is doing
 * @HTTP_READING: reading a request
 * @HTTP_SENDING_HEAD: the head of the response waits for room
 * @HTTP_SENDING_BODY: the rest of its body does
 */
enum http_state {
	HTTP_READING,
	HTTP_SENDING_HEAD,
	HTTP_SENDING_BODY,
};

/**
 * struct http_conn - a connection's private memory
 * @state: what it is doing
 * @last: close the connection after this response
 * @began: it is reading one that did not come at once, but began at @began_at
 * @began_at: in jiffies
 * @deadline: for such a request
 * @snapshot: what the response is from, or NULL
 * @held: with a reference
 * @reply: the response
 * @parser: the request
 */
struct http_conn {
	enum http_state		state;
	bool			last;
	bool			began;
	unsigned long		began_at;
	struct http_deadline	deadline;
	struct http_snapshot	*snapshot;
	bool			held;
	struct http_reply	reply;
	struct http_parser	parser;
};

static void answer_status(struct http_conn *http, u16 status)
{
	http_reply_status(&http->reply, &http->parser, status);
}

/* What a GET or HEAD asks for. */
static void answer_page(struct http_conn *http)
{
	const struct http_snapshot *snapshot = http->snapshot;
	struct http_parser *request = &http->parser;
	const struct http_page *page;

	page = http_snapshot_find(snapshot, request->target.path,
				  request->target.path_len);
	if (page)
		http_reply_page(&http->reply, request, page,
				snapshot->boundary);
	else if (snapshot->missing)
		http_reply_missing(&http->reply, request, snapshot->missing);
	else
		answer_status(http, 404);
}

/*
 * No page takes another method, so that a known one is 405 wherever it is
 * aimed at, and an unknown one is 501 (RFC 9110 sections 15.5.6 and 15.6.2).
 */
static void answer_request(struct http_conn *http,
			   const struct http_site *site)
{
	switch (http->parser.method) {
	case HTTP_METHOD_GET:
	case HTTP_METHOD_HEAD:
		http->snapshot = rcu_dereference(site->snapshot);
		answer_page(http);
		break;
	case HTTP_METHOD_UNKNOWN:
		answer_status(http, 501);
		break;
	default:
		answer_status(http, 405);
		break;
	}
}

/* Decide about the response to a request that was read or refused. */
static void answer(struct http_conn *http, const struct http_site *site,
		   enum http_parser_result result)
{
	if (result == HTTP_PARSER_ERROR)
		answer_status(http, http->parser.status);
	else
		answer_request(http, site);
	http->began = false;
	http->last = !http->parser.persistent;
	http->state = HTTP_SENDING_HEAD;
}

/* When the request that has begun has to be complete; false: never. */
static bool due(const struct http_conn *http, const struct http_site *site,
		unsigned long *at)
{
	unsigned int ms = READ_ONCE(site->request_timeout_ms);

	*at = http->began_at + msecs_to_jiffies(ms);
	return http->began && ms;
}

/* All that has come was read, and it is not a whole request. */
static void wait_for_rest(struct http_conn *http, const struct http_site *site)
{
	unsigned long at;

	if (!http->began && http_parser_has_begun(&http->parser)) {
		http->began = true;
		http->began_at = jiffies;
	}
	if (due(http, site, &at))
		http_deadline_set(&http->deadline, at);
}

/* Answer a request at the beginning of @data as before. Returns its length, or 0. */
static size_t answer_again(struct http_conn *http, const struct http_site *site,
			   const void *data, size_t len)
{
	struct http_snapshot *snapshot = rcu_dereference(site->snapshot);
	size_t used = http_memo_recall(snapshot, data, len, &http->reply);

	if (!used)
		return 0;
	http->snapshot = snapshot;
	http->last = http->reply.head.connection == HTTP_CONNECTION_CLOSE;
	http->state = HTTP_SENDING_HEAD;
	return used;
}

/* Returns whether there is a request to answer. */
static bool read_request(struct syncsock_conn *conn, struct http_conn *http,
			 const struct http_site *site)
{
	bool whole = http_parser_is_new(&http->parser);
	enum http_parser_result result;
	const void *data;
	size_t len, used;

	while ((data = syncsock_rx_peek(conn, &len))) {
		used = whole ? answer_again(http, site, data, len) : 0;
		if (used) {
			syncsock_rx_advance(conn, used);
			return true;
		}
		result = http_parser_feed(&http->parser, data, len, &used);
		syncsock_rx_advance(conn, used);
		if (result != HTTP_PARSER_MORE) {
			answer(http, site, result);
			if (whole && http->snapshot)
				http_memo_note(http->snapshot, data, used,
					       &http->reply);
			return true;
		}
		whole = false;
	}
	wait_for_rest(http, site);
	return false;
}

/* The response is from a snapshot, and will be after RCU has let go of it. */
static void hold_snapshot(struct http_conn *http)
{
	if (!http->snapshot || http->held)
		return;
	http_snapshot_get(http->snapshot);
	http->held = true;
}

static void release_snapshot(struct http_conn *http)
{
	if (http->held)
		http_snapshot_put(http->snapshot);
	http->snapshot = NULL;
	http->held = false;
}

static void next_request(struct http_conn *http)
{
	if (!http_parser_is_new(&http->parser))
		http_parser_begin(&http->parser);
	http->state = HTTP_READING;
}

/* Returns whether the response is complete and another request may follow. */
static bool send_response(struct syncsock_conn *conn, struct http_conn *http)
{
	if (http->state == HTTP_SENDING_HEAD) {
		if (!http_deliver_head(conn, &http->reply))
			return false;
		http->state = HTTP_SENDING_BODY;
	}
	if (!http_deliver_body(conn, &http->reply, &http->parser))
		return false;
	release_snapshot(http);
	if (http->last) {
		syncsock_close(conn);
		return false;
	}
	next_request(http);
	return true;
}

/*
 * Go on until there is nothing to read, or no room to send. Returns how many
 * requests were read.
 */
static int serve(struct syncsock_conn *conn, struct http_conn *http,
		 const struct http_site *site)
{
	int requests = 0;

	if (http->state != HTTP_READING && !send_response(conn, http))
		return 0;
	while (read_request(conn, http, site)) {
		requests++;
		if (!send_response(conn, http))
			break;
	}
	return requests;
}

/*
 * A request took too long: not this one perhaps, but one that began before it,
 * when the deadline was set.
 */
static void http_deadline_over(struct syncsock_conn *conn,
			       struct syncsock_post *post)
{
	struct http_conn *http = syncsock_conn_priv(conn);
	const struct http_site *site = http_site(syncsock_conn_net(conn));
	unsigned long at;

	http_deadline_passed(&http->deadline);
	if (!due(http, site, &at))
		return;
	if (time_before(jiffies, at)) {
		http_deadline_set(&http->deadline, at);
		return;
	}
	http_parser_refuse(&http->parser, 408);
	answer(http, site, HTTP_PARSER_ERROR);
	send_response(conn, http);
}

static int http_accepted(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	http_deadline_init(&http->deadline, conn, http_deadline_over);
	http_parser_begin(&http->parser);
	return 0;
}

static int http_received(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);
	int requests;

	rcu_read_lock();
	requests = serve(conn, http, http_site(syncsock_conn_net(conn)));
	hold_snapshot(http);
	rcu_read_unlock();
	return requests;
}

/* The response is of a snapshot that is held, if of any. */
static void http_writable(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	if (http->state != HTTP_READING)
		send_response(conn, http);
}

/*
 * All requests were read, or this would not have been called. A response that
 * still waits for room is finished first.
 */
static void http_peer_closed(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	if (http->state == HTTP_READING)
		syncsock_close(conn);
	else
		http->last = true;
}

static void http_closed(struct syncsock_conn *conn,
			enum syncsock_close_reason reason)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	http_deadline_cancel(&http->deadline);
	release_snapshot(http);
}

static const struct syncsock_handler http_handler = {
	.name		= "http",
	.priv_size	= sizeof(struct http_conn),
	.settings	= http_site_settings,
	.accepted	= http_accepted,
	.received	= http_received,
	.writable	= http_writable,
	.peer_closed	= http_peer_closed,
	.closed		= http_closed,
};

static char *listen;
module_param(listen, charp, 0444);
MODULE_PARM_DESC(listen, "addresses to serve in the initial network namespace, such as 0.0.0.0:8080,[::]:8080");

static char *root = "";
module_param(root, charp, 0444);
MODULE_PARM_DESC(root, "the directory to serve there, such as /srv/www");

static int __init http_init(void)
{
	int err;

	err = http_snapshot_init();
	if (err)
		return err;
	err = http_site_init();
	if (err)
		goto exit_snapshot;
	if (*root) {
		err = http_site_set_root(&init_net, root);
		if (err)
			goto exit_site;
	}
	err = syncsock_register_handler(&http_handler, listen);
	if (err)
		goto exit_site;
	return 0;

exit_site:
	http_site_exit();
exit_snapshot:
	http_snapshot_exit();
	return err;
}
module_init(http_init);

static void __exit http_exit(void)
{
	syncsock_unregister_handler(&http_handler);
	http_site_exit();
	http_snapshot_exit();
}
module_exit(http_exit);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("HTTP/1.1 server inside softirq, for syncsock");
MODULE_LICENSE("GPL");
