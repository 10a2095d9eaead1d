/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a handler has sent and TCP has not yet taken.
 */
#ifndef SSK_TRANSMIT_H
#define SSK_TRANSMIT_H

#include <linux/bvec.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <syncsock/tx.h>

struct syncsock_conn;
struct syncsock_data;

/*
 * One syncsock_send() of the greatest length needs this many pieces of
 * memory at most, if only single pages can be had.
 */
#define SSK_TX_PIECES_PER_SEND	(SYNCSOCK_SEND_MAX / PAGE_SIZE + 2)
#define SSK_TX_PIECES		(2 * SSK_TX_PIECES_PER_SEND)

/**
 * enum ssk_tx_state - our direction of a connection
 * @SSK_TX_OPEN: the handler may send
 * @SSK_TX_ENDING: what was sent moves into TCP's queue, then FIN
 * @SSK_TX_ENDED: FIN is in TCP's queue
 */
enum ssk_tx_state {
	SSK_TX_OPEN,
	SSK_TX_ENDING,
	SSK_TX_ENDED,
} __packed;

/**
 * struct ssk_tx - bytes on their way from the handler to TCP
 * @state: see &enum ssk_tx_state
 * @count: how many of @piece are in use
 * @bytes: how many bytes @piece and @spliced are
 * @spliced_bytes: how many bytes @spliced are
 * @wanted: the handler was told that there is no room
 * @blocked: the handler, @piece or @spliced waits for room in TCP's queue
 * @foreign: some of @piece are pages that are not our own copies
 * @piece: memory to send, in order; each holds a reference to its page
 * @spliced: kept data to send after @piece, in order
 */
struct ssk_tx {
	enum ssk_tx_state	state;
	bool			wanted;
	bool			blocked;
	bool			foreign;
	unsigned int		count;
	u32			bytes;
	u32			spliced_bytes;
	struct bio_vec		piece[SSK_TX_PIECES];
	struct list_head	spliced;
};

/* Where to put what is to be sent next, for ssk_tx_append(). */
static inline struct bio_vec *ssk_tx_next(struct ssk_tx *tx)
{
	return &tx->piece[tx->count];
}

/**
 * ssk_tx_append() - send what was put into ssk_tx_next()
 * @tx: where to; there is a free piece
 *
 * It joins the last piece if it directly follows it.
 *
 * Context: an upcall.
 */
static inline void ssk_tx_append(struct ssk_tx *tx)
{
	struct bio_vec *part = ssk_tx_next(tx);
	struct bio_vec *last = tx->count ? part - 1 : NULL;

	tx->bytes += part->bv_len;
	if (last && last->bv_page == part->bv_page &&
	    last->bv_offset + last->bv_len == part->bv_offset) {
		last->bv_len += part->bv_len;
		put_page(part->bv_page);
	} else {
		tx->count++;
	}
}

void ssk_tx_init(struct ssk_tx *tx);
void ssk_tx_truncate(struct ssk_tx *tx, u32 bytes);
void ssk_tx_append_data(struct ssk_tx *tx, struct syncsock_data *data);
void ssk_tx_flush(struct syncsock_conn *conn, int flags);
void ssk_tx_block(struct syncsock_conn *conn);
bool ssk_tx_unblock(struct syncsock_conn *conn);
void ssk_tx_drop(struct syncsock_conn *conn);

#endif /* SSK_TRANSMIT_H */
