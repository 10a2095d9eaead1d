/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dates as HTTP writes them (RFC 9110 section 5.6.7).
 */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include "../portable.h"

/* The length of an IMF-fixdate, such as "Sun, 06 Nov 1994 08:49:37 GMT". */
#define HTTP_DATE_LEN	29

/**
 * http_date_write() - write a date as an IMF-fixdate
 * @buf: takes HTTP_DATE_LEN bytes
 * @time: seconds since 1970; what is outside of 1970 to 9999 is written as the
 *	nearest date in it
 */
void http_date_write(char *buf, s64 time);

/**
 * http_date_read() - read a date
 * @text: an IMF-fixdate, or one of the two obsolete forms, of RFC 850 and of
 *	asctime()
 * @len: its length
 * @time: where to store the seconds since 1970
 *
 * A year of two digits is one from 1970 to 2069: none of them is more than 50
 * years ahead, which RFC 9110 asks to take for one of the past.
 *
 * Return: whether it is a date.
 */
bool http_date_read(const char *text, size_t len, s64 *time);

#endif /* HTTP_DATE_H */
