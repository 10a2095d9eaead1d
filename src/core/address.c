// SPDX-License-Identifier: GPL-2.0
/*
 * Listening addresses as text. Pure functions: no sockets, no state.
 */
#include <linux/ctype.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "address.h"

/* "[", an IPv6 address, "%", an interface, "]:65535". */
#define WORD_MAX	(INET6_ADDRSTRLEN + 1 + IFNAMSIZ + 8)

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

/* Parses one word in place: "a.b.c.d:port" or "[ipv6]:port". */
static int parse_word(struct net *net, char *word, union ssk_address *address,
		      const char **error)
{
	bool bracketed = *word == '[';
	char *port = strrchr(word, ':');
	__be16 number;
	int err;

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

	*error = "not an IP address";
	err = inet_pton_with_scope(net, bracketed ? AF_INET6 : AF_INET, word,
				   NULL, &address->storage);
	if (err)
		return -EINVAL;

	/* inet_pton_with_scope() skips the scope of an address that has none. */
	*error = "only a link-local address has an interface";
	if (strchr(word, '%') && !address->v6.sin6_scope_id)
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
 * @net: the network namespace, for interface names in scopes
 * @text: addresses separated by white space or commas; may be empty
 * @list: room for SSK_ADDRESS_LIST_MAX addresses
 * @error: on an error, what is wrong, for the log
 *
 * Context: Process context.
 * Return: the number of addresses, or -EINVAL.
 */
int ssk_address_list_parse(struct net *net, const char *text,
			   union ssk_address *list, const char **error)
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

/**
 * ssk_address_print() - write an address in canonical form
 * @address: the address
 * @text: where to
 *
 * Return: @text.
 */
char *ssk_address_print(const union ssk_address *address,
			char text[SSK_ADDRESS_TEXT_SIZE])
{
	bool scoped = address->any.sa_family == AF_INET6 &&
		      address->v6.sin6_scope_id;

	scnprintf(text, SSK_ADDRESS_TEXT_SIZE, scoped ? "%pISpsc" : "%pISpc",
		  &address->any);
	return text;
}

/**
 * ssk_address_list_print() - write a list of addresses in canonical form
 * @list: the addresses
 * @count: how many
 * @buf: where to
 * @size: how much room there is; SSK_ADDRESS_TEXT_MAX is always enough
 *
 * Return: the length without the final NUL.
 */
int ssk_address_list_print(const union ssk_address *list, int count,
			   char *buf, size_t size)
{
	char text[SSK_ADDRESS_TEXT_SIZE];
	int len = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < count; i++)
		len += scnprintf(buf + len, size - len, "%s%s", i ? " " : "",
				 ssk_address_print(&list[i], text));
	return len;
}

/**
 * ssk_address_equal() - whether two addresses are the same
 * @a: one address
 * @b: the other
 *
 * Return: whether one socket would serve both.
 */
bool ssk_address_equal(const union ssk_address *a,
		       const union ssk_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_port == b->v4.sin_port &&
		       a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return a->v6.sin6_port == b->v6.sin6_port &&
	       a->v6.sin6_scope_id == b->v6.sin6_scope_id &&
	       ipv6_addr_equal(&a->v6.sin6_addr, &b->v6.sin6_addr);
}

/**
 * ssk_address_overlap() - whether two listeners would be in each other's way
 * @a: one address
 * @b: the other
 *
 * Listeners are for IPv4 or for IPv6 only, never for both.
 *
 * Return: whether bind() refuses one address while the other is in use.
 */
bool ssk_address_overlap(const union ssk_address *a,
			 const union ssk_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (ssk_address_equal(a, b))
		return true;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_port == b->v4.sin_port &&
		       (!a->v4.sin_addr.s_addr || !b->v4.sin_addr.s_addr);
	return a->v6.sin6_port == b->v6.sin6_port &&
	       (ipv6_addr_any(&a->v6.sin6_addr) ||
		ipv6_addr_any(&b->v6.sin6_addr));
}

/**
 * ssk_address_size() - the length of the address for bind()
 * @address: the address
 *
 * Return: the size of its structure in bytes.
 */
int ssk_address_size(const union ssk_address *address)
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
__be16 ssk_address_port(const union ssk_address *address)
{
	return address->any.sa_family == AF_INET ? address->v4.sin_port :
						  address->v6.sin6_port;
}
