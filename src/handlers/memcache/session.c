// SPDX-License-Identifier: GPL-2.0
/*
 * A session alternates between reading a request, or a key of it, and sending
 * the answer. While an answer waits for room, the requests behind it stay
 * unread, in TCP's queue: a client that does not read its answers cannot ask
 * for more of them.
 */
#include <syncsock/syncsock.h>

#include "session.h"

static void say(struct mc_session *session, const char *text)
{
	session->answer.text = text;
	session->answer.kind = text ? MC_ANSWER_TEXT : MC_ANSWER_NONE;
}

/* How a request has ended that returns no value. */
static void tell(struct mc_session *session, enum mc_status status)
{
	const struct mc_request *request = &session->parser.request;

	session->answer.status = status;
	if (mc_request_is_meta(request))
		session->answer.kind = MC_ANSWER_META;
	else
		say(session, request->noreply ? NULL :
						mc_reply_text(request, status));
}

static void begin_value(struct mc_session *session, struct mc_store *store)
{
	const struct mc_request *request = &session->parser.request;
	enum mc_status status;

	status = mc_update_begin(store, request, &session->incoming);
	if (status == MC_HIT)
		return;
	mc_parser_skip(&session->parser);
	tell(session, status);
}

static void add_value(struct mc_session *session, struct mc_store *store,
		      const void *data, u32 len)
{
	if (mc_item_append(session->incoming, data, len))
		return;
	mc_item_put(session->incoming);
	session->incoming = NULL;
	mc_parser_skip(&session->parser);
	tell(session, mc_update_fail(store, &session->parser.request,
				     MC_NO_MEMORY));
}

static void end_value(struct mc_session *session, struct mc_store *store)
{
	struct mc_item *item = session->incoming;

	session->incoming = NULL;
	tell(session, mc_update_end(store, &session->parser.request, item,
				    &session->answer.view));
}

static void bad_value(struct mc_session *session)
{
	const struct mc_request *request = &session->parser.request;
	bool silent = request->noreply && !mc_request_is_meta(request);

	mc_item_put(session->incoming);
	session->incoming = NULL;
	say(session, silent ? NULL : "CLIENT_ERROR bad data chunk\r\n");
}

static void arithmetic(struct mc_session *session, struct mc_store *store)
{
	const struct mc_request *request = &session->parser.request;
	struct mc_answer *answer = &session->answer;
	enum mc_status status = mc_arithmetic(store, request, &answer->view);

	tell(session, status);
	if (status == MC_HIT && !mc_request_is_meta(request) &&
	    !request->noreply)
		answer->kind = MC_ANSWER_NUMBER;
}

static void touch(struct mc_session *session, struct mc_store *store)
{
	struct mc_item *item = mc_touch(store, &session->parser.request);

	tell(session, item ? MC_HIT : MC_MISS);
	mc_item_put(item);
}

static void do_request(struct mc_session *session, struct mc_store *store)
{
	const struct mc_request *request = &session->parser.request;

	switch (request->command) {
	case MC_SAY:
		say(session, request->text);
		break;
	case MC_QUIT:
		session->last = true;
		break;
	case MC_STATS_RESET:
		mc_stats_reset(store);
		say(session, "RESET\r\n");
		break;
	case MC_STATS:
	case MC_STATS_ITEMS:
	case MC_STATS_SETTINGS:
		session->answer.kind = MC_ANSWER_STATS;
		break;
	case MC_INCR:
	case MC_DECR:
	case MC_META_ARITHMETIC:
		arithmetic(session, store);
		break;
	case MC_TOUCH:
		touch(session, store);
		break;
	case MC_DELETE:
	case MC_META_DELETE:
		tell(session, mc_delete(store, request));
		break;
	case MC_FLUSH_ALL:
		mc_count(store, cmd_flush);
		mc_store_flush(store, request->ttl);
		tell(session, MC_HIT);
		break;
	case MC_META_DEBUG:
		mc_count(store, cmd_meta);
		fallthrough;
	case MC_META_GET:
		session->answer.kind = MC_ANSWER_LOOKUP;
		break;
	default:
		begin_value(session, store);
		break;
	}
}

static void do_key(struct mc_session *session, struct mc_store *store)
{
	const struct mc_request *request = &session->parser.request;
	struct mc_answer *answer = &session->answer;

	if (request->command == MC_GET || request->command == MC_GETS) {
		answer->kind = MC_ANSWER_LOOKUP;
		return;
	}
	answer->item = mc_touch(store, request);
	if (!answer->item)
		return;
	mc_lookup_view(answer->item, &answer->view);
	answer->kind = MC_ANSWER_ITEM;
}

/* What the parser has found in the @used bytes at @data. */
static void do_event(struct mc_session *session, struct mc_store *store,
		     enum mc_event event, const void *data, size_t used)
{
	switch (event) {
	case MC_EVENT_REQUEST:
		do_request(session, store);
		break;
	case MC_EVENT_KEY:
		do_key(session, store);
		break;
	case MC_EVENT_END:
		say(session, "END\r\n");
		break;
	case MC_EVENT_VALUE:
		add_value(session, store, data, used);
		break;
	case MC_EVENT_VALUE_END:
		end_value(session, store);
		break;
	case MC_EVENT_BAD_VALUE:
		bad_value(session);
		break;
	case MC_EVENT_CLOSE:
		session->last = true;
		break;
	default:
		break;
	}
}

/* Returns whether another request may follow. */
static bool send_answer(struct syncsock_conn *conn, struct mc_store *store,
			struct mc_session *session)
{
	if (!mc_answer_send(conn, store, session))
		return false;
	if (session->last)
		syncsock_close(conn);
	return !session->last;
}

/**
 * mc_session_writable() - go on with an answer
 * @conn: the connection
 *
 * Context: an operation of the connection.
 */
void mc_session_writable(struct syncsock_conn *conn)
{
	send_answer(conn, mc_store_of(conn), syncsock_conn_priv(conn));
}

/**
 * mc_session_serve() - go on until there is nothing to read, or no room
 * @conn: the connection
 *
 * Context: an operation of the connection.
 * Return: how many requests were read.
 */
int mc_session_serve(struct syncsock_conn *conn)
{
	struct mc_session *session = syncsock_conn_priv(conn);
	struct mc_store *store = mc_store_of(conn);
	int requests = 0;

	while (send_answer(conn, store, session)) {
		enum mc_event event;
		const void *data;
		size_t len, used;

		data = syncsock_rx_peek(conn, &len);
		if (!data)
			break;
		event = mc_parser_feed(&session->parser, data, len, &used);
		syncsock_rx_advance(conn, used);
		mc_count_add(store, bytes_read, used);
		requests += event == MC_EVENT_REQUEST || event == MC_EVENT_END;
		do_event(session, store, event, data, used);
	}
	return requests;
}

int mc_session_accepted(struct syncsock_conn *conn)
{
	struct mc_session *session = syncsock_conn_priv(conn);
	struct mc_store *store = mc_store_of(conn);

	mc_parser_init(&session->parser);
	atomic_inc(&store->connections);
	mc_count(store, total_connections);
	return 0;
}

/*
 * All requests were read, or this would not have been called. An answer that
 * still waits for room is finished first.
 */
void mc_session_peer_closed(struct syncsock_conn *conn)
{
	struct mc_session *session = syncsock_conn_priv(conn);

	if (session->answer.kind == MC_ANSWER_NONE)
		syncsock_close(conn);
	else
		session->last = true;
}

void mc_session_closed(struct syncsock_conn *conn)
{
	struct mc_session *session = syncsock_conn_priv(conn);

	mc_item_put(session->incoming);
	mc_answer_drop(&session->answer);
	atomic_dec(&mc_store_of(conn)->connections);
}
