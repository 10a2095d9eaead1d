// SPDX-License-Identifier: GPL-2.0
/*
 * Listening addresses as text. Pure functions: no sockets, no state, but the
 * names that a namespace has for its devices.
 */
#include <linux/ctype.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "address.h"

#define WORD_MAX	(SSK_ADDRESS_TEXT_SIZE - 1)

/* The comma is for insmod, where white space would have to be quoted twice. */
#define SEPARATORS	", \t\n"

static int parse_port(const char *text, __be16 *port)
{
	u16 value;

	if (!isdigit(*text) || kstrtou16(text, 10, &value) || !value)
		return -EINVAL;
	*port = htons(value);
	return 0;
}

/*
 * The text has to end with the address, which in4_pton(), and in6_pton() with
 * it, does not ask for if a colon follows.
 */
static int parse_host(const char *text, bool is_v6, struct ssk_address *address)
{
	const char *end;
	int ok;

	if (is_v6) {
		address->v6.sin6_family = AF_INET6;
		ok = in6_pton(text, -1, address->v6.sin6_addr.s6_addr, '\0',
			      &end);
	} else {
		address->v4.sin_family = AF_INET;
		ok = in4_pton(text, -1, (u8 *)&address->v4.sin_addr, '\0',
			      &end);
	}
	return ok && !*end ? 0 : -EINVAL;
}

/*
 * Find a device by its name or its number. Nobody has to have the number:
 * that of a device that is gone is what its listener is printed with.
 */
static int parse_device(struct net *net, const char *text, int *device)
{
	struct net_device *dev;

	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, text);
	if (dev)
		*device = dev->ifindex;
	rcu_read_unlock();
	if (dev)
		return 0;

	if (!isdigit(*text) || kstrtoint(text, 10, device) || !*device)
		return -EINVAL;
	return 0;
}

/*
 * Parses one word in place: "a.b.c.d:port" or "[ipv6]:port", where "%device"
 * may follow the address.
 */
static int parse_word(struct net *net, char *word, struct ssk_address *address,
		      const char **error)
{
	bool bracketed = *word == '[';
	char *port = strrchr(word, ':');
	char *device;
	__be16 number;

	memset(address, 0, sizeof(*address));

	*error = "expected ADDRESS:PORT, with an IPv6 address in brackets";
	if (!port || port == word)
		return -EINVAL;
	if (bracketed) {
		word++;
		if (port[-1] != ']')
			return -EINVAL;
		port[-1] = '\0';
	}
	*port++ = '\0';

	*error = "the port must be a number from 1 to 65535";
	if (parse_port(port, &number))
		return -EINVAL;

	device = strchr(word, '%');
	if (device)
		*device++ = '\0';

	*error = "not an IP address";
	if (parse_host(word, bracketed, address))
		return -EINVAL;

	*error = "no such interface";
	if (device && parse_device(net, device, &address->device))
		return -EINVAL;

	/* sin_port and sin6_port share their place, but say it by name. */
	if (bracketed)
		address->v6.sin6_port = number;
	else
		address->v4.sin_port = number;
	*error = NULL;
	return 0;
}

/**
 * ssk_address_list_parse() - read a list of addresses
 * @net: the network namespace, for the names of devices
 * @text: addresses separated by white space or commas; may be empty
 * @list: room for SSK_ADDRESS_LIST_MAX addresses
 * @error: on an error, what is wrong, for the log
 *
 * Context: Process context.
 * Return: the number of addresses, or -EINVAL.
 */
int ssk_address_list_parse(struct net *net, const char *text,
			   struct ssk_address *list, const char **error)
{
	char word[WORD_MAX + 1];
	int count = 0;
	int i;

	for (;;) {
		size_t len;

		text += strspn(text, SEPARATORS);
		len = strcspn(text, SEPARATORS);
		if (!len)
			return count;
		if (len > WORD_MAX) {
			*error = "an address is too long";
			return -EINVAL;
		}
		if (count == SSK_ADDRESS_LIST_MAX) {
			*error = "more than 64 addresses";
			return -EINVAL;
		}
		memcpy(word, text, len);
		word[len] = '\0';
		text += len;

		if (parse_word(net, word, &list[count], error))
			return -EINVAL;
		for (i = 0; i < count; i++) {
			if (ssk_address_equal(&list[i], &list[count])) {
				*error = "an address is given twice";
				return -EINVAL;
			}
		}
		count++;
	}
}

/*
 * "%" and the name that the device has now; its number, if it is gone or if
 * its name could not be read back. Nothing for no device.
 */
static void print_device(struct net *net, int device, char text[1 + IFNAMSIZ])
{
	struct net_device *dev;

	text[0] = '\0';
	if (!device)
		return;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(net, device);
	if (dev && !strpbrk(dev->name, SEPARATORS))
		scnprintf(text, 1 + IFNAMSIZ, "%%%s", dev->name);
	else
		scnprintf(text, 1 + IFNAMSIZ, "%%%d", device);
	rcu_read_unlock();
}

/**
 * ssk_address_print() - write an address in canonical form
 * @net: its network namespace, for the name of its device
 * @address: the address
 * @text: where to
 *
 * ssk_address_list_parse() makes the same address of it, even if its device
 * has been renamed or is gone, unless the name of another one is its number.
 *
 * Return: @text.
 */
char *ssk_address_print(struct net *net, const struct ssk_address *address,
			char text[SSK_ADDRESS_TEXT_SIZE])
{
	unsigned int port = ntohs(ssk_address_port(address));
	char device[1 + IFNAMSIZ];

	print_device(net, address->device, device);
	if (address->any.sa_family == AF_INET)
		scnprintf(text, SSK_ADDRESS_TEXT_SIZE, "%pI4%s:%u",
			  &address->v4.sin_addr, device, port);
	else
		scnprintf(text, SSK_ADDRESS_TEXT_SIZE, "[%pI6c%s]:%u",
			  &address->v6.sin6_addr, device, port);
	return text;
}

/**
 * ssk_address_list_print() - write a list of addresses in canonical form
 * @net: their network namespace
 * @list: the addresses
 * @count: how many
 * @buf: where to
 * @size: how much room there is; SSK_ADDRESS_TEXT_MAX is always enough
 *
 * Return: the length without the final NUL.
 */
int ssk_address_list_print(struct net *net, const struct ssk_address *list,
			   int count, char *buf, size_t size)
{
	char text[SSK_ADDRESS_TEXT_SIZE];
	int len = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < count; i++)
		len += scnprintf(buf + len, size - len, "%s%s", i ? " " : "",
				 ssk_address_print(net, &list[i], text));
	return len;
}

/**
 * ssk_address_device_exists() - whether an address can be bound to its device
 * @net: the network namespace
 * @address: the address
 *
 * Return: true also for an address without a device.
 */
bool ssk_address_device_exists(struct net *net,
			       const struct ssk_address *address)
{
	bool exists;

	rcu_read_lock();
	exists = !address->device ||
		 dev_get_by_index_rcu(net, address->device);
	rcu_read_unlock();
	return exists;
}

static bool same_port(const struct ssk_address *a, const struct ssk_address *b)
{
	return a->any.sa_family == b->any.sa_family &&
	       ssk_address_port(a) == ssk_address_port(b);
}

static bool same_host(const struct ssk_address *a, const struct ssk_address *b)
{
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return ipv6_addr_equal(&a->v6.sin6_addr, &b->v6.sin6_addr);
}

static bool is_wildcard(const struct ssk_address *address)
{
	if (address->any.sa_family == AF_INET)
		return !address->v4.sin_addr.s_addr;
	return ipv6_addr_any(&address->v6.sin6_addr);
}

/**
 * ssk_address_equal() - whether two addresses are the same
 * @a: one address
 * @b: the other
 *
 * Return: whether one socket would serve both.
 */
bool ssk_address_equal(const struct ssk_address *a,
		       const struct ssk_address *b)
{
	return same_port(a, b) && a->device == b->device && same_host(a, b);
}

/**
 * ssk_address_overlap() - whether two listeners may be in each other's way
 * @a: one address
 * @b: the other
 *
 * Listeners are for IPv4 or for IPv6 only, never for both. Devices tell them
 * apart if both have one. If only one has, and it is in a VRF, it depends on
 * net.ipv4.tcp_l3mdev_accept as it was when the first was bound; that is not
 * known here, so they are said to overlap.
 *
 * Return: false if bind() accepts one address while the other is in use.
 */
bool ssk_address_overlap(const struct ssk_address *a,
			 const struct ssk_address *b)
{
	if (!same_port(a, b))
		return false;
	if (a->device && b->device && a->device != b->device)
		return false;
	return same_host(a, b) || is_wildcard(a) || is_wildcard(b);
}

/**
 * ssk_address_size() - the length of the address for bind()
 * @address: the address
 *
 * Return: the size of its structure in bytes.
 */
int ssk_address_size(const struct ssk_address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(struct sockaddr_in) :
						  sizeof(struct sockaddr_in6);
}

/**
 * ssk_address_port() - the port of an address
 * @address: the address
 *
 * Return: the port, 0 if there is none.
 */
__be16 ssk_address_port(const struct ssk_address *address)
{
	return address->any.sa_family == AF_INET ? address->v4.sin_port :
						  address->v6.sin6_port;
}
