// SPDX-License-Identifier: GPL-2.0
/*
 * The connections of a service that have one home, and going through them.
 *
 * Who goes through them puts a mark among them, in front of the one that it is
 * at, and lets go of the lock meanwhile: so it takes no longer where there are
 * many, and the list may change as it likes. Several may do so at a time.
 */
#include <linux/percpu.h>

#include "conn.h"
#include "conns.h"
#include "service.h"

/* How many marks of others are passed without letting go of the lock. */
#define MARKS_AT_ONCE	64

void ssk_conns_init(struct ssk_conns *conns)
{
	spin_lock_init(&conns->lock);
	INIT_LIST_HEAD(&conns->all);
	ssk_young_init(conns);
}

/* There is no connection any more, none comes, and nobody is going through. */
void ssk_conns_exit(struct ssk_conns *conns)
{
	ssk_young_exit(conns);
}

static struct ssk_conns *conns_of(const struct syncsock_conn *conn)
{
	return per_cpu_ptr(conn->service->conns, conn->cpu);
}

/**
 * ssk_conns_add() - add a connection to those of its service and home
 * @conn: a new connection
 *
 * Context: Bottom halves are disabled.
 */
void ssk_conns_add(struct syncsock_conn *conn)
{
	struct ssk_conns *conns = conns_of(conn);

	spin_lock(&conns->lock);
	ssk_young_add(conns, conn);
	spin_unlock(&conns->lock);
}

/**
 * ssk_conns_remove() - take a connection away from the others
 * @conn: a connection that is to be released
 *
 * From now on nobody but who has a reference finds it, nor sets its timer.
 *
 * Context: Process context.
 */
void ssk_conns_remove(struct syncsock_conn *conn)
{
	struct ssk_conns *conns = conns_of(conn);

	spin_lock_bh(&conns->lock);
	list_del_init(&conn->node);
	spin_unlock_bh(&conns->lock);
}

/**
 * ssk_conns_begin() - begin to go through connections
 * @conns: the connections; those that come later may or may not be met
 * @mark: of the caller, zeroed
 *
 * Context: Process context.
 */
void ssk_conns_begin(struct ssk_conns *conns, struct syncsock_conn *mark)
{
	spin_lock_bh(&conns->lock);
	ssk_young_sweep(conns);
	list_add(&mark->node, &conns->all);
	spin_unlock_bh(&conns->lock);
}

/*
 * Move the mark behind those of others that are in front of the next connection,
 * but no more than @most. Return what is behind the mark then: a connection, the
 * mark of somebody else, or NULL at the end.
 */
static struct syncsock_conn *pass_marks(struct ssk_conns *conns,
					struct syncsock_conn *mark, int most)
{
	struct syncsock_conn *next;

	lockdep_assert_held(&conns->lock);
	while (!list_empty(&mark->node) &&
	       !list_is_last(&mark->node, &conns->all)) {
		next = list_next_entry(mark, node);
		if (next->service || !most--)
			return next;
		list_move(&mark->node, &next->node);
	}
	return NULL;
}

/**
 * ssk_conns_get() - the connection that the caller is at
 * @conns: the connections
 * @mark: of the caller
 *
 * Anybody may open files and leave marks, so the lock is not kept for many.
 *
 * Context: Process context. May sleep.
 * Return: the connection, with a reference, or NULL at the end, also if the
 * mark was taken away.
 */
struct syncsock_conn *ssk_conns_get(struct ssk_conns *conns,
				    struct syncsock_conn *mark)
{
	struct syncsock_conn *found;
	bool is_mark;

	do {
		cond_resched();
		spin_lock_bh(&conns->lock);
		found = pass_marks(conns, mark, MARKS_AT_ONCE);
		/* It may go away as soon as the lock is let go of. */
		is_mark = found && !found->service;
		if (found && !is_mark)
			syncsock_conn_get(found);
		spin_unlock_bh(&conns->lock);
	} while (is_mark);
	return found;
}

/**
 * ssk_conns_advance() - go on to the next connection
 * @conns: the connections
 * @mark: of the caller
 * @conn: where it is; if that was removed, the next one has taken its place
 *
 * Context: Process context.
 */
void ssk_conns_advance(struct ssk_conns *conns, struct syncsock_conn *mark,
		       struct syncsock_conn *conn)
{
	spin_lock_bh(&conns->lock);
	if (!list_empty(&conn->node) && !list_empty(&mark->node))
		list_move(&mark->node, &conn->node);
	spin_unlock_bh(&conns->lock);
}

/**
 * ssk_conns_end() - go no further
 * @conns: the connections
 * @mark: of the caller
 *
 * Context: Process context.
 */
void ssk_conns_end(struct ssk_conns *conns, struct syncsock_conn *mark)
{
	spin_lock_bh(&conns->lock);
	list_del_init(&mark->node);
	spin_unlock_bh(&conns->lock);
}

/**
 * ssk_conns_visit() - look at every connection of a service
 * @service: the service
 * @visit: called for each of them, with a reference; may sleep
 * @arg: passed to it
 *
 * Connections that come meanwhile may or may not be visited.
 *
 * Context: Process context. May sleep.
 */
void ssk_conns_visit(struct ssk_service *service,
		     void (*visit)(struct syncsock_conn *conn, void *arg),
		     void *arg)
{
	struct syncsock_conn mark = {}, *conn;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct ssk_conns *conns = per_cpu_ptr(service->conns, cpu);

		ssk_conns_begin(conns, &mark);
		while ((conn = ssk_conns_get(conns, &mark))) {
			visit(conn, arg);
			ssk_conns_advance(conns, &mark, conn);
			syncsock_conn_put(conn);
			cond_resched();
		}
		ssk_conns_end(conns, &mark);
	}
}

/**
 * ssk_conns_end_all() - take all marks away
 * @conns: connections that go away; nobody begins any more
 *
 * Whoever has one has to look whether its node is empty.
 *
 * Context: Process context, where nobody uses a mark.
 */
void ssk_conns_end_all(struct ssk_conns *conns)
{
	struct syncsock_conn *conn, *next;

	spin_lock_bh(&conns->lock);
	list_for_each_entry_safe(conn, next, &conns->all, node) {
		if (!conn->service)
			list_del_init(&conn->node);
	}
	spin_unlock_bh(&conns->lock);
}
