/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The statuses that this server has, and their texts.
 */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include "../portable.h"

/**
 * http_status_line() - what to say about a status
 * @status: one that the parser or the handler produces; any other is as 500
 * @len: where to store the length
 *
 * Return: a text like "404 Not Found\n": with its line end a content, without
 * it the end of a status line.
 */
const char *http_status_line(u16 status, size_t *len);

#endif /* HTTP_STATUS_H */
