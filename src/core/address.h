/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listening addresses as text: "127.0.0.1:80 [::1]:80 0.0.0.0%eth0:80".
 */
#ifndef SSK_ADDRESS_H
#define SSK_ADDRESS_H

#include <linux/if.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/socket.h>
#include <linux/types.h>

struct net;

/* The most addresses that one handler can have. */
#define SSK_ADDRESS_LIST_MAX	64

/* Room for one address as text, with its final NUL, and for all of them. */
#define SSK_ADDRESS_TEXT_SIZE	(INET6_ADDRSTRLEN + IFNAMSIZ + \
				 sizeof("[%]:65535"))
#define SSK_ADDRESS_TEXT_MAX	(SSK_ADDRESS_LIST_MAX * SSK_ADDRESS_TEXT_SIZE)

/**
 * struct ssk_address - where a listener is bound, or one end of a connection
 * @any: for kernel_bind(), and the family
 * @v4: an IPv4 address and a port
 * @v6: an IPv6 address and a port; the scope of a listener's is its @device
 * @device: the index of the only device that a listener serves; 0: all
 */
struct ssk_address {
	union {
		struct sockaddr		any;
		struct sockaddr_in	v4;
		struct sockaddr_in6	v6;
	};
	int	device;
};

int ssk_address_list_parse(struct net *net, const char *text,
			   struct ssk_address *list, const char **error);
char *ssk_address_print(struct net *net, const struct ssk_address *address,
			char text[SSK_ADDRESS_TEXT_SIZE]);
int ssk_address_list_print(struct net *net, const struct ssk_address *list,
			   int count, char *buf, size_t size);
bool ssk_address_device_exists(struct net *net,
			       const struct ssk_address *address);
bool ssk_address_equal(const struct ssk_address *a,
		       const struct ssk_address *b);
bool ssk_address_overlap(const struct ssk_address *a,
			 const struct ssk_address *b);
__be16 ssk_address_port(const struct ssk_address *address);
int ssk_address_size(const struct ssk_address *address);

#endif /* SSK_ADDRESS_H */
