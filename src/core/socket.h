/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all sockets of the core have in common.
 */
#ifndef SSK_SOCKET_H
#define SSK_SOCKET_H

struct sock;

int ssk_socket_init(void);
void ssk_socket_exit(void);
void ssk_socket_prepare(struct sock *sk);
void ssk_socket_adopt(struct sock *sk);
void ssk_socket_disown(struct sock *sk);
void ssk_socket_block(void);
void ssk_socket_unblock(void);

#endif /* SSK_SOCKET_H */
