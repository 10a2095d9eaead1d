/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is served while no root is set: a few pages to try and to measure with.
 */
#ifndef HTTP_BUILTIN_H
#define HTTP_BUILTIN_H

struct http_snapshot;

/* A snapshot of them with one reference, or ERR_PTR(-ENOMEM). May sleep. */
struct http_snapshot *http_builtin(void);

#endif /* HTTP_BUILTIN_H */
