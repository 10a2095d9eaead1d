// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the devices of listening addresses: with devices of their own,
 * whose names are what people could choose.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "table.h"
#include "../src/core/address.h"

struct fixture {
	struct ssk_address	list[SSK_ADDRESS_LIST_MAX];
	struct net_device	*dev;
};

static int parse(struct fixture *fixture, const char *text)
{
	const char *error;

	return ssk_address_list_parse(&init_net, text, fixture->list, &error);
}

/* The device of one address, or the test ends. */
static int parse_one(struct kunit *test, const char *text,
		     struct ssk_address *address)
{
	struct fixture *fixture = test->priv;

	KUNIT_ASSERT_EQ_MSG(test, 1, parse(fixture, text), "%s", text);
	*address = fixture->list[0];
	return address->device;
}

static netdev_tx_t no_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops device_ops = {
	.ndo_start_xmit	= no_xmit,
};

static void remove_device(struct fixture *fixture)
{
	if (fixture->dev) {
		unregister_netdev(fixture->dev);
		free_netdev(fixture->dev);
		fixture->dev = NULL;
	}
}

/* Add a device that is never up, in place of the one before; its number. */
static int add_device(struct kunit *test, const char *name)
{
	struct fixture *fixture = test->priv;
	struct net_device *dev;

	remove_device(fixture);
	dev = alloc_netdev(0, name, NET_NAME_USER, ether_setup);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->netdev_ops = &device_ops;
	eth_hw_addr_random(dev);
	if (register_netdev(dev)) {
		free_netdev(dev);
		KUNIT_FAIL(test, "no device %s", name);
		return 0;
	}
	fixture->dev = dev;
	return dev->ifindex;
}

struct device_param {
	const char	*desc;
	const char	*name;
	bool		by_number;
};

static const struct device_param device_params[] = {
	{ "plain", "ssk0" },
	{ "longest", "ssk456789012345" },
	{ "brackets", "[a]" },
	{ "capitals", "SSK0" },
	{ "dots", "1.2.3.4" },
	{ "begins with a digit", "1a" },
	{ "a large number", "4294967296" },
	{ "comma", "a,b", .by_number = true },
	{ "comma only", ",", .by_number = true },
};

SSK_KUNIT_TABLE(device);

/* By its name if that can be read back; by its number, before and after. */
static void device(struct kunit *test)
{
	const struct device_param *param = test->param_value;
	struct fixture *fixture = test->priv;
	char text[SSK_ADDRESS_TEXT_SIZE];
	char printed[SSK_ADDRESS_TEXT_SIZE];
	struct ssk_address address;
	char by_number[32];
	int number;

	number = add_device(test, param->name);
	KUNIT_ASSERT_NE(test, number, 0);
	snprintf(by_number, sizeof(by_number), "[fe80::1%%%d]:80", number);
	snprintf(text, sizeof(text), "[fe80::1%%%s]:80", param->name);

	if (!param->by_number)
		KUNIT_EXPECT_EQ(test, parse_one(test, text, &address), number);
	KUNIT_EXPECT_EQ(test, parse_one(test, by_number, &address), number);
	KUNIT_EXPECT_TRUE(test, ssk_address_device_exists(&init_net, &address));
	KUNIT_EXPECT_STREQ(test, param->by_number ? by_number : text,
			   ssk_address_print(&init_net, &address, printed));

	remove_device(fixture);
	KUNIT_EXPECT_FALSE(test,
			   ssk_address_device_exists(&init_net, &address));
	KUNIT_EXPECT_STREQ(test, by_number,
			   ssk_address_print(&init_net, &address, printed));
	KUNIT_EXPECT_EQ(test, parse_one(test, by_number, &address), number);
	KUNIT_EXPECT_EQ(test, -EINVAL, parse(fixture, text));
}

/* A name goes before a number. */
static void device_called_by_a_number(struct kunit *test)
{
	int number = add_device(test, "1");
	struct ssk_address address;

	KUNIT_EXPECT_NE(test, number, 1);
	KUNIT_EXPECT_EQ(test, number,
			parse_one(test, "0.0.0.0%1:80", &address));
	KUNIT_EXPECT_EQ(test, 1, parse_one(test, "0.0.0.0%01:80", &address));
}

static void existence(struct kunit *test)
{
	struct ssk_address address;

	parse_one(test, "0.0.0.0:80", &address);
	KUNIT_EXPECT_TRUE(test, ssk_address_device_exists(&init_net, &address));
	parse_one(test, "0.0.0.0%lo:80", &address);
	KUNIT_EXPECT_TRUE(test, ssk_address_device_exists(&init_net, &address));
	parse_one(test, "0.0.0.0%2147483647:80", &address);
	KUNIT_EXPECT_FALSE(test, ssk_address_device_exists(&init_net, &address));
}

static int device_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct fixture), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void device_test_exit(struct kunit *test)
{
	if (test->priv)
		remove_device(test->priv);
}

static struct kunit_case device_test_cases[] = {
	KUNIT_CASE_PARAM(device, device_gen_params),
	KUNIT_CASE(device_called_by_a_number),
	KUNIT_CASE(existence),
	{}
};

static struct kunit_suite device_test_suite = {
	.name		= "syncsock_device",
	.init		= device_test_init,
	.exit		= device_test_exit,
	.test_cases	= device_test_cases,
};

kunit_test_suite(device_test_suite);
