// SPDX-License-Identifier: GPL-2.0
/*
 * Children that nobody completes.
 *
 * A segment that ends the handshake can pass the tests that TCP makes before
 * it gives the child a socket, and not those that it makes afterwards: SYN
 * and ACK with data, for one. The child then is on the accept queue, in
 * SYN_RECV, without a timer; TCP counts on whoever accepts it. ssk_accept()
 * only ever sees a child that is complete, so without this a few thousand
 * such segments would fill the queue for good.
 */
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "acceptor.h"
#include "conn.h"
#include "listener.h"

/* What takes the place of a time that is unlimited. */
#define LONGEST_TIME	(30 * HZ)

/*
 * How long an incomplete child may be on the queue. One whose client means it
 * leaves SYN_RECV within the softirq that has put it there, or when the client
 * sends again what was not taken.
 */
#define INCOMPLETE_TIME	(3 * HZ)

/*
 * How often to look. Within this and INCOMPLETE_TIME a queue must not become
 * full, as TCP then drops every SYN.
 */
#define LOOK_TIME	HZ

/* A child is a client that has not sent its first byte. */
static unsigned long patience(const struct ssk_listener *listener)
{
	int ms = READ_ONCE(listener->service->limits.first_byte_timeout_ms);

	return ms ? msecs_to_jiffies(ms) : LONGEST_TIME;
}

/*
 * TCP notes the time when it makes a child as that of its last segment. Nobody
 * else looks at a complete one that is still here: with
 * net.ipv4.tcp_migrate_req it may have come from a socket that somebody ended.
 * Nor does anybody look at one that was reset in the meantime.
 */
static bool is_stale(const struct sock *child, unsigned long time)
{
	/* Before the time now, than which it may not be later. */
	u32 made = READ_ONCE(inet_csk(child)->icsk_ack.lrcvtime);

	switch (inet_sk_state_load(child)) {
	case TCP_CLOSE:
		return true;
	case TCP_SYN_RECV:
		time = min_t(unsigned long, time, INCOMPLETE_TIME);
		break;
	}
	return tcp_jiffies32 - made >= time;
}

/*
 * Take all that are stale off the queue. A child that becomes complete meanwhile
 * either takes itself off before, or finds that it is not there any more.
 *
 * Return: their requests, by @dl_next.
 */
static struct request_sock *take_stale(struct sock *listening,
				       unsigned long time)
{
	struct request_sock *req, *next, *prev = NULL, *taken = NULL;
	struct request_sock_queue *queue;

	queue = &inet_csk(listening)->icsk_accept_queue;
	if (reqsk_queue_empty(queue))
		return NULL;
	spin_lock_bh(&queue->rskq_lock);
	for (req = queue->rskq_accept_head; req; req = next) {
		next = req->dl_next;
		if (!is_stale(req->sk, time)) {
			prev = req;
			continue;
		}
		ssk_accept_unlink(listening, prev, req);
		req->dl_next = taken;
		taken = req;
	}
	spin_unlock_bh(&queue->rskq_lock);
	return taken;
}

/*
 * The socket goes away, with the reference that the queue had. Return whether it
 * had to be reset for that.
 */
static bool end(struct sock *child)
{
	bool open;

	lock_sock(child);
	ssk_callbacks_remove_child(child);
	open = child->sk_state != TCP_CLOSE;
	if (open)
		child->sk_prot->disconnect(child, 0);
	release_sock(child);
	child->sk_prot->close(child, 0);
	return open;
}

static void end_stale(const struct ssk_acceptor *acceptor, unsigned long time)
{
	struct ssk_stats __percpu *stats = acceptor->listener->service->stats;
	struct request_sock *req, *next;

	for (req = take_stale(acceptor->sock->sk, time); req; req = next) {
		next = req->dl_next;
		if (end(req->sk)) {
			ssk_stat_inc(stats, SSK_STAT_timed_out);
			ssk_stat_inc(stats, SSK_STAT_timed_out_handshake);
			ssk_stat_inc(stats, SSK_STAT_aborted);
		}
		reqsk_put(req);
		cond_resched();
	}
}

/**
 * ssk_stale_work() - end children that were incomplete for too long, or reset
 * @work: of the listener
 *
 * No socket is taken off the list as long as this may run.
 *
 * Context: Process context. Sleeps.
 */
void ssk_stale_work(struct work_struct *work)
{
	struct ssk_listener *listener =
		container_of(work, struct ssk_listener, stale.work);
	unsigned long time = patience(listener);
	const struct ssk_acceptor *acceptor;

	list_for_each_entry_lockless(acceptor, &listener->acceptors, node)
		end_stale(acceptor, time);
	ssk_stale_watch(listener);
}

/**
 * ssk_stale_watch() - look for incomplete children in a while
 * @listener: a listener that listens
 *
 * Context: Process context.
 */
void ssk_stale_watch(struct ssk_listener *listener)
{
	queue_delayed_work(system_power_efficient_wq, &listener->stale,
			   round_jiffies_relative(LOOK_TIME));
}

/**
 * ssk_stale_clear() - look for a child that was reset
 * @listener: a listener
 *
 * Context: Bottom halves are disabled.
 */
void ssk_stale_clear(struct ssk_listener *listener)
{
	if (!READ_ONCE(listener->stopping))
		mod_delayed_work(system_power_efficient_wq, &listener->stale, 0);
}
