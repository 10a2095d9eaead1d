/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a handler has sent and TCP has not yet taken.
 */
#ifndef SSK_SEND_H
#define SSK_SEND_H

#include <linux/bvec.h>
#include <syncsock/tx.h>

struct sock;
struct syncsock_conn;

/*
 * One syncsock_send() of the greatest length needs this many pieces of
 * memory at most, if only single pages can be had.
 */
#define SSK_TX_PIECES_PER_SEND	(SYNCSOCK_SEND_MAX / PAGE_SIZE + 2)
#define SSK_TX_PIECES		(2 * SSK_TX_PIECES_PER_SEND)

/**
 * struct ssk_tx - bytes on their way from the handler to TCP
 * @piece: memory to send, in order; each holds a reference to its page
 * @count: how many of @piece are in use
 * @bytes: how many bytes those are
 * @blocked: the handler, or @piece, waits for room in TCP's queue
 */
struct ssk_tx {
	struct bio_vec	piece[SSK_TX_PIECES];
	unsigned int	count;
	u32		bytes;
	bool		blocked;
};

int ssk_send_init(void);
void ssk_send_exit(void);
void ssk_send_adopt(struct sock *sk);
void ssk_send_disown(struct sock *sk);

void ssk_tx_flush(struct syncsock_conn *conn, int flags);
bool ssk_tx_unblock(struct syncsock_conn *conn);
void ssk_tx_drop(struct syncsock_conn *conn);

#endif /* SSK_SEND_H */
