/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * To every decision about an address, IPv4 and IPv4-mapped IPv6 are the same; this file makes them
 * so.
 */
#include "net/address/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* "fe80::1%eth0": link-local addresses mean nothing without their interface. */
static int parse_v6(const char *host, struct sockaddr_in6 *ret_v6)
{
	char text[INET6_ADDRSTRLEN];
	const char *zone = strchr(host, '%');
	size_t len = zone ? (size_t)(zone - host) : strlen(host);
	struct in6_addr ip;
	unsigned scope = 0;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, host, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, &ip) != 1)
		return -EINVAL;
	if (zone) {
		scope = if_nametoindex(zone + 1);
		if (scope == 0)
			return -EINVAL;
	}
	*ret_v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
					 .sin6_addr = ip,
					 .sin6_scope_id = scope };
	return 0;
}

int net_address_parse(const char *host, uint16_t port, struct net_address *ret_address)
{
	struct net_address address = { .len = sizeof(address.v4) };
	struct in_addr ip;

	if (inet_pton(AF_INET, host, &ip) == 1) {
		address.v4 = (struct sockaddr_in){ .sin_family = AF_INET,
						   .sin_addr = ip,
						   .sin_port = htons(port) };
	} else {
		if (parse_v6(host, &address.v6) != 0)
			return -EINVAL;
		address.v6.sin6_port = htons(port);
		address.len = sizeof(address.v6);
	}
	*ret_address = address;
	return 0;
}

static void format_v6(const struct sockaddr_in6 *v6, char *ret_text)
{
	char ip[INET6_ADDRSTRLEN];
	char zone[IF_NAMESIZE];
	bool zoned = v6->sin6_scope_id != 0 && if_indextoname(v6->sin6_scope_id, zone);

	inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof(ip));
	snprintf(ret_text, NET_ADDRESS_TEXT_MAX, "[%s%s%s]:%u", ip, zoned ? "%" : "",
		 zoned ? zone : "", ntohs(v6->sin6_port));
}

void net_address_format(const struct net_address *address, char ret_text[NET_ADDRESS_TEXT_MAX])
{
	char ip[INET_ADDRSTRLEN];
	uint8_t bytes[16];
	bool v6 = address->any.sa_family == AF_INET6;

	if (v6 && !IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
		format_v6(&address->v6, ret_text);
		return;
	}
	net_address_bytes(address, bytes);
	inet_ntop(AF_INET, bytes + 12, ip, sizeof(ip));
	snprintf(ret_text, NET_ADDRESS_TEXT_MAX, "%s:%u", ip, net_address_port(address));
}

uint16_t net_address_port(const struct net_address *address)
{
	bool v6 = address->any.sa_family == AF_INET6;

	return ntohs(v6 ? address->v6.sin6_port : address->v4.sin_port);
}

void net_address_bytes(const struct net_address *address, uint8_t ret_bytes[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address->any.sa_family == AF_INET6) {
		memcpy(ret_bytes, &address->v6.sin6_addr, 16);
		return;
	}
	memcpy(ret_bytes, mapped, sizeof(mapped));
	memcpy(ret_bytes + sizeof(mapped), &address->v4.sin_addr, 4);
}

bool net_address_is_loopback(const struct net_address *address)
{
	static const uint8_t ipv6[16] = { [15] = 1 };
	static const uint8_t ipv4[13] = { [10] = 0xff, [11] = 0xff, [12] = 127 };
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	return memcmp(bytes, ipv6, sizeof(ipv6)) == 0 || memcmp(bytes, ipv4, sizeof(ipv4)) == 0;
}

bool net_address_take_ipv4(struct net_address *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	if (address->any.sa_family != AF_INET6 || !IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr))
		return false;
	v4.sin_port = address->v6.sin6_port;
	address->v4 = v4;
	address->len = sizeof(v4);
	return true;
}

void net_address_mask(const uint8_t address[16], uint8_t ret_network[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(ret_network, address, 16);
	if (memcmp(address, mapped, sizeof(mapped)) != 0)
		memset(ret_network + 8, 0, 8);
}

void net_address_network(const char *name, char ret_text[NET_ADDRESS_TEXT_MAX])
{
	bool v6 = name[0] == '[';
	const char *host = name + v6;
	const char *end = v6 ? strpbrk(host, "%]") : strrchr(host, ':');
	size_t len = end ? (size_t)(end - host) : strlen(host);
	uint8_t ip[16], network[16];
	char ip_text[INET6_ADDRSTRLEN];

	snprintf(ret_text, NET_ADDRESS_TEXT_MAX, "%.*s", (int)len, host);
	if (!v6 || inet_pton(AF_INET6, ret_text, ip) != 1)
		return;
	net_address_mask(ip, network);
	inet_ntop(AF_INET6, network, ip_text, sizeof(ip_text));
	snprintf(ret_text, NET_ADDRESS_TEXT_MAX, "%s/64", ip_text);
}
