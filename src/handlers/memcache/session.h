/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client's connection: requests in, answers out, one after the other.
 */
#ifndef MC_SESSION_H
#define MC_SESSION_H

#include "operations.h"
#include "parser.h"

struct syncsock_conn;

/**
 * enum mc_answer_kind - what is to be sent
 * @MC_ANSWER_NONE: nothing
 * @MC_ANSWER_TEXT: &mc_answer.text
 * @MC_ANSWER_NUMBER: the number of &mc_answer.view
 * @MC_ANSWER_META: what the meta protocol answers, without a value
 * @MC_ANSWER_LOOKUP: the item that the request asks for, to be looked for when
 *	there is room for it
 * @MC_ANSWER_ITEM: &mc_answer.item, with its value
 * @MC_ANSWER_STATS: statistics
 */
enum mc_answer_kind {
	MC_ANSWER_NONE,
	MC_ANSWER_TEXT,
	MC_ANSWER_NUMBER,
	MC_ANSWER_META,
	MC_ANSWER_LOOKUP,
	MC_ANSWER_ITEM,
	MC_ANSWER_STATS,
};

/**
 * struct mc_answer - an answer that is sent, or waits for room
 *
 * What a request has changed is not changed again when its answer has to
 * wait. So the answer is kept, in the form of what it is made of.
 *
 * @kind: see &enum mc_answer_kind
 * @head_sent: the line before the value was sent
 * @sent: how many bytes of the value were
 * @status: how the request has ended
 * @text: see @kind
 * @item: the same; with a reference
 * @view: what the answer tells
 */
struct mc_answer {
	enum mc_answer_kind	kind;
	bool			head_sent;
	u32			sent;
	enum mc_status		status;
	const char		*text;
	struct mc_item		*item;
	struct mc_view		view;
};

/**
 * struct mc_session - a connection's private memory
 * @last: close the connection after this answer
 * @parser: the request
 * @incoming: the item whose value is coming, or NULL
 * @answer: the answer
 */
struct mc_session {
	bool			last;
	struct mc_parser	parser;
	struct mc_item		*incoming;
	struct mc_answer	answer;
};

/* main.c */
struct mc_store *mc_store_of(const struct syncsock_conn *conn);

/* session.c */
int mc_session_accepted(struct syncsock_conn *conn);
int mc_session_serve(struct syncsock_conn *conn);
void mc_session_writable(struct syncsock_conn *conn);
void mc_session_peer_closed(struct syncsock_conn *conn);
void mc_session_closed(struct syncsock_conn *conn);

/* answer.c */
int mc_answer_init(void);
void mc_answer_exit(void);
bool mc_answer_send(struct syncsock_conn *conn, struct mc_store *store,
		    struct mc_session *session);
void mc_answer_drop(struct mc_answer *answer);

#endif /* MC_SESSION_H */
