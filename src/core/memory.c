// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a service's connections, and the limit on it.
 *
 * TCP's buffers grow and shrink without telling anybody. So a work item adds
 * them up, while connections come and there is a limit: the limit is as exact
 * as what may come and go between two looks.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "conn.h"
#include "conns.h"
#include "handler.h"
#include "memory.h"

/* How often to look, and for how long to believe what was seen. */
#define LOOK_TIME	(HZ / 10)
#define TRUST_TIME	HZ

static u64 memory_of(const struct syncsock_conn *conn)
{
	const struct sock *sk = READ_ONCE(conn->sk);
	u64 bytes = kmem_cache_size(conn->service->handler->conn_cache);

	if (!sk)
		return bytes;
	return bytes + sk->sk_prot->obj_size +
	       atomic_read(&sk->sk_rmem_alloc) + READ_ONCE(sk->sk_wmem_queued);
}

static void add_bytes(struct syncsock_conn *conn, void *arg)
{
	u64 *bytes = arg;

	*bytes += memory_of(conn);
}

static void look(struct work_struct *work)
{
	struct ssk_service *service =
		container_of(work, struct ssk_service, memory_work);
	u64 bytes = 0;

	ssk_conns_visit(service, add_bytes, &bytes);
	WRITE_ONCE(service->memory_kib, bytes >> 10);
	WRITE_ONCE(service->memory_seen, jiffies);
}

/**
 * ssk_memory_init() - know nothing about the memory of a service
 * @service: the service
 *
 * Context: Process context.
 */
void ssk_memory_init(struct ssk_service *service)
{
	INIT_WORK(&service->memory_work, look);
	service->memory_seen = jiffies - TRUST_TIME;
}

/**
 * ssk_memory_is_full() - whether connections use more memory than allowed
 * @service: the service
 *
 * Sees to it that the answer will be right soon.
 *
 * Context: Any. Does not sleep.
 * Return: false without a limit, and when nobody has looked for a while.
 */
bool ssk_memory_is_full(struct ssk_service *service)
{
	int limit = READ_ONCE(service->limits.memory_kib);
	unsigned long seen = READ_ONCE(service->memory_seen);

	if (!limit)
		return false;
	if (time_after_eq(jiffies, seen + LOOK_TIME))
		queue_work(system_unbound_wq, &service->memory_work);
	return time_before(jiffies, seen + TRUST_TIME) &&
	       READ_ONCE(service->memory_kib) > limit;
}
