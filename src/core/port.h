/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source ports that have the peer's segments arrive at home.
 */
#ifndef SSK_PORT_H
#define SSK_PORT_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/types.h>
#include <net/flow_dissector.h>

struct ssk_address;
struct syncsock_conn;

/**
 * struct ssk_port_flow - what the peer will send, but for the port it goes to
 * @saddr: our address
 * @daddr: the peer's
 * @dport: its port
 */
struct ssk_port_flow {
	__be32	saddr;
	__be32	daddr;
	__be16	dport;
};

/**
 * ssk_port_hash() - the hash of what is received at a port of ours
 * @flow: from whom
 * @port: the port
 *
 * The one that skb_get_hash() computes. It is the same for both directions.
 *
 * Context: Any.
 * Return: the hash.
 */
static inline u32 ssk_port_hash(const struct ssk_port_flow *flow, u16 port)
{
	struct flow_keys keys;

	memset(&keys, 0, sizeof(keys));
	keys.control.addr_type = FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	keys.basic.n_proto = htons(ETH_P_IP);
	keys.basic.ip_proto = IPPROTO_TCP;
	keys.addrs.v4addrs.src = flow->daddr;
	keys.addrs.v4addrs.dst = flow->saddr;
	keys.ports.src = flow->dport;
	keys.ports.dst = htons(port);
	return flow_hash_from_keys(&keys);
}

int ssk_port_connect(struct syncsock_conn *conn, struct ssk_address *peer);

#endif /* SSK_PORT_H */
