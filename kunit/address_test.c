// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of listening addresses as text.
 */
#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "table.h"
#include "../src/core/address.c"

/* What an error is about. */
#define SYNTAX	"expected ADDRESS:PORT"
#define PORT	"the port"
#define IP	"not an IP"
#define DEVICE	"no such interface"
#define LONG	"too long"
#define MANY	"more than 64"
#define TWICE	"given twice"

#define SEVENTY	\
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

struct accepted_param {
	const char	*desc;
	const char	*text;
	int		count;
	const char	*printed;
};

static const struct accepted_param accepted_params[] = {
	{ "nothing", "", 0, "" },
	{ "white space", " \t\n", 0, "" },
	{ "commas", ",,", 0, "" },
	{ "IPv4", "192.0.2.1:80", 1, "192.0.2.1:80" },
	{ "any IPv4", "0.0.0.0:80", 1, "0.0.0.0:80" },
	{ "highest IPv4", "255.255.255.255:80", 1, "255.255.255.255:80" },
	{ "zeros before a number", "192.000.002.010:080", 1, "192.0.2.10:80" },
	{ "lowest port", "127.0.0.1:1", 1, "127.0.0.1:1" },
	{ "highest port", "127.0.0.1:65535", 1, "127.0.0.1:65535" },
	{ "IPv6", "[2001:db8::1]:80", 1, "[2001:db8::1]:80" },
	{ "any IPv6", "[::]:80", 1, "[::]:80" },
	{ "IPv6 in full", "[2001:0db8:0000:0000:0000:0000:0000:0001]:80", 1,
	  "[2001:db8::1]:80" },
	{ "capitals", "[2001:DB8::ABCD]:80", 1, "[2001:db8::abcd]:80" },
	{ "no zeros to leave out", "[1:2:3:4:5:6:7:8]:80", 1,
	  "[1:2:3:4:5:6:7:8]:80" },
	{ "the longer zeros left out", "[1:0:0:4:0:0:0:8]:80", 1,
	  "[1:0:0:4::8]:80" },
	{ "zeros left out at the end", "[1:2:3:4:5:6:0:0]:80", 1,
	  "[1:2:3:4:5:6::]:80" },
	{ "mapped IPv4", "[::ffff:192.0.2.1]:80", 1, "[::ffff:192.0.2.1]:80" },
	{ "mapped IPv4 in hexadecimal", "[::ffff:c000:201]:80", 1,
	  "[::ffff:192.0.2.1]:80" },
	{ "link-local without a device", "[fe80::1]:80", 1, "[fe80::1]:80" },
	{ "IPv4 and a device", "127.0.0.1%lo:80", 1, "127.0.0.1%lo:80" },
	{ "any IPv4 and a device", "0.0.0.0%lo:80", 1, "0.0.0.0%lo:80" },
	{ "IPv6 and a device", "[::1%lo]:80", 1, "[::1%lo]:80" },
	{ "any IPv6 and a device", "[::%lo]:80", 1, "[::%lo]:80" },
	{ "link-local and a device", "[fe80::1%lo]:80", 1, "[fe80::1%lo]:80" },
	{ "number of a device", "127.0.0.1%1:80", 1, "127.0.0.1%lo:80" },
	{ "zeros before the number", "[fe80::1%001]:80", 1, "[fe80::1%lo]:80" },
	{ "number of no device", "0.0.0.0%1234567:80", 1, "0.0.0.0%1234567:80" },
	{ "longest",
	  "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255%2147483647]:65535", 1,
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%2147483647]:65535" },
	{ "two", "127.0.0.1:80 [::1]:80", 2, "127.0.0.1:80 [::1]:80" },
	{ "two with a comma", "127.0.0.1:80,[::1]:80", 2,
	  "127.0.0.1:80 [::1]:80" },
	{ "two lines", "127.0.0.1:80\n[::1]:80\n", 2, "127.0.0.1:80 [::1]:80" },
	{ "separators all over", ",\t 127.0.0.1:80 ,\n, [::1]:80,, ", 2,
	  "127.0.0.1:80 [::1]:80" },
	{ "order is kept", "[::]:3 0.0.0.0:2 [::]:1", 3,
	  "[::]:3 0.0.0.0:2 [::]:1" },
	{ "different ports", "127.0.0.1:80 127.0.0.1:81", 2,
	  "127.0.0.1:80 127.0.0.1:81" },
	{ "different families", "0.0.0.0:80 [::]:80 [::ffff:0.0.0.0]:80", 3,
	  "0.0.0.0:80 [::]:80 [::ffff:0.0.0.0]:80" },
	{ "with and without a device", "127.0.0.1:80 127.0.0.1%lo:80", 2,
	  "127.0.0.1:80 127.0.0.1%lo:80" },
	{ "different devices", "[::1%lo]:80 [::1%2147483647]:80", 2,
	  "[::1%lo]:80 [::1%2147483647]:80" },
};

struct refused_param {
	const char	*desc;
	const char	*text;
	const char	*error;
};

static const struct refused_param refused_params[] = {
	{ "a word", "word", SYNTAX },
	{ "IPv4 without port", "127.0.0.1", SYNTAX },
	{ "IPv6 without port", "[::1]", SYNTAX },
	{ "port alone", "80", SYNTAX },
	{ "port and colon", ":80", SYNTAX },
	{ "colon", ":", SYNTAX },
	{ "bracket", "[", SYNTAX },
	{ "bracket and port", "[:80", SYNTAX },
	{ "bracket not closed", "[::1:80", SYNTAX },
	{ "no colon behind the bracket", "[::1]80", SYNTAX },
	{ "something behind the bracket", "[::1]a:80", SYNTAX },
	{ "separator in brackets", "[::1 ]:80", SYNTAX },
	{ "separator before the port", "127.0.0.1: 80", PORT },
	{ "separator before the colon", "127.0.0.1 :80", SYNTAX },
	{ "device behind the bracket", "[fe80::1]%lo:80", SYNTAX },
	{ "the second is bad", "127.0.0.1:80 word", SYNTAX },
	{ "semicolon", "127.0.0.1:80;127.0.0.1:81", IP },
	{ "other white space", "127.0.0.1:80\r", PORT },
	{ "no port", "127.0.0.1:", PORT },
	{ "no port behind the bracket", "[::1]:", PORT },
	{ "port 0", "127.0.0.1:0", PORT },
	{ "port 00", "127.0.0.1:00", PORT },
	{ "port 65536", "127.0.0.1:65536", PORT },
	{ "port 65616", "127.0.0.1:65616", PORT },
	{ "port of 2^64 and more", "127.0.0.1:18446744073709551696", PORT },
	{ "port with a sign", "127.0.0.1:+80", PORT },
	{ "negative port", "127.0.0.1:-80", PORT },
	{ "hexadecimal port", "127.0.0.1:0x50", PORT },
	{ "letters in the port", "127.0.0.1:80a", PORT },
	{ "name of a port", "127.0.0.1:http", PORT },
	{ "device behind the port", "127.0.0.1:80%lo", PORT },
	{ "name", "localhost:80", IP },
	{ "asterisk", "*:80", IP },
	{ "empty brackets", "[]:80", IP },
	{ "closing bracket only", "]:80", IP },
	{ "three numbers", "127.0.1:80", IP },
	{ "five numbers", "127.0.0.0.1:80", IP },
	{ "number above 255", "127.0.0.256:80", IP },
	{ "no number", "127..0.1:80", IP },
	{ "dot at the end", "127.0.0.1.:80", IP },
	{ "hexadecimal number", "127.0.0.a:80", IP },
	{ "letters behind the address", "127.0.0.1a:80", IP },
	{ "number and no address", "2130706433:80", IP },
	{ "prefix length", "127.0.0.0/8:80", IP },
	{ "two ports", "127.0.0.1:81:80", IP },
	{ "something between address and port", "127.0.0.1:a:80", IP },
	{ "two colons", "127.0.0.1::80", IP },
	{ "IPv6 without brackets", "::1:80", IP },
	{ "full IPv6 without brackets", "1:2:3:4:5:6:7:8:80", IP },
	{ "IPv4 in brackets", "[127.0.0.1]:80", IP },
	{ "two brackets", "[[::1]]:80", IP },
	{ "two closing brackets", "[::1]]:80", IP },
	{ "one colon", "[:]:80", IP },
	{ "three colons", "[:::]:80", IP },
	{ "zeros left out twice", "[1::2::3]:80", IP },
	{ "nothing to leave out", "[1:2:3:4::5:6:7:8]:80", IP },
	{ "seven groups", "[1:2:3:4:5:6:7]:80", IP },
	{ "nine groups", "[1:2:3:4:5:6:7:8:9]:80", IP },
	{ "five digits", "[12345::]:80", IP },
	{ "not hexadecimal", "[::g]:80", IP },
	{ "colon at the end", "[1:2:3:4:5:6:7:8:]:80", IP },
	{ "bad embedded IPv4", "[::ffff:1.2.3]:80", IP },
	{ "colon behind embedded IPv4", "[::ffff:1.2.3.4:]:80", IP },
	{ "something behind embedded IPv4", "[::ffff:1.2.3.4:zz]:80", IP },
	{ "groups behind embedded IPv4", "[::ffff:1.2.3.4:5:6]:80", IP },
	{ "device alone", "%lo:80", IP },
	{ "device alone in brackets", "[%lo]:80", IP },
	{ "no device", "127.0.0.1%:80", DEVICE },
	{ "no device in brackets", "[fe80::1%]:80", DEVICE },
	{ "unknown device", "127.0.0.1%nosuch:80", DEVICE },
	{ "capitals in the device", "127.0.0.1%LO:80", DEVICE },
	{ "more behind the device", "127.0.0.1%lo1:80", DEVICE },
	{ "two devices", "[fe80::1%lo%lo]:80", DEVICE },
	{ "device 0", "127.0.0.1%0:80", DEVICE },
	{ "device 2^31", "127.0.0.1%2147483648:80", DEVICE },
	{ "device 2^32 and 1", "127.0.0.1%4294967297:80", DEVICE },
	{ "negative device", "127.0.0.1%-1:80", DEVICE },
	{ "device with a sign", "127.0.0.1%+1:80", DEVICE },
	{ "hexadecimal device", "127.0.0.1%0x1:80", DEVICE },
	{ "letters behind the number", "127.0.0.1%1a:80", DEVICE },
	{ "the same twice", "127.0.0.1:80 127.0.0.1:80", TWICE },
	{ "the same, written otherwise", "[::1]:80 [0:0::0:1]:080", TWICE },
	{ "not in a row", "[::1]:80 127.0.0.1:80 [::1]:80", TWICE },
	{ "a device by name and number", "[::%lo]:80 [::%1]:80", TWICE },
	{ "no room for the longest", SEVENTY "xxx", SYNTAX },
	{ "too long", SEVENTY "xxxx", LONG },
	{ "much too long", SEVENTY SEVENTY SEVENTY, LONG },
	{ "too long by zeros", "127.0.0.1:80 127.0.0.1:" SEVENTY "80", LONG },
};

struct pair_param {
	const char	*desc;
	const char	*a;
	const char	*b;
	bool		equal;
	bool		overlap;
};

static const struct pair_param pair_params[] = {
	{ "same", "127.0.0.1:80", "127.0.0.1:80", true, true },
	{ "same IPv6", "[::1]:80", "[::1]:80", true, true },
	{ "other port", "127.0.0.1:80", "127.0.0.1:81" },
	{ "port in another byte order", "127.0.0.1:80", "127.0.0.1:20480" },
	{ "other port of IPv6", "[::1]:80", "[::1]:81" },
	{ "other host", "127.0.0.1:80", "127.0.0.2:80" },
	{ "other IPv6 host", "[::1]:80", "[::2]:80" },
	{ "differs in the first byte", "[1::]:80", "[2::]:80" },
	{ "any and a host", "0.0.0.0:80", "127.0.0.1:80", false, true },
	{ "any and an IPv6 host", "[::]:80", "[::1]:80", false, true },
	{ "any, other port", "0.0.0.0:80", "127.0.0.1:81" },
	{ "any, other port of IPv6", "[::]:80", "[::1]:81" },
	{ "any and any", "0.0.0.0:80", "0.0.0.0:80", true, true },
	{ "any IPv6 twice", "[::]:80", "[::]:80", true, true },
	{ "any of both families", "0.0.0.0:80", "[::]:80" },
	{ "any IPv6 and an IPv4 host", "[::]:80", "127.0.0.1:80" },
	{ "any IPv4 and an IPv6 host", "0.0.0.0:80", "[::1]:80" },
	{ "mapped IPv4 and IPv4", "[::ffff:127.0.0.1]:80", "127.0.0.1:80" },
	{ "mapped IPv4 and any", "[::ffff:127.0.0.1]:80", "[::]:80", false,
	  true },
	{ "same device", "127.0.0.1%lo:80", "127.0.0.1%lo:80", true, true },
	{ "same IPv6 device", "[::1%lo]:80", "[::1%lo]:80", true, true },
	{ "one has a device", "127.0.0.1%lo:80", "127.0.0.1:80", false, true },
	{ "one IPv6 has a device", "[::1%lo]:80", "[::1]:80", false, true },
	{ "one has a device, other port", "127.0.0.1%lo:80", "127.0.0.1:81" },
	{ "one has a device, other host", "127.0.0.1%lo:80", "127.0.0.2:80" },
	{ "two devices", "127.0.0.1%lo:80", "127.0.0.1%7777:80" },
	{ "two IPv6 devices", "[fe80::1%lo]:80", "[fe80::1%7777]:80" },
	{ "any on two devices", "0.0.0.0%lo:80", "0.0.0.0%7777:80" },
	{ "any and host, same device", "0.0.0.0%lo:80", "127.0.0.1%lo:80",
	  false, true },
	{ "any and host, two devices", "[::%lo]:80", "[::1%7777]:80" },
	{ "any with a device, host without", "0.0.0.0%lo:80", "127.0.0.1:80",
	  false, true },
	{ "any without a device, host with", "[::]:80", "[::1%lo]:80", false,
	  true },
	{ "any with and without a device", "[::%lo]:80", "[::]:80", false,
	  true },
	{ "device, both families", "0.0.0.0%lo:80", "[::%lo]:80" },
};

SSK_KUNIT_TABLE(accepted);
SSK_KUNIT_TABLE(refused);
SSK_KUNIT_TABLE(pair);

struct fixture {
	struct ssk_address	*list;
	struct ssk_address	*again;
	char			*text;
};

static int parse(struct kunit *test, const char *text,
		 struct ssk_address *list, const char **error)
{
	return ssk_address_list_parse(&init_net, text, list, error);
}

/* One address, or the test ends. */
static void parse_one(struct kunit *test, const char *text,
		      struct ssk_address *address)
{
	const char *error;

	KUNIT_ASSERT_EQ_MSG(test, 1, parse(test, text, address, &error), "%s",
			    text);
}

/* What is printed is in canonical form and reads as the same addresses. */
static void accepted(struct kunit *test)
{
	const struct accepted_param *param = test->param_value;
	struct fixture *fixture = test->priv;
	const char *error;
	int len;
	int i;

	KUNIT_ASSERT_EQ(test, param->count,
			parse(test, param->text, fixture->list, &error));
	len = ssk_address_list_print(&init_net, fixture->list, param->count,
				     fixture->text, SSK_ADDRESS_TEXT_MAX);
	KUNIT_EXPECT_STREQ(test, fixture->text, param->printed);
	KUNIT_EXPECT_EQ(test, len, strlen(param->printed));

	KUNIT_ASSERT_EQ(test, param->count,
			parse(test, fixture->text, fixture->again, &error));
	for (i = 0; i < param->count; i++)
		KUNIT_EXPECT_TRUE(test,
				  ssk_address_equal(&fixture->list[i],
						    &fixture->again[i]));
}

static void refused(struct kunit *test)
{
	const struct refused_param *param = test->param_value;
	struct fixture *fixture = test->priv;
	const char *error = NULL;

	KUNIT_ASSERT_EQ(test, -EINVAL,
			parse(test, param->text, fixture->list, &error));
	KUNIT_ASSERT_NOT_NULL(test, error);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(error, param->error), "%s",
				  error);
}

static void compared(struct kunit *test)
{
	const struct pair_param *param = test->param_value;
	struct ssk_address a;
	struct ssk_address b;

	parse_one(test, param->a, &a);
	parse_one(test, param->b, &b);
	KUNIT_EXPECT_EQ(test, param->equal, ssk_address_equal(&a, &b));
	KUNIT_EXPECT_EQ(test, param->equal, ssk_address_equal(&b, &a));
	KUNIT_EXPECT_EQ(test, param->overlap, ssk_address_overlap(&a, &b));
	KUNIT_EXPECT_EQ(test, param->overlap, ssk_address_overlap(&b, &a));
	KUNIT_EXPECT_TRUE(test, ssk_address_overlap(&a, &a));
	KUNIT_EXPECT_TRUE(test, ssk_address_equal(&b, &b));
}

/* What bind() is given, with nothing left of what was there before. */
static void for_bind(struct kunit *test)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET,
		.sin_port = htons(8080),
		.sin_addr.s_addr = htonl(0xc0000201),
	};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(8080),
		.sin6_addr.s6_addr = { 0xfe, 0x80, [15] = 1 },
	};
	struct ssk_address address;

	memset(&address, 0xff, sizeof(address));
	parse_one(test, "192.0.2.1:8080", &address);
	KUNIT_EXPECT_EQ(test, ssk_address_size(&address), sizeof(v4));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&address.v4, &v4, sizeof(v4)));
	KUNIT_EXPECT_EQ(test, ntohs(ssk_address_port(&address)), 8080);
	KUNIT_EXPECT_EQ(test, address.device, 0);

	memset(&address, 0xff, sizeof(address));
	parse_one(test, "[fe80::1%lo]:8080", &address);
	KUNIT_EXPECT_EQ(test, ssk_address_size(&address), sizeof(v6));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&address.v6, &v6, sizeof(v6)));
	KUNIT_EXPECT_EQ(test, ntohs(ssk_address_port(&address)), 8080);
	KUNIT_EXPECT_EQ(test, address.device, init_net.loopback_dev->ifindex);
}

/* Writes a list of the longest addresses. */
static void write_longest(char *text, int count)
{
	int i;

	for (i = 0; i < count; i++)
		text += sprintf(text, "%s[%s%%2147483647]:%d", i ? "," : "",
				"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
				10000 + i);
}

static void most_addresses(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	const char *error = NULL;
	int len;

	write_longest(fixture->text, SSK_ADDRESS_LIST_MAX);
	strcat(fixture->text, " ,\n");
	KUNIT_ASSERT_EQ(test, SSK_ADDRESS_LIST_MAX,
			parse(test, fixture->text, fixture->list, &error));

	/* Also where what is written back is complete. */
	len = ssk_address_list_print(&init_net, fixture->list,
				     SSK_ADDRESS_LIST_MAX, fixture->text,
				     SSK_ADDRESS_TEXT_MAX);
	KUNIT_EXPECT_EQ(test, len, strlen(fixture->text));
	KUNIT_ASSERT_EQ(test, SSK_ADDRESS_LIST_MAX,
			parse(test, fixture->text, fixture->again, &error));
	KUNIT_EXPECT_TRUE(test, ssk_address_equal(&fixture->list[63],
						  &fixture->again[63]));

	strcat(fixture->text, " 127.0.0.1:1");
	KUNIT_EXPECT_EQ(test, -EINVAL,
			parse(test, fixture->text, fixture->list, &error));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(error, MANY), "%s", error);
}

/* Whatever room there is, it is used and not exceeded. */
static void little_room(struct kunit *test)
{
	static const char text[] = "127.0.0.1%lo:80 [::1]:8080";
	struct fixture *fixture = test->priv;
	const char *error;
	size_t size;

	KUNIT_ASSERT_EQ(test, 2, parse(test, text, fixture->list, &error));
	for (size = 1; size <= sizeof(text); size++) {
		char *buf = kunit_kzalloc(test, size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, buf);
		KUNIT_EXPECT_EQ(test, size - 1,
				ssk_address_list_print(&init_net, fixture->list,
						       2, buf, size));
		KUNIT_EXPECT_EQ(test, strlen(buf), size - 1);
		KUNIT_EXPECT_EQ(test, 0, memcmp(buf, text, size - 1));
		kunit_kfree(test, buf);
	}
}

static int address_test_init(struct kunit *test)
{
	struct fixture *fixture;

	fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	if (!fixture)
		return -ENOMEM;
	fixture->list = kunit_kcalloc(test, SSK_ADDRESS_LIST_MAX,
				      sizeof(*fixture->list), GFP_KERNEL);
	fixture->again = kunit_kcalloc(test, SSK_ADDRESS_LIST_MAX,
				       sizeof(*fixture->again), GFP_KERNEL);
	fixture->text = kunit_kzalloc(test, SSK_ADDRESS_TEXT_MAX, GFP_KERNEL);
	if (!fixture->list || !fixture->again || !fixture->text)
		return -ENOMEM;
	test->priv = fixture;
	return 0;
}

static struct kunit_case address_test_cases[] = {
	KUNIT_CASE_PARAM(accepted, accepted_gen_params),
	KUNIT_CASE_PARAM(refused, refused_gen_params),
	KUNIT_CASE_PARAM(compared, pair_gen_params),
	KUNIT_CASE(for_bind),
	KUNIT_CASE(most_addresses),
	KUNIT_CASE(little_room),
	{}
};

static struct kunit_suite address_test_suite = {
	.name		= "syncsock_address",
	.init		= address_test_init,
	.test_cases	= address_test_cases,
};

kunit_test_suite(address_test_suite);
