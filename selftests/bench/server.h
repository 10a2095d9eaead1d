/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERVER_H
#define SERVER_H

#include <stdnoreturn.h>

#include "session.h"

extern const struct session_protocol *server_protocol;

/* As on kernels that can do less: see each server. */
extern bool server_plain;

void begin_to_listen(int listener);

/* Each server has its own: what a thread does with its bound socket. */
noreturn void serve(int listener);

#endif /* SERVER_H */
