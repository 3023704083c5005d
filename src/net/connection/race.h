/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attempts to connect, several at a time, for connect.c. TLS is part of an attempt.
 */
#ifndef NET_CONNECTION_RACE_H
#define NET_CONNECTION_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "net/address/address.h"
#include "net/address/resolver.h"
#include "net/connection/connection.h"
#include "net/transport/transport.h"

enum {
	/*
	 * Attempts at a time; beyond that the oldest is cancelled, after two seconds if all are at
	 * one server. The owner of a zone decides how many addresses there are, and each attempt
	 * takes a descriptor.
	 */
	NET_ATTEMPTS_MAX = 8,
};

/*
 * Tries the addresses of servers in turn (RFC 8305), including the TLS handshake, because a process
 * that accepts and hangs is as bad as a dropped packet: the next address starts when one fails, or
 * does not answer for a quarter of a second; the next server when this one has no address left, or
 * has not finished in its time. Attempts under way continue meanwhile, and the first to open wins.
 * A zeroed struct is idle.
 */
struct net_race {
	struct net_context *context;
	struct net_tls *tls;	 /* NULL: plain TCP */
	const char *server_name; /* for TLS */
	bool must_verify;	 /* a certificate that does not verify is a failure */
	uint64_t server_ms;	 /* the time of one server */
	struct net_socket_options socket;
	net_allow_fn allow; /* may be NULL */
	void *allow_arg;
	/* TRANSPORT is open, and belongs to the callee. No callback follows. */
	void (*won)(struct net_race *race, struct net_transport *transport,
		    const struct net_address *address);
	/* ADDRESS failed with ERR; WHY may be NULL. */
	void (*failed)(struct net_race *race, const struct net_address *address, int err,
		       const char *why);
	/* Asks for the addresses of the next server, if there is one. */
	void (*more)(struct net_race *race);
	uv_timer_t *stagger; /* the owner's, and initialised by it */
	struct net_address address[NET_ADDRESSES_MAX];
	size_t n_addresses;
	size_t next; /* the first address not yet tried */
	size_t n_attempts;
	TAILQ_HEAD(net_attempts, net_attempt) attempts;
};

void net_race_init(struct net_race *race);

/* Adds the addresses of a server, once all earlier ones have been tried. May call back at once. */
void net_race_add(struct net_race *race, const struct net_address *address, size_t n);

/* Is any of the attempts connected, so that TLS is what takes the time? */
bool net_race_is_in_handshake(const struct net_race *race);

/* Ends all attempts without a callback. */
void net_race_stop(struct net_race *race);

#endif
