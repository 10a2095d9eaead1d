// SPDX-License-Identifier: GPL-2.0
/*
 * What is done to a session from a timer, from process context and from
 * another CPU.
 */
#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "../../src/core/conn.h"
#include "module.h"
#include "session.h"

#define LATER_TIME	(HZ / 20)

/* What works for connections here, so that unloading can wait for it. */
static struct workqueue_struct *wq;

int elsewhere_init(void)
{
	wq = alloc_workqueue("syncsock_selftest", 0, 0);
	return wq ? 0 : -ENOMEM;
}

void elsewhere_exit(void)
{
	destroy_workqueue(wq);
}

/**
 * struct later - something to do to a connection
 * @node: in &session.later until the upcall ends
 * @conn: the connection, referenced
 * @where: see elsewhere_later()
 * @act: what to do, or NULL to stop the handler
 * @timer: does it in softirq
 * @work: does it in process context
 */
struct later {
	struct llist_node	node;
	struct syncsock_conn	*conn;
	char			where;
	void			(*act)(struct syncsock_conn *conn);
	struct timer_list	timer;
	struct delayed_work	work;
};

static void post(struct syncsock_conn *conn,
		 void (*run)(struct syncsock_conn *conn,
			     struct syncsock_post *post))
{
	struct syncsock_post *post = kzalloc(sizeof(*post), GFP_ATOMIC);

	if (!post)
		return;
	post->run = run;
	if (syncsock_post(conn, post))
		kfree(post);
}

static void do_let_go(struct syncsock_conn *conn, struct syncsock_post *post)
{
	session_say(conn, "let go %zu\n", session_let_go(conn));
	kfree(post);
}

/* Kept data belongs to the session, so it is let go under its lock. */
static void let_go(struct syncsock_conn *conn)
{
	post(conn, do_let_go);
}

static void do_drain(struct syncsock_conn *conn, struct syncsock_post *post)
{
	session_say(conn, "drained %zu\n", session_drain(conn));
	syncsock_resume(conn);
	kfree(post);
}

/* Consumes what is there, and goes on receiving. */
static void drain(struct syncsock_conn *conn)
{
	post(conn, do_drain);
}

/* Not only an acknowledgment of what was said before. */
static bool has_new_bytes(struct sock *sk)
{
	const struct sk_buff *last;
	bool has;

	spin_lock_bh(&sk->sk_lock.slock);
	last = sk->sk_backlog.tail;
	has = last && after(TCP_SKB_CB(last)->end_seq, tcp_sk(sk)->rcv_nxt);
	spin_unlock_bh(&sk->sk_lock.slock);
	return has;
}

/*
 * As who destroys sockets from user space, but until bytes have come, which
 * TCP then looks at in release_sock().
 */
static void own(struct syncsock_conn *conn)
{
	struct sock *sk = conn->sk;
	unsigned long end = jiffies + 10 * HZ;

	lock_sock(sk);
	while (!has_new_bytes(sk) && time_before(jiffies, end))
		schedule_timeout_uninterruptible(1);
	release_sock(sk);
}

/**
 * struct action - what can be done to a connection
 * @name: what it is called in a command
 * @act: does it, or NULL to stop the handler
 * @sleeps: it does, so that it takes process context
 */
static const struct action {
	const char	*name;
	void		(*act)(struct syncsock_conn *conn);
	bool		sleeps;
} actions[] = {
	{ "shutdown", syncsock_shutdown },
	{ "close", syncsock_close },
	{ "abort", syncsock_abort },
	{ "pause", syncsock_pause },
	{ "resume", syncsock_resume },
	{ "let_go", let_go },
	{ "drain", drain },
	{ "own", own, true },
	{ "stop", NULL, true },
};

/* The handler is stopped without a reference, as it has to be. */
static void act(struct later *later)
{
	if (later->act)
		later->act(later->conn);
	syncsock_conn_put(later->conn);
	if (!later->act)
		syncsock_stop(&commands_handler);
	kfree(later);
}

static void act_in_timer(struct timer_list *timer)
{
	act(container_of(timer, struct later, timer));
}

static void act_in_work(struct work_struct *work)
{
	act(container_of(to_delayed_work(work), struct later, work));
}

/*
 * A CPU that is not this one, if there is one. It does not go off while the
 * caller cannot be preempted.
 */
static int other_cpu(void)
{
	return cpumask_any_but(cpu_online_mask, smp_processor_id()) <
	       nr_cpu_ids ?
	       cpumask_any_but(cpu_online_mask, smp_processor_id()) :
	       smp_processor_id();
}

/*
 * "later WHERE WHAT": WHERE is timer, work, or other for another CPU's timer. Its
 * time begins when the upcall ends: what the client says besides comes first.
 */
int elsewhere_later(struct syncsock_conn *conn, const char *where,
		    const char *what)
{
	struct session *session = syncsock_conn_priv(conn);
	const struct action *action;
	struct later *later;

	for (action = actions; strcmp(action->name, what); action++)
		if (action == &actions[ARRAY_SIZE(actions) - 1])
			return -EINVAL;
	if (action->sleeps && strcmp(where, "work"))
		return -EINVAL;

	later = kzalloc(sizeof(*later), GFP_ATOMIC);
	if (!later)
		return -ENOMEM;
	later->conn = syncsock_conn_get(conn);
	later->where = *where;
	later->act = action->act;
	timer_setup(&later->timer, act_in_timer, TIMER_PINNED);
	INIT_DELAYED_WORK(&later->work, act_in_work);
	llist_add(&later->node, &session->later);
	return 0;
}

static void start(struct later *later)
{
	later->timer.expires = jiffies + LATER_TIME;
	preempt_disable();
	if (later->where == 't')
		add_timer(&later->timer);
	else if (later->where == 'o')
		add_timer_on(&later->timer, other_cpu());
	else
		queue_delayed_work(wq, &later->work, LATER_TIME);
	preempt_enable();
}

/* At the end of an upcall; who starts one lets go of it. */
void elsewhere_start(struct session *session)
{
	struct llist_node *all;
	struct later *later, *next;

	all = llist_reverse_order(llist_del_all(&session->later));
	llist_for_each_entry_safe(later, next, all, node)
		start(later);
}

/**
 * struct storm - posts of two producers, each on a CPU of its own
 * @conn: the connection, referenced by each producer
 * @count: how many posts each makes
 * @producer: the producers
 * @refs: producers that have not ended
 */
struct storm {
	struct syncsock_conn	*conn;
	unsigned int		count;
	refcount_t		refs;
	struct producer {
		struct storm		*storm;
		struct work_struct	work;
		unsigned int		next;
		unsigned int		wrong;
	} producer[2];
};

struct numbered_post {
	struct syncsock_post	post;
	struct producer		*producer;
	unsigned int		number;
	bool			last;
};

/* The last producer tells, or nobody if the connection has ended. */
static void end_producer(struct syncsock_conn *conn, struct producer *producer)
{
	struct storm *storm = producer->storm;
	struct producer *p = storm->producer;

	if (!refcount_dec_and_test(&storm->refs))
		return;
	if (conn)
		session_say(conn, "storm %u and %u in order, %u wrong\n",
			    p[0].next, p[1].next, p[0].wrong + p[1].wrong);
	kfree(storm);
}

static void run_numbered(struct syncsock_conn *conn,
			 struct syncsock_post *post)
{
	struct numbered_post *numbered =
		container_of(post, struct numbered_post, post);
	struct producer *producer = numbered->producer;

	if (numbered->number == producer->next)
		producer->next++;
	else
		producer->wrong++;
	if (numbered->last)
		end_producer(conn, producer);
	kfree(numbered);
}

/* Posts again what was refused: the mailbox is emptied all the time. */
static void produce(struct work_struct *work)
{
	struct producer *producer = container_of(work, struct producer, work);
	struct syncsock_conn *conn = producer->storm->conn;
	unsigned int i, count = producer->storm->count;

	for (i = 0; i < count; i++) {
		struct numbered_post *numbered =
			kzalloc(sizeof(*numbered), GFP_KERNEL | __GFP_NOFAIL);
		int err;

		numbered->post.run = run_numbered;
		numbered->producer = producer;
		numbered->number = i;
		numbered->last = i == count - 1;
		while ((err = syncsock_post(conn, &numbered->post)) ==
		       -ENOBUFS)
			schedule_timeout_uninterruptible(1);
		if (err) {
			kfree(numbered);
			end_producer(NULL, producer);
			break;
		}
	}
	syncsock_conn_put(conn);
}

/* "storm N": N posts from each of two CPUs. */
int elsewhere_storm(struct syncsock_conn *conn, unsigned int count)
{
	struct storm *storm;
	int i;

	if (!count)
		return -EINVAL;
	storm = kzalloc(sizeof(*storm), GFP_ATOMIC);
	if (!storm)
		return -ENOMEM;
	storm->conn = conn;
	storm->count = count;
	refcount_set(&storm->refs, ARRAY_SIZE(storm->producer));
	for (i = 0; i < ARRAY_SIZE(storm->producer); i++) {
		struct producer *producer = &storm->producer[i];

		producer->storm = storm;
		INIT_WORK(&producer->work, produce);
		syncsock_conn_get(conn);
		preempt_disable();
		queue_work_on(i ? other_cpu() : smp_processor_id(), wq,
			      &producer->work);
		preempt_enable();
	}
	return 0;
}

static void run_flood(struct syncsock_conn *conn, struct syncsock_post *post)
{
	session_say(conn, "x\n");
	kfree(post);
}

/* "flood N": N posts at once, from within the upcall, so none is run. */
void elsewhere_flood(struct syncsock_conn *conn, unsigned int count)
{
	unsigned int taken = 0, refused = 0;

	while (count--) {
		struct syncsock_post *post = kzalloc(sizeof(*post),
						     GFP_ATOMIC);

		if (!post)
			break;
		post->run = run_flood;
		if (!syncsock_post(conn, post)) {
			taken++;
		} else {
			kfree(post);
			refused++;
		}
	}
	session_say(conn, "flood %u taken %u refused\n", taken, refused);
}
