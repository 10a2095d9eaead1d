// SPDX-License-Identifier: GPL-2.0
/*
 * The HTTP handler: serves the built-in pages.
 *
 * A connection alternates between reading a request and sending its response.
 * While a response waits for room, the requests behind it stay unread, in
 * TCP's queue: they are answered in order, and a client that does not read
 * its responses cannot make more of them.
 */
#include <linux/module.h>
#include <syncsock/syncsock.h>

#include "date.h"
#include "pages.h"
#include "parser.h"
#include "response.h"

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
 * @status: the status of the response
 * @page: the content of the response
 * @sent: how many bytes of it were sent
 * @parser: the request
 */
struct http_conn {
	enum http_state		state;
	bool			last;
	u16			status;
	const struct http_page	*page;
	u32			sent;
	struct http_parser	parser;
};

/*
 * No page takes another method, so that a known one is 405 wherever it is
 * aimed at, and an unknown one is 501 (RFC 9110 sections 15.5.6 and 15.6.2).
 */
static u16 find_page(struct http_conn *http)
{
	const struct http_parser *request = &http->parser;

	switch (request->method) {
	case HTTP_METHOD_GET:
	case HTTP_METHOD_HEAD:
		http->page = http_page_at(request->target.path,
					  request->target.path_len);
		return http->page ? 200 : 404;
	case HTTP_METHOD_UNKNOWN:
		return 501;
	default:
		return 405;
	}
}

/* Decide about the response to a request that was read or refused. */
static void answer(struct http_conn *http, enum http_parser_result result)
{
	if (result == HTTP_PARSER_ERROR)
		http->status = http->parser.status;
	else
		http->status = find_page(http);
	if (http->status != 200)
		http->page = http_page_of_status(http->status);
	http->last = !http->parser.persistent;
	http->sent = 0;
	http->state = HTTP_SENDING_HEAD;
}

/* Returns whether there is a request to answer. */
static bool read_request(struct syncsock_conn *conn, struct http_conn *http)
{
	enum http_parser_result result;
	const void *data;
	size_t len;

	while ((data = syncsock_rx_peek(conn, &len))) {
		result = http_parser_feed(&http->parser, data, len, &len);
		syncsock_rx_advance(conn, len);
		if (result == HTTP_PARSER_MORE)
			continue;
		answer(http, result);
		return true;
	}
	return false;
}

static enum http_connection connection_field(const struct http_conn *http)
{
	if (http->last)
		return HTTP_CONNECTION_CLOSE;
	if (!http->parser.minor)
		return HTTP_CONNECTION_KEEP_ALIVE;
	return HTTP_CONNECTION_NONE;
}

/* Returns false if there is no room; syncsock_send() took note of it. */
static bool send_head(struct syncsock_conn *conn, struct http_conn *http)
{
	char head[HTTP_RESPONSE_HEAD_MAX];
	size_t len;

	len = http_response_head(head, http->status, http->page,
				 connection_field(http), http_date());
	if (syncsock_send(conn, head, len))
		return false;
	http->state = HTTP_SENDING_BODY;
	if (http->parser.method == HTTP_METHOD_HEAD)
		http->sent = http->page->length;
	return true;
}

/* Returns false if there is no room for the rest. */
static bool send_body(struct syncsock_conn *conn, struct http_conn *http)
{
	while (http->sent < http->page->length) {
		size_t len = min_t(size_t, syncsock_room(conn),
				   SYNCSOCK_SEND_MAX);
		const char *part;

		if (!len)
			return false;
		part = http_page_part(http->page, http->sent, &len);
		if (syncsock_send(conn, part, len))
			return false;
		http->sent += len;
	}
	return true;
}

/* Go on until there is nothing to read, or no room to send. */
static void serve(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	for (;;) {
		switch (http->state) {
		case HTTP_READING:
			if (!read_request(conn, http))
				return;
			fallthrough;
		case HTTP_SENDING_HEAD:
			if (!send_head(conn, http))
				return;
			fallthrough;
		case HTTP_SENDING_BODY:
			if (!send_body(conn, http))
				return;
		}
		if (http->last) {
			syncsock_close(conn);
			return;
		}
		http_parser_begin(&http->parser);
		http->state = HTTP_READING;
	}
}

static int http_accepted(struct syncsock_conn *conn)
{
	struct http_conn *http = syncsock_conn_priv(conn);

	http_parser_begin(&http->parser);
	return 0;
}

static int http_received(struct syncsock_conn *conn)
{
	serve(conn);
	return 0;
}

static void http_writable(struct syncsock_conn *conn)
{
	serve(conn);
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

static const struct syncsock_handler http_handler = {
	.name		= "http",
	.priv_size	= sizeof(struct http_conn),
	.accepted	= http_accepted,
	.received	= http_received,
	.writable	= http_writable,
	.peer_closed	= http_peer_closed,
};

module_syncsock_handler(http_handler);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("HTTP/1.1 server inside softirq, for syncsock");
MODULE_LICENSE("GPL");
