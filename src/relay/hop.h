/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another relay, identified by its certificate (RFC 4976 6.3), with all connections to it. Sessions
 * that were opened through it belong to the hop, not to one connection. It belongs to the relay,
 * and lives as long as it has a connection or a session.
 */
#ifndef RELAY_HOP_H
#define RELAY_HOP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "base/slice.h"
#include "relay/lists.h"

struct msrp_uri_slices;
struct relay;
struct relay_peer;
struct relay_session;

enum {
	/*
	 * Names that are looked up in a peer's certificate, each at the cost of a comparison: a
	 * relay shows its own with its first request.
	 */
	RELAY_HOP_TRIES = 4,
};

struct relay_hop {
	struct relay *relay;
	char *uri;		      /* where to connect to it when no connection is left */
	struct relay_peer_list peers; /* the latest first */
	struct relay_session_list sessions;
	UT_hash_handle hh;
	size_t authority_len;
	char authority[]; /* "host:port" in lower case */
};

/*
 * PEER calls itself URI. If its certificate confirms that, it is that relay from now on (RFC 4976
 * 6.3): peer->hop is set. Without memory it stays a client.
 */
void relay_hop_recognize(struct relay_peer *peer, const struct msrp_uri_slices *uri);

/* Does the certificate of PEER, which is valid, name HOST? */
bool relay_hop_is_certified(struct relay_peer *peer, struct slice host);

/* "host:port"; empty for NULL. */
static inline struct slice relay_hop_name(const struct relay_hop *hop)
{
	return hop ? slice_make(hop->authority, hop->authority_len) : slice_from(NULL);
}

/* The host of that name. */
struct slice relay_hop_host(const struct relay_hop *hop);

/* Does URI name the relay HOP? */
bool relay_hop_is(const struct relay_hop *hop, const struct msrp_uri_slices *uri);

/* PEER is going away; sessions of its hop move to another connection, or wait for one. */
void relay_hop_leave(struct relay_peer *peer);

/* A connection to the relay that URI names, or NULL. */
struct relay_peer *relay_hop_find_peer(const struct relay *relay,
				       const struct msrp_uri_slices *uri);

/* SESSION becomes, or stops being, one of HOP, which must not be NULL. */
void relay_hop_add_session(struct relay_hop *hop, struct relay_session *session);
void relay_hop_remove_session(struct relay_session *session);

/* Connects to the hop of a session that has no connection left. Returns 0 or a negative errno. */
int relay_hop_reconnect(struct relay_hop *hop);

#endif
