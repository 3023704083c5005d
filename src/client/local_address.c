/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/local_address.h"

#include <netinet/in.h>
#include <string.h>
#include <uv.h>

/* IPv4 before IPv6: of the latter a machine has several, and some reach nobody. */
static const uv_interface_address_t *choose(const uv_interface_address_t *all, int n)
{
	const uv_interface_address_t *best = NULL;

	for (int i = 0; i < n; i++) {
		const uv_interface_address_t *a = &all[i];

		if (a->is_internal)
			continue;
		if (a->address.address4.sin_family == AF_INET)
			return a;
		if (!best && a->address.address6.sin6_family == AF_INET6 &&
		    !IN6_IS_ADDR_LINKLOCAL(&a->address.address6.sin6_addr))
			best = a;
	}
	return best;
}

int client_local_address(const char *host, uint16_t port, struct net_address *ret_address)
{
	const uv_interface_address_t *chosen;
	uv_interface_address_t *all;
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	int n;

	if (host)
		return net_address_parse(host, port, ret_address);
	if (uv_interface_addresses(&all, &n) == 0) {
		chosen = choose(all, n);
		if (chosen && chosen->address.address4.sin_family == AF_INET)
			uv_ip4_name(&chosen->address.address4, text, sizeof(text));
		else if (chosen)
			uv_ip6_name(&chosen->address.address6, text, sizeof(text));
		uv_free_interface_addresses(all, n);
	}
	return net_address_parse(text, port, ret_address);
}
