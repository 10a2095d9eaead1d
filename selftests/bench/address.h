/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

struct address {
	union {
		struct sockaddr		any;
		struct sockaddr_in	v4;
		struct sockaddr_in6	v6;
	};
	socklen_t	len;
};

void address_parse(struct address *addr, const char *host);
void address_set_port(struct address *addr, unsigned int port);
unsigned long parse_number(const char *text, unsigned long max);
void raise_file_limit(unsigned long files);

#endif /* ADDRESS_H */
