/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differences between the supported kernels, and the only file that
 * tests for a kernel's version or features. Features are tested before
 * version numbers, because distributions backport.
 */
#ifndef SSK_COMPAT_H
#define SSK_COMPAT_H

#include <linux/build_bug.h>
#include <linux/bvec.h>
#include <linux/netdevice.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/uio.h>
#include <linux/version.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <trace/events/skb.h>

/*
 * Linux 6.9 gave receive packet steering a header of its own, and its table
 * of flows another place.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#include <net/hotdata.h>
#include <net/rps.h>
#define SSK_COMPAT_FLOW_TABLE net_hotdata.rps_sock_flow_table
#else
#define SSK_COMPAT_FLOW_TABLE rps_sock_flow_table
#endif

/* Linux 6.6 did so with the queues of a device. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/netdev_rx_queue.h>
#endif

/*
 * Linux 6.11 made the table of a proc_handler const (commit 78eb4ea25cd5).
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define SSK_COMPAT_CTL_TABLE const struct ctl_table
#else
#define SSK_COMPAT_CTL_TABLE struct ctl_table
#endif

/*
 * Since Linux 6.6 a table is registered by its size. Before, it ends at an
 * empty entry, which callers provide behind @entries for both.
 */
static inline struct ctl_table_header *
ssk_compat_register_net_sysctl(struct net *net, const char *path,
			       struct ctl_table *table, size_t entries)
{
#ifdef register_net_sysctl
	return register_net_sysctl_sz(net, path, table, entries);
#else
	return register_net_sysctl(net, path, table);
#endif
}

/*
 * Send a pure acknowledgment, which tells the peer the window. Debian's 6.12
 * has a later kernel's third parameter, for flags of the header.
 *
 * Context: the socket is locked.
 */
static inline void
ssk_compat_send_ack_2(void (*send)(struct sock *sk, u32 rcv_nxt),
		      struct sock *sk)
{
	send(sk, tcp_sk(sk)->rcv_nxt);
}

static inline void
ssk_compat_send_ack_3(void (*send)(struct sock *sk, u32 rcv_nxt, u16 flags),
		      struct sock *sk)
{
	send(sk, tcp_sk(sk)->rcv_nxt, 0);
}

static inline void ssk_compat_send_ack(struct sock *sk)
{
	__builtin_choose_expr(__same_type(__tcp_send_ack,
					  void (struct sock *, u32)),
			      ssk_compat_send_ack_2,
			      ssk_compat_send_ack_3)(__tcp_send_ack, sk);
}

/*
 * Tell the tracepoint kfree_skb, and with it dropwatch, that a packet is
 * dropped. Linux 6.11 added the socket (commit c53795d48ee8).
 */
static inline void
ssk_compat_trace_drop_3(void (*trace)(struct sk_buff *skb, void *location,
				      enum skb_drop_reason reason),
			struct sk_buff *skb, struct sock *sk)
{
	trace(skb, __builtin_return_address(0), SKB_DROP_REASON_TCP_CLOSE);
}

static inline void
ssk_compat_trace_drop_4(void (*trace)(struct sk_buff *skb, void *location,
				      enum skb_drop_reason reason,
				      struct sock *sk),
			struct sk_buff *skb, struct sock *sk)
{
	trace(skb, __builtin_return_address(0), SKB_DROP_REASON_TCP_CLOSE, sk);
}

static inline void ssk_compat_trace_drop(struct sk_buff *skb, struct sock *sk)
{
	__builtin_choose_expr(__same_type(trace_kfree_skb,
					  void (struct sk_buff *, void *,
						enum skb_drop_reason)),
			      ssk_compat_trace_drop_3,
			      ssk_compat_trace_drop_4)(trace_kfree_skb, skb, sk);
}

/*
 * Tell receive flow steering on which CPU the segments of a connection are to
 * be processed. sock_rps_record_flow(), which recvmsg() calls, can only name
 * the CPU it runs on.
 *
 * Context: the socket is locked.
 */
static inline void ssk_compat_record_flow(const struct sock *sk, u32 cpu)
{
#ifdef CONFIG_RPS
	u32 cpu_bits = roundup_pow_of_two(nr_cpu_ids) - 1;
	u32 hash = READ_ONCE(sk->sk_rxhash);
	struct rps_sock_flow_table *table;

	if (!static_branch_unlikely(&rfs_needed) || !hash)
		return;
	rcu_read_lock();
	table = rcu_dereference(SSK_COMPAT_FLOW_TABLE);
	if (table) {
		u32 *entry = &table->ents[hash & table->mask];
		u32 value = (hash & ~cpu_bits) | cpu;

		if (READ_ONCE(*entry) != value)
			WRITE_ONCE(*entry, value);
	}
	rcu_read_unlock();
#endif
}

/*
 * Whether receive packet steering is turned on for any device, and the CPUs
 * to which it gives what came by one queue of a device.
 *
 * Context: for the latter, RCU.
 */
#ifdef CONFIG_RPS
static inline bool ssk_compat_rps_is_on(void)
{
	return static_branch_unlikely(&rps_needed);
}

static inline const struct rps_map *
ssk_compat_rps_map(const struct net_device *dev, unsigned int queue)
{
	return rcu_dereference(dev->_rx[queue].rps_map);
}
#else
struct rps_map {
	unsigned int	len;
	u16		cpus[];
};

static inline bool ssk_compat_rps_is_on(void)
{
	return false;
}

static inline const struct rps_map *
ssk_compat_rps_map(const struct net_device *dev, unsigned int queue)
{
	return NULL;
}
#endif

/*
 * Let connect() choose the source port from those that are @port, or, if that
 * is 0, from all, as setsockopt(IP_LOCAL_PORT_RANGE) would, which wants an
 * unlocked socket. It is a structure in Linux 6.1 and a number in 6.12; both
 * have the first and the last port, which are the same here.
 *
 * Context: the socket is locked.
 */
static inline void ssk_compat_set_source_port(struct sock *sk, u16 port)
{
	const u16 range[] = { port, port };

	BUILD_BUG_ON(sizeof(inet_sk(sk)->local_port_range) != sizeof(range));
	memcpy(&inet_sk(sk)->local_port_range, range, sizeof(range));
}

/*
 * Give TCP references to the first @len bytes of @vec, without copying where
 * the route allows it. @flags contains MSG_MORE if more is to follow at once.
 *
 * Linux 6.5 replaced ->sendpage() by MSG_SPLICE_PAGES (commit 270a1c3de47e),
 * and dropped MSG_SENDPAGE_NOTLAST. Debian's 6.1 defines the new flag too, but
 * its TCP knows nothing of it and copies.
 *
 * GCC would not put so large a struct msghdr into its only caller by itself.
 *
 * Context: the socket is locked, by its owner or by its spinlock.
 * Return: the bytes taken, or a negative errno if there were none.
 */
static __always_inline int ssk_compat_send_vec(struct sock *sk,
					       const struct bio_vec *vec,
					       unsigned int nr, size_t len,
					       int flags)
{
#ifndef MSG_SENDPAGE_NOTLAST
	struct msghdr msg = { .msg_flags = flags | MSG_SPLICE_PAGES };

	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, vec, nr, len);
	return tcp_sendmsg_locked(sk, &msg, len);
#else
	int sent = 0;

	/*
	 * Without scatter-gather, ->sendpage() wants a struct socket with
	 * operations, which ours has not: let TCP copy.
	 */
	if (!(sk->sk_route_caps & NETIF_F_SG)) {
		struct msghdr msg = { .msg_flags = flags };

		iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, vec, nr, len);
		return tcp_sendmsg_locked(sk, &msg, len);
	}

	while (len) {
		size_t part = min_t(size_t, vec->bv_len, len);
		int part_flags = flags;
		int ret;

		if (part < len)
			part_flags |= MSG_MORE | MSG_SENDPAGE_NOTLAST;
		ret = tcp_sendpage_locked(sk, vec->bv_page, vec->bv_offset,
					  part, part_flags);
		if (ret < 0)
			return sent ?: ret;
		sent += ret;
		if (ret < part)
			break;
		len -= part;
		vec++;
	}
	return sent;
#endif
}

/* Packets that a CPU's backlog had no room for: an atomic_t since Linux 6.8. */
static inline unsigned int ssk_compat_softnet_dropped(int cpu)
{
	const struct softnet_data *sd = per_cpu_ptr(&softnet_data, cpu);

	BUILD_BUG_ON(sizeof(sd->dropped) != sizeof(unsigned int));
	return READ_ONCE(*(const unsigned int *)&sd->dropped);
}

#endif /* SSK_COMPAT_H */
