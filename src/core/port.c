// SPDX-License-Identifier: GPL-2.0
/*
 * Source ports that have the peer's segments arrive at home.
 *
 * Receive packet steering gives a packet to a CPU by a hash of its addresses
 * and ports. One of these ports is ours: TCP is told to try some that make
 * the hash the home's, before it may take any. To TCP they are ports like
 * others. It shares them between peers, and leaves out those that are
 * reserved, bound or used up; bind() would keep them from everybody.
 *
 * Not every hash is known before the packet is there:
 * - A device that comes with one has a key, and a table, of its own.
 * - What a socket of this host sends has a random one, which it keeps over
 *   loopback and between namespaces.
 * - IPv6 has a flow label, and senders set it: then it stands in for the
 *   ports, and it is the peer's.
 * - Without receive packet steering, the device decides, and whoever has the
 *   interrupts of its queues.
 * Then it is left to TCP; &SSK_STAT_connected_away tells what becomes of it.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/tcp.h>

#include "../compat.h"
#include "address.h"
#include "conn.h"
#include "home.h"
#include "port.h"

/* How many ports TCP is to try: any may be in use. */
#define PORTS		8

/*
 * How many are looked at for each of them, for each CPU that it could be: one
 * in e^16 searches finds none.
 */
#define CANDIDATES	16

/**
 * struct search - for ports
 * @route: to the peer. Packets are expected to come back the same way
 * @flow: what is hashed
 * @low: the first port there is
 * @high: the last one
 * @home: the CPU that is to receive
 */
struct search {
	struct rtable		*route;
	struct ssk_port_flow	flow;
	int			low;
	int			high;
	u16			home;
};

/*
 * Whether what a device receives is hashed by this kernel, for the first
 * time. One whose packets come from another device of this host has that
 * one's index for its link.
 */
static bool is_hashed_here(const struct net_device *dev)
{
	return !(dev->features & NETIF_F_RXHASH) &&
	       !(dev->flags & IFF_LOOPBACK) &&
	       dev_get_iflink(dev) == dev->ifindex;
}

/* The CPUs for whatever a device receives, if all queues have the same. */
static const struct rps_map *common_map(const struct net_device *dev)
{
	const struct rps_map *map = ssk_compat_rps_map(dev, 0);
	unsigned int queues = READ_ONCE(dev->real_num_rx_queues);
	unsigned int i;

	for (i = 1; map && i < queues; i++) {
		const struct rps_map *other = ssk_compat_rps_map(dev, i);

		if (!other || other->len != map->len ||
		    memcmp(other->cpus, map->cpus,
			   map->len * sizeof(*map->cpus)))
			return NULL;
	}
	return map;
}

static bool map_has(const struct rps_map *map, u16 cpu)
{
	unsigned int i;

	for (i = 0; i < map->len; i++)
		if (map->cpus[i] == cpu)
			return true;
	return false;
}

/* A port at random, as get_rps_cpu() will see it. Return 0 if none is found. */
static u16 pick_port(const struct search *search, const struct rps_map *map)
{
	u32 ports = search->high - search->low + 1;
	unsigned int i;

	for (i = 0; i < CANDIDATES * map->len; i++) {
		u16 port = search->low +
			   reciprocal_scale(get_random_u32(), ports);
		u32 hash = ssk_port_hash(&search->flow, port);

		if (map->cpus[reciprocal_scale(hash, map->len)] ==
		    search->home)
			return port;
	}
	return 0;
}

/* Return 0 if there is none, or if it cannot be known. */
static u16 find_port(const struct search *search)
{
	const struct net_device *dev;
	const struct rps_map *map;
	u16 port = 0;

	rcu_read_lock();
	dev = READ_ONCE(search->route->dst.dev);
	map = common_map(dev);
	if (map && is_hashed_here(dev) && map_has(map, search->home))
		port = pick_port(search, map);
	rcu_read_unlock();
	return port;
}

/* Return false if it is left to TCP. */
static bool begin_search(struct search *search,
			 const struct syncsock_conn *conn,
			 const struct ssk_address *peer)
{
	struct sock *sk = conn->sk;
	struct net *net = sock_net(sk);
	struct flowi4 fl4;

	if (!ssk_compat_rps_is_on() || peer->any.sa_family != AF_INET ||
	    inet_sk(sk)->inet_num ||
	    READ_ONCE(conn->service->limits.steer) == SSK_STEER_NOT)
		return false;
	search->route = ip_route_output_ports(net, &fl4, sk,
					      peer->v4.sin_addr.s_addr,
					      inet_sk(sk)->inet_saddr,
					      peer->v4.sin_port, 0,
					      IPPROTO_TCP, 0,
					      sk->sk_bound_dev_if);
	if (IS_ERR(search->route))
		return false;
	search->flow.saddr = fl4.saddr;
	search->flow.daddr = fl4.daddr;
	search->flow.dport = peer->v4.sin_port;
	search->home = conn->cpu;
	inet_get_local_port_range(net, &search->low, &search->high);
	return true;
}

static int connect_to(struct sock *sk, struct ssk_address *peer)
{
	return sk->sk_prot->connect(sk, &peer->any, ssk_address_size(peer));
}

/* Return -EADDRNOTAVAIL if another port has to be taken. */
static int connect_from_ports(struct syncsock_conn *conn,
			      struct ssk_address *peer)
{
	struct search search;
	int err = -EADDRNOTAVAIL;
	int i;

	if (!begin_search(&search, conn, peer))
		return err;
	for (i = 0; i < PORTS && err == -EADDRNOTAVAIL; i++) {
		u16 port = find_port(&search);

		if (!port)
			break;
		ssk_compat_set_source_port(conn->sk, port);
		err = connect_to(conn->sk, peer);
	}
	ssk_compat_set_source_port(conn->sk, 0);
	ip_rt_put(search.route);
	if (!err)
		ssk_stat_inc(conn->service->stats, SSK_STAT_connects_steered);
	return err;
}

/**
 * ssk_port_connect() - connect, if possible from a port that is good for it
 * @conn: the connection, which has got its socket
 * @peer: where to
 *
 * Context: Process context, the socket is locked. Sleeps.
 * Return: 0 or an error of connect().
 */
int ssk_port_connect(struct syncsock_conn *conn, struct ssk_address *peer)
{
	int err = connect_from_ports(conn, peer);

	return err == -EADDRNOTAVAIL ? connect_to(conn->sk, peer) : err;
}
