/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names to addresses and services to servers, without blocking the loop. A context has one.
 */
#ifndef NET_ADDRESS_RESOLVER_H
#define NET_ADDRESS_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

#include "net/address/address.h"
#include "net/address/srv.h"
#include "net/context.h"

/*
 * Looks up names in /etc/hosts and DNS, as the system is configured at the time of the look-up.
 * "localhost" always resolves to this machine (RFC 6761 6.3).
 */
struct net_resolver;
struct net_lookup;

enum {
	NET_ADDRESSES_MAX = 16, /* of one host; nobody would wait for more attempts */

	/*
	 * Look-ups at a time. None can be withdrawn: a name whose servers are silent keeps its
	 * place for a quarter of a minute, even if nobody wants the answer any more. The limit per
	 * asker leaves room for others while one asks for slow names.
	 */
	NET_LOOKUPS_MAX = 512,
	NET_LOOKUPS_PER_ASKER_MAX = 32,
};

/*
 * ERR is 0 or a negative errno (UV_EAI_..., UV_ETIMEDOUT), and then N is 0. The arguments are valid
 * during the call. The look-up is gone.
 */
typedef void (*net_addresses_fn)(void *arg, int err, const struct net_address *address, size_t n);
typedef void (*net_services_fn)(void *arg, int err, const struct net_srv *record, size_t n);

int net_resolver_new(struct net_context *context, struct net_resolver **ret_resolver);

/* Look-ups under way end without a callback. */
void net_resolver_free(struct net_resolver *resolver);

/*
 * Starts a look-up on behalf of ASKER, whose look-ups are limited together; "": nobody in
 * particular. -EBUSY: there are too many, of this asker or in all. FN may be called before this
 * returns; *RET_LOOKUP is set before that, so that FN may clear it. Returns 0; or a negative errno,
 * and FN is not called.
 */
int net_resolver_addresses(struct net_resolver *resolver, const char *asker, const char *host,
			   uint16_t port, net_addresses_fn fn, void *arg,
			   struct net_lookup **ret_lookup);

/* The SRV records of NAME in the order in which to try them. */
int net_resolver_services(struct net_resolver *resolver, const char *asker, const char *name,
			  net_services_fn fn, void *arg, struct net_lookup **ret_lookup);

/* FN will not be called, but the look-up counts until it ends. NULL is fine. Returns NULL. */
struct net_lookup *net_lookup_cancel(struct net_lookup *lookup);

/*
 * Asks these servers ("127.0.0.1:53") instead of the system's, for tests that bring their own.
 * Returns 0 or a negative errno.
 */
int net_context_set_dns_servers(struct net_context *context, const char *servers);

#endif
