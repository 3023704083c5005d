/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of blocks of addresses, with a count of references. */
#include "net/proxy/proxies.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/block.h"

struct net_proxies {
	atomic_uint refs;
	struct block_list list;
};

int net_proxies_new(const char *const *block, size_t n, struct net_proxies **ret_proxies)
{
	struct net_proxies *proxies = NULL;
	int err = 0;

	if (n > 0) {
		proxies = calloc(1, sizeof(*proxies));
		if (!proxies)
			return -ENOMEM;
		atomic_init(&proxies->refs, 1);
	}
	for (size_t i = 0; i < n && !err; i++)
		err = block_list_add(&proxies->list, block[i]);
	if (err)
		net_proxies_unref(proxies);
	else
		*ret_proxies = proxies;
	return err;
}

struct net_proxies *net_proxies_ref(struct net_proxies *proxies)
{
	if (proxies)
		atomic_fetch_add(&proxies->refs, 1);
	return proxies;
}

struct net_proxies *net_proxies_unref(struct net_proxies *proxies)
{
	if (!proxies || atomic_fetch_sub(&proxies->refs, 1) > 1)
		return NULL;
	block_list_done(&proxies->list);
	free(proxies);
	return NULL;
}

bool net_proxies_have(const struct net_proxies *proxies, const struct net_address *address)
{
	uint8_t bytes[BLOCK_ADDRESS_LEN];

	if (!proxies)
		return false;
	net_address_bytes(address, bytes);
	return block_list_fits(&proxies->list, bytes);
}
