// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/syncsock/conns: a line for each connection.
 *
 * It is read a page at a time, while connections come and go: who is there all
 * the time is shown once. What a line says is read without the socket's lock, so
 * its numbers need not be of the same moment.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "conn.h"
#include "conns.h"
#include "fault.h"
#include "handler.h"
#include "net.h"
#include "service.h"

/**
 * struct conns_reader - where a reader is
 * @sn: the namespace
 * @service: of the connection that is next
 * @cpu: its home
 * @mark: in front of it; not among connections at the end, or when the service
 *	went away
 *
 * &ssk_net.lock is held by who uses it.
 */
struct conns_reader {
	struct ssk_net		*sn;
	struct ssk_service	*service;
	int			cpu;
	struct syncsock_conn	mark;
};

static const char *const state_names[] = {
	[SSK_CONN_CONNECTING]	= "connecting",
	[SSK_CONN_OPEN]		= "open",
	[SSK_CONN_CLOSING]	= "closing",
	[SSK_CONN_ABORTING]	= "aborting",
	[SSK_CONN_DEAD]		= "dead",
};

static const char *const context_names[] = {
	[SSK_CONTEXT_SOFTIRQ]	= "softirq",
	[SSK_CONTEXT_SLOW]	= "slow",
	[SSK_CONTEXT_WORKER]	= "worker",
};

static const char *const again_names[] = {
	[SSK_RX_AGAIN_NOT]	= "peer",
	[SSK_RX_AGAIN_TURN]	= "turn",
	[SSK_RX_AGAIN_MEMORY]	= "memory",
};

/* What its direction waits for: the peer, or what else. */
static const char *waits_for(const struct syncsock_conn *conn)
{
	/* Its upcalls change this as they like; either answer is true. */
	if (data_race(conn->tx.blocked))
		return "room";
	if (ssk_conn_is_paused(conn))
		return "resume";
	if (READ_ONCE(conn->context) != SSK_CONTEXT_SOFTIRQ &&
	    test_bit(SSK_ASKED_RUN, &conn->asked))
		return "worker";
	/* As above. */
	return again_names[data_race(conn->rx.again)];
}

static void show_ends(struct seq_file *seq, const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	u16 port = ntohs(READ_ONCE(inet->inet_sport));
	u16 dport = ntohs(READ_ONCE(inet->inet_dport));

#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		seq_printf(seq, "[%pI6c]:%u [%pI6c]:%u", &sk->sk_v6_rcv_saddr,
			   port, &sk->sk_v6_daddr, dport);
		return;
	}
#endif
	seq_printf(seq, "%pI4:%u %pI4:%u", &inet->inet_rcv_saddr, port,
		   &inet->inet_daddr, dport);
}

/*
 * In milliseconds. What has happened after the clock was looked at is no time
 * of half a year ago.
 */
static u64 since(u32 time)
{
	u32 jiffies_since = tcp_jiffies32 - time;

	if (jiffies_since > U32_MAX - HZ)
		return 0;
	return jiffies64_to_msecs(jiffies_since);
}

/* When TCP has received or sent last. A socket that connects has done neither. */
static u32 last_active(const struct syncsock_conn *conn, const struct sock *sk)
{
	u32 received = READ_ONCE(inet_csk(sk)->icsk_ack.lrcvtime);
	u32 sent = READ_ONCE(tcp_sk(sk)->lsndtime);

	if (READ_ONCE(conn->state) == SSK_CONN_CONNECTING)
		return conn->began_at;
	return after(sent, received) ? sent : received;
}

static void show_socket(struct seq_file *seq, const struct syncsock_conn *conn,
			const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	show_ends(seq, sk);
	seq_printf(seq, " %d %d %u %d %llu",
		   max_t(int, READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq), 0),
		   max_t(int, READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una), 0),
		   READ_ONCE(conn->tx.bytes),
		   atomic_read(&sk->sk_rmem_alloc) + READ_ONCE(sk->sk_wmem_queued),
		   since(last_active(conn, sk)));
}

static void show_conn(struct seq_file *seq, const struct syncsock_conn *conn)
{
	const struct sock *sk = smp_load_acquire(&conn->sk); /* as in stop() */

	seq_printf(seq, "%s ", conn->service->handler->ops->name);
	if (sk)
		show_socket(seq, conn, sk);
	else
		seq_puts(seq, "- - 0 0 0 0 0");
	seq_printf(seq, " %llu %d %u %s %s %s\n", since(conn->began_at),
		   conn->cpu, READ_ONCE(conn->migrations),
		   state_names[READ_ONCE(conn->state)],
		   context_names[READ_ONCE(conn->context)], waits_for(conn));
}

static struct ssk_conns *conns_of(const struct conns_reader *reader)
{
	return per_cpu_ptr(reader->service->conns, reader->cpu);
}

static bool is_marked(const struct conns_reader *reader)
{
	return !list_empty(&reader->mark.node);
}

/* Go on to the next CPU of the service, or of the next one. */
static void go_on(struct conns_reader *reader)
{
	ssk_conns_end(conns_of(reader), &reader->mark);
	reader->cpu = cpumask_next(reader->cpu, cpu_possible_mask);
	if (reader->cpu >= nr_cpu_ids) {
		if (list_is_last(&reader->service->node, &reader->sn->services))
			return;
		reader->service = list_next_entry(reader->service, node);
		reader->cpu = cpumask_first(cpu_possible_mask);
	}
	ssk_conns_begin(conns_of(reader), &reader->mark);
}

/* The connection behind the mark, or behind where that goes. */
static struct syncsock_conn *get_conn(struct conns_reader *reader)
{
	struct syncsock_conn *conn = NULL;

	while (is_marked(reader)) {
		conn = ssk_conns_get(conns_of(reader), &reader->mark);
		if (conn)
			break;
		go_on(reader);
	}
	return conn;
}

static void begin(struct conns_reader *reader)
{
	if (is_marked(reader))
		ssk_conns_end(conns_of(reader), &reader->mark);
	if (list_empty(&reader->sn->services))
		return;
	reader->service = list_first_entry(&reader->sn->services,
					   struct ssk_service, node);
	reader->cpu = cpumask_first(cpu_possible_mask);
	ssk_conns_begin(conns_of(reader), &reader->mark);
}

static void *conns_start(struct seq_file *seq, loff_t *pos)
{
	struct conns_reader *reader = seq->private;

	mutex_lock(&reader->sn->lock);
	if (!*pos) {
		begin(reader);
		return SEQ_START_TOKEN;
	}
	return get_conn(reader);
}

static void *conns_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct conns_reader *reader = seq->private;

	++*pos;
	if (v != SEQ_START_TOKEN) {
		ssk_conns_advance(conns_of(reader), &reader->mark, v);
		syncsock_conn_put(v);
		cond_resched();
	}
	return get_conn(reader);
}

static void conns_stop(struct seq_file *seq, void *v)
{
	struct conns_reader *reader = seq->private;

	if (v && v != SEQ_START_TOKEN)
		syncsock_conn_put(v);
	mutex_unlock(&reader->sn->lock);
}

static int conns_show(struct seq_file *seq, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(seq, "handler local remote unread unacked unsent memory idle_ms age_ms cpu migrations state context waits_for\n");
	else
		show_conn(seq, v);
	return 0;
}

static const struct seq_operations conns_ops = {
	.start	= conns_start,
	.next	= conns_next,
	.stop	= conns_stop,
	.show	= conns_show,
};

/* The file is gone before the namespace is, so it needs no reference to that. */
static int conns_open(struct inode *inode, struct file *file)
{
	struct conns_reader *reader;

	reader = ssk_fault() ? NULL :
		__seq_open_private(file, &conns_ops, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->sn = ssk_net(pde_data(inode));
	INIT_LIST_HEAD(&reader->mark.node);
	return 0;
}

static int conns_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct conns_reader *reader = seq->private;

	mutex_lock(&reader->sn->lock);
	if (is_marked(reader))
		ssk_conns_end(conns_of(reader), &reader->mark);
	mutex_unlock(&reader->sn->lock);
	return seq_release_private(inode, file);
}

static const struct proc_ops conns_proc_ops = {
	.proc_open	= conns_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_release	= conns_release,
};

/**
 * ssk_proc_conns_init() - add the file to /proc/net/syncsock
 * @dir: that directory
 * @net: its network namespace
 *
 * Context: Process context. May sleep.
 * Return: whether there was memory for it.
 */
bool ssk_proc_conns_init(struct proc_dir_entry *dir, struct net *net)
{
	return !ssk_fault() &&
	       proc_create_data("conns", 0444, dir, &conns_proc_ops, net);
}
