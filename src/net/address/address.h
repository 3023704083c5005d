/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses as numbers: listened on, connected to, allowed, denied, counted and logged.
 */
#ifndef NET_ADDRESS_ADDRESS_H
#define NET_ADDRESS_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
	NET_ADDRESS_TEXT_MAX = 72, /* "[" IPv6 with zone "]:" port, and a NUL */
};

/* An IPv4 or IPv6 address with a port. */
struct net_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len;
};

/* HOST is a numeric address without brackets. Returns 0 or -EINVAL. */
int net_address_parse(const char *host, uint16_t port, struct net_address *ret_address);

/* "192.0.2.1:2855" or "[2001:db8::1]:2855"; an IPv4-mapped address is written as IPv4. */
void net_address_format(const struct net_address *address, char ret_text[NET_ADDRESS_TEXT_MAX]);

uint16_t net_address_port(const struct net_address *address);

/*
 * The 16 bytes of the address as IPv6; IPv4 becomes ::ffff:a.b.c.d. The form for policies and
 * counters.
 */
void net_address_bytes(const struct net_address *address, uint8_t ret_bytes[16]);

/* Do packets to it stay on this machine? */
bool net_address_is_loopback(const struct net_address *address);

/* Turns :: into 0.0.0.0, with the same port. False: ADDRESS is another one. */
bool net_address_take_ipv4(struct net_address *address);

/*
 * The network that one customer has, for ADDRESS of 16 bytes as from net_address_bytes(): the whole
 * address for IPv4, and the first 8 bytes for IPv6. Every counter by address uses it.
 */
void net_address_mask(const uint8_t address[16], uint8_t ret_network[16]);

/*
 * The same as text: "192.0.2.1" for "192.0.2.1:2855", and "2001:db8:1:2::/64". NAME is as
 * net_address_format() writes it; any other is copied.
 */
void net_address_network(const char *name, char ret_text[NET_ADDRESS_TEXT_MAX]);

#endif
