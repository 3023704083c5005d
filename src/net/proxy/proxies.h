/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The load balancers of a listener, by their networks: they are believed, and required to say, for
 * whom they connect.
 */
#ifndef NET_PROXIES_H
#define NET_PROXIES_H

#include <stdbool.h>
#include <stddef.h>

#include "net/address/address.h"

/* Reference-counted, because listeners of several threads share it. It does not change. */
struct net_proxies;

/*
 * BLOCK are N texts such as "192.0.2.0/24"; see base/block.h. Returns 0, -EINVAL or -ENOMEM; no
 * blocks give NULL.
 */
int net_proxies_new(const char *const *block, size_t n, struct net_proxies **ret_proxies);

/* NULL is fine for all of these. */
struct net_proxies *net_proxies_ref(struct net_proxies *proxies);
struct net_proxies *net_proxies_unref(struct net_proxies *proxies); /* returns NULL */
bool net_proxies_have(const struct net_proxies *proxies, const struct net_address *address);

#endif
