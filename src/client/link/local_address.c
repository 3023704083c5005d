/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of this machine: the first that others may reach, and a replacement for 0.0.0.0, which
 * tells them nothing.
 */
#include "client/link/local_address.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <uv.h>

/* IPv4 before IPv6, of which a machine has several, some of them useless. */
static const uv_interface_address_t *choose_interface(const uv_interface_address_t *all, int n,
						      bool v4_only)
{
	const uv_interface_address_t *best = NULL;

	for (int i = 0; i < n; i++) {
		const uv_interface_address_t *a = &all[i];

		if (a->is_internal)
			continue;
		if (a->address.address4.sin_family == AF_INET)
			return a;
		if (!best && !v4_only && a->address.address6.sin6_family == AF_INET6 &&
		    !IN6_IS_ADDR_LINKLOCAL(&a->address.address6.sin6_addr))
			best = a;
	}
	return best;
}

static int find_interface_address(uint16_t port, bool v4_only, struct net_address *ret_address)
{
	const uv_interface_address_t *chosen;
	uv_interface_address_t *all;
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	int n;

	if (uv_interface_addresses(&all, &n) == 0) {
		chosen = choose_interface(all, n, v4_only);
		if (chosen && chosen->address.address4.sin_family == AF_INET)
			uv_ip4_name(&chosen->address.address4, text, sizeof(text));
		else if (chosen)
			uv_ip6_name(&chosen->address.address6, text, sizeof(text));
		uv_free_interface_addresses(all, n);
	}
	return net_address_parse(text, port, ret_address);
}

int client_local_address(const char *host, uint16_t port, struct net_address *ret_address)
{
	return host ? net_address_parse(host, port, ret_address)
		    : find_interface_address(port, false, ret_address);
}

int client_local_reachable(const struct net_address *address, struct net_address *ret_address)
{
	bool v4 = address->any.sa_family == AF_INET;
	bool anywhere = v4 ? address->v4.sin_addr.s_addr == INADDR_ANY
			   : IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);

	if (anywhere)
		return find_interface_address(net_address_port(address), v4, ret_address);
	*ret_address = *address;
	return 0;
}
