/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Date field (RFC 9110 sections 5.6.7 and 6.6.1).
 */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

/**
 * http_date() - the time, for the Date field
 *
 * Context: a handler's operation.
 * Return: HTTP_DATE_LEN bytes, valid until the operation returns.
 */
const char *http_date(void);

#endif /* HTTP_DATE_H */
