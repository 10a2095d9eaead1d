/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listening addresses as text: "127.0.0.1:80 [::1]:80 [fe80::1%eth0]:80".
 */
#ifndef SSK_ADDRESS_H
#define SSK_ADDRESS_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/socket.h>
#include <linux/types.h>

struct net;

/* The most addresses, and the longest text, that one handler can have. */
#define SSK_ADDRESS_LIST_MAX	64
#define SSK_ADDRESS_TEXT_MAX	4096

/**
 * union ssk_address - where a listener is bound
 * @any: for kernel_bind(), and the family
 * @v4: an IPv4 address and a port
 * @v6: an IPv6 address, its scope and a port
 * @storage: for inet_pton_with_scope()
 */
union ssk_address {
	struct sockaddr		any;
	struct sockaddr_in	v4;
	struct sockaddr_in6	v6;
	struct sockaddr_storage	storage;
};

/* Room for one address as text, with its final NUL. */
#define SSK_ADDRESS_TEXT_SIZE	(INET6_ADDRSTRLEN + sizeof("[%4294967295]:65535"))

int ssk_address_list_parse(struct net *net, const char *text,
			   union ssk_address *list, const char **error);
char *ssk_address_print(const union ssk_address *address,
			char text[SSK_ADDRESS_TEXT_SIZE]);
int ssk_address_list_print(const union ssk_address *list, int count,
			   char *buf, size_t size);
bool ssk_address_equal(const union ssk_address *a,
		       const union ssk_address *b);
bool ssk_address_overlap(const union ssk_address *a,
			 const union ssk_address *b);
__be16 ssk_address_port(const union ssk_address *address);
int ssk_address_size(const union ssk_address *address);

#endif /* SSK_ADDRESS_H */
