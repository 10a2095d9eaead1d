/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that a handler module needs.
 */
#ifndef SYNCSOCK_SYNCSOCK_H
#define SYNCSOCK_SYNCSOCK_H

#include <syncsock/conn.h>
#include <syncsock/connect.h>
#include <syncsock/data.h>
#include <syncsock/handler.h>
#include <syncsock/post.h>
#include <syncsock/rx.h>
#include <syncsock/setting.h>
#include <syncsock/tx.h>

#endif /* SYNCSOCK_SYNCSOCK_H */
