/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending a reply, as far as there is room.
 */
#ifndef HTTP_DELIVER_H
#define HTTP_DELIVER_H

#include <linux/types.h>

struct http_parser;
struct http_reply;
struct syncsock_conn;

/**
 * http_deliver_head() - send the head of a reply, and a small body
 * @conn: the connection
 * @reply: the reply
 *
 * Context: an operation of @conn.
 * Return: false if there is no room; @writable follows.
 */
bool http_deliver_head(struct syncsock_conn *conn, struct http_reply *reply);

/**
 * http_deliver_body() - send what is left of the body of a reply
 * @conn: the connection
 * @reply: the reply, whose head was sent
 * @request: its request, which has the ranges
 *
 * Context: an operation of @conn.
 * Return: as http_deliver_head(); call it again then.
 */
bool http_deliver_body(struct syncsock_conn *conn, struct http_reply *reply,
		       const struct http_parser *request);

#endif /* HTTP_DELIVER_H */
