/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time, for the Date field (RFC 9110 section 6.6.1).
 */
#ifndef HTTP_CLOCK_H
#define HTTP_CLOCK_H

/**
 * http_clock() - write the time
 * @buf: takes HTTP_DATE_LEN bytes
 *
 * Context: softirq or process.
 */
void http_clock(char *buf);

#endif /* HTTP_CLOCK_H */
