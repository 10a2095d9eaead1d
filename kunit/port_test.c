// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of knowing the hash of a packet before it is there.
 */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>

#include "table.h"
#include "../src/core/port.h"

struct port_param {
	const char	*desc;
	u32		saddr;
	u32		daddr;
	u16		port;
	u16		dport;
};

static const struct port_param port_params[] = {
	{ "addresses and ports up", 0xc0000201, 0xc0000202, 80, 40000 },
	{ "addresses down", 0xc0000202, 0xc0000201, 80, 40000 },
	{ "ports down", 0xc0000201, 0xc0000202, 40000, 80 },
	{ "both down", 0xc0000202, 0xc0000201, 40000, 80 },
	{ "other byte orders", 0x010000ff, 0xff000001, 0x0102, 0x0201 },
	{ "equal addresses", 0x0a000001, 0x0a000001, 33333, 7 },
	{ "equal ports", 0x0a000001, 0x0a000002, 7, 7 },
	{ "the last port", 0x0a000001, 0x0a000002, 65535, 443 },
};

SSK_KUNIT_TABLE(port);

static struct ssk_port_flow flow_of(const struct port_param *param)
{
	return (struct ssk_port_flow) {
		.saddr = htonl(param->saddr),
		.daddr = htonl(param->daddr),
		.dport = htons(param->dport),
	};
}

/* What comes from the peer, as a device without hashes hands it over. */
static struct sk_buff *segment(const struct port_param *param)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct tcphdr *th;
	struct iphdr *iph;

	if (!skb)
		return NULL;
	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 4;
	iph->ihl = 5;
	iph->ttl = 64;
	iph->protocol = IPPROTO_TCP;
	iph->tot_len = htons(sizeof(*iph) + sizeof(*th) + 1);
	iph->saddr = htonl(param->daddr);
	iph->daddr = htonl(param->saddr);
	th = skb_put_zero(skb, sizeof(*th));
	th->source = htons(param->dport);
	th->dest = htons(param->port);
	th->doff = 5;
	th->ack = 1;
	skb_put_u8(skb, 'x');
	skb->protocol = htons(ETH_P_IP);
	return skb;
}

static void the_kernel_has_the_same(struct kunit *test)
{
	const struct port_param *param = test->param_value;
	struct ssk_port_flow flow = flow_of(param);
	struct sk_buff *skb = segment(param);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	__skb_get_hash_net(&init_net, skb);
	KUNIT_EXPECT_TRUE(test, skb->l4_hash);
	KUNIT_EXPECT_EQ(test, skb->hash, ssk_port_hash(&flow, param->port));
	kfree_skb(skb);
}

static void another_port_has_another(struct kunit *test)
{
	const struct port_param *param = test->param_value;
	struct ssk_port_flow flow = flow_of(param);

	KUNIT_EXPECT_NE(test, ssk_port_hash(&flow, param->port),
			ssk_port_hash(&flow, param->port ^ 1));
}

static struct kunit_case port_test_cases[] = {
	KUNIT_CASE_PARAM(the_kernel_has_the_same, port_gen_params),
	KUNIT_CASE_PARAM(another_port_has_another, port_gen_params),
	{ }
};

static struct kunit_suite port_test_suite = {
	.name = "syncsock_port",
	.test_cases = port_test_cases,
};

kunit_test_suite(port_test_suite);
