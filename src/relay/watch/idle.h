/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connections to close first, for a host that runs out of descriptors: the peers in the order
 * of their last activity (RFC 4976 6.5), which is kept only to the second, so that a busy peer is
 * moved once a second and not with each packet.
 */
#ifndef RELAY_WATCH_IDLE_H
#define RELAY_WATCH_IDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "relay/lists.h"

struct relay_peer;

/* A peer's standing when one has to go. */
enum relay_standing {
	RELAY_NEWCOMER, /* no request of it was granted yet */
	RELAY_PROVEN,	/* a request of it was, or we have connected to it */
	RELAY_OWNER,	/* it has sessions, and is never displaced */
	RELAY_STANDINGS,
};

struct relay_idle_queue {
	struct relay_peer_queue peers; /* the longest idle first */
	size_t n;
};

/* PEER begins to exist. */
void relay_idle_add(struct relay_peer *peer);

/* It must not be chosen any more. May be called at any time. */
void relay_idle_remove(struct relay_peer *peer);

/* Something has happened on it. */
void relay_idle_touch(struct relay_peer *peer);

/* Puts it behind all others of its standing. */
void relay_idle_put_last(struct relay_peer *peer);

/* A request of it was granted, or the relay has made the connection itself. */
void relay_idle_prove(struct relay_peer *peer);

/* It has sessions or calls now, or none any more. */
void relay_idle_settle(struct relay_peer *peer);

/* Is it in the middle of something? */
bool relay_idle_is_busy(const struct relay_peer *peer);

/* Is it without sessions and calls, its own or others', and without anything in progress? */
bool relay_idle_is_unused(const struct relay_peer *peer);

#endif
