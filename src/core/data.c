// SPDX-License-Identifier: GPL-2.0
/*
 * Keeping received bytes, and forwarding them to another connection.
 *
 * TCP frees a packet when it is consumed, whatever references to the packet
 * there are, but not its pages. The memory stays charged to the socket that
 * received it (sk_rmem_alloc, which TCP computes the window from) until it is
 * dropped, so a peer cannot make us keep more than a receive buffer.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <net/sock.h>
#include <syncsock/rx.h>

#include "conn.h"
#include "data.h"
#include "fault.h"
#include "pages.h"

/*
 * Below this many bytes a copy is cheaper than a reference, and a page is too
 * much to keep for them.
 */
#define COPY_BELOW	256

/*
 * Refer to bytes in memory, or copy them. The head of a packet may lie in
 * a slab, which knows no references.
 *
 * Return: how many bytes @part has, or -ENOMEM.
 */
static int refer(const void *bytes, size_t len, struct bio_vec *part)
{
	struct page *page = virt_to_head_page(bytes);

	if (len < COPY_BELOW || !sendpage_ok(page))
		return ssk_pages_copy(bytes, len, part);
	get_page(page);
	bvec_set_page(part, page, len, bytes - page_address(page));
	return len;
}

/*
 * What a part counts for: a reference keeps a whole page at least, a copy
 * shares one.
 */
static u32 charge_of(const struct bio_vec *part)
{
	return max_t(u32, part->bv_len,
		     part->bv_len < COPY_BELOW ? COPY_BELOW : PAGE_SIZE);
}

static void charge(struct syncsock_data *data)
{
	atomic_add(data->charged, &data->conn->rx.kept);
	atomic_add(data->charged, &data->conn->sk->sk_rmem_alloc);
}

/*
 * The connection is to see about its window when the receive memory falls
 * below half of the buffer, once for many pieces of data, and when there is
 * no more to come that could do that. An upcall that has consumed bytes sees
 * about it when it ends.
 */
static void uncharge(struct syncsock_data *data)
{
	struct syncsock_conn *conn = data->conn;
	struct sock *sk = conn->sk;
	int half = READ_ONCE(sk->sk_rcvbuf) / 2;
	int charged = data->charged;
	int memory, kept;

	memory = atomic_sub_return(charged, &sk->sk_rmem_alloc);
	kept = atomic_sub_return(charged, &conn->rx.kept);
	if (memory + charged <= half || (memory > half && kept))
		return;
	if (ssk_conn_is_running(conn) && conn->rx.consumed)
		return;
	set_bit(SSK_ASKED_WINDOW, &conn->asked);
	ssk_schedule(conn);
}

static void put_parts(struct syncsock_data *data)
{
	while (data->count)
		put_page(data->part[--data->count].bv_page);
}

/*
 * Fill @data from the cursor, which is moved. Return 0, or -ENOMEM with
 * nothing referred to.
 */
static int fill(struct syncsock_data *data, size_t len)
{
	struct syncsock_conn *conn = data->conn;

	while (data->bytes < len && data->count < SYNCSOCK_DATA_PARTS) {
		const void *bytes;
		size_t run;
		int ret;

		bytes = ssk_rx_peek(conn, &run);
		if (!bytes)
			break;
		run = min(run, len - data->bytes);
		ret = refer(bytes, run, &data->part[data->count]);
		if (ret < 0) {
			put_parts(data);
			return ret;
		}
		data->charged += charge_of(&data->part[data->count]);
		data->count++;
		data->bytes += ret;
		syncsock_rx_advance(conn, ret);
	}
	return 0;
}

struct syncsock_data *syncsock_rx_keep(struct syncsock_conn *conn, size_t len)
{
	u32 consumed = conn->rx.consumed;
	struct syncsock_data *data;
	int err;

	len = min_t(size_t, len, conn->rx.len);
	if (!len)
		return ERR_PTR(-ENODATA);
	data = ssk_fault() ? NULL :
		kzalloc(struct_size(data, part, SYNCSOCK_DATA_PARTS),
			GFP_ATOMIC | __GFP_NOWARN);
	if (!data)
		goto no_memory;
	data->conn = conn;
	err = fill(data, len);
	ssk_rx_rewind(conn, consumed);
	if (err) {
		kfree(data);
		goto no_memory;
	}
	if (!data->bytes) {
		kfree(data);
		return ERR_PTR(-ENODATA);
	}
	syncsock_conn_get(conn);
	charge(data);
	return data;

no_memory:
	ssk_stat_inc(conn->service->stats, SSK_STAT_no_memory);
	conn->rx.again = SSK_RX_AGAIN_MEMORY;
	ssk_conn_timer_retry(conn);
	return ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(syncsock_rx_keep);

size_t syncsock_data_len(const struct syncsock_data *data)
{
	return data->bytes;
}
EXPORT_SYMBOL_GPL(syncsock_data_len);

const struct bio_vec *syncsock_data_parts(const struct syncsock_data *data,
					  unsigned int *count)
{
	*count = data->count;
	return data->part;
}
EXPORT_SYMBOL_GPL(syncsock_data_parts);

void syncsock_data_put(struct syncsock_data *data)
{
	struct syncsock_conn *conn = data->conn;

	put_parts(data);
	uncharge(data);
	kfree(data);
	syncsock_conn_put(conn);
}
EXPORT_SYMBOL_GPL(syncsock_data_put);

/* The data has come to the connection that is to send it. */
static void forward(struct syncsock_conn *to, struct syncsock_post *post)
{
	struct syncsock_data *data =
		container_of(post, struct syncsock_data, post);

	if (ssk_tx_can_send(to))
		ssk_tx_append_data(&to->tx, data);
	else
		syncsock_data_put(data);
}

/*
 * To another connection as a post, for its next upcall. The number of those is
 * not limited here: what the data counts for in the socket of @from is.
 */
static int hand_over(struct syncsock_data *data, struct syncsock_conn *to)
{
	if (to != data->conn)
		return ssk_mailbox_add(to, &data->post, UINT_MAX);
	if (!ssk_tx_can_send(to))
		return -EPIPE;
	ssk_tx_append_data(&to->tx, data);
	return 0;
}

ssize_t syncsock_splice(struct syncsock_conn *from, struct syncsock_conn *to,
			size_t len)
{
	struct syncsock_data *data;
	size_t bytes;
	int err;

	data = syncsock_rx_keep(from, len);
	if (IS_ERR(data))
		return PTR_ERR(data);
	bytes = data->bytes;
	data->post.run = forward;
	err = hand_over(data, to);
	if (err) {
		syncsock_data_put(data);
		return err;
	}
	syncsock_rx_advance(from, bytes);
	ssk_stat_add(from->service->stats, SSK_STAT_bytes_spliced, bytes);
	return bytes;
}
EXPORT_SYMBOL_GPL(syncsock_splice);
