/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a request goes: from the owner of a session to the next hop that it names, or from any
 * other peer to the owner (RFC 4976 6.4). These checks are what keeps this from being an open
 * relay.
 */
#ifndef RELAY_ROUTE_ROUTE_H
#define RELAY_ROUTE_ROUTE_H

#include <stdbool.h>

#include "relay/refusal.h"

struct buf;
struct msrp_lane;
struct msrp_message;
struct relay;
struct relay_link;
struct relay_party;
struct relay_passage;
struct relay_peer;
struct relay_session;

/* The result of a successful search. */
struct relay_route {
	unsigned hops; /* URIs of ours at the front of To-Path; 2 if both clients are here */
	struct relay_session *session[2];
	struct relay_link *link;
	bool to_owner;		       /* direction along the link */
	struct relay_passage *passage; /* instead of a link and sessions; hops is 0 */
	struct relay_party *from, *to; /* instead of all these: paths are replaced by TO's */
	struct relay_peer *dest;
};

/* The answer to a peer whose From-Path begins with a session that it does not own. */
#define RELAY_IMPOSTOR "From-Path begins with a session of somebody else"

enum relay_route_result {
	RELAY_ROUTED,
	RELAY_REFUSED_ROUTE, /* *ret_refusal says why */
	RELAY_NOT_OURS,	     /* not addressed to this relay: its connection has to be closed (RFC
				4976 6.2) */
};

/*
 * Where the request M of PEER goes (RFC 4976 6.4): from the owner of a session to the next hop that
 * it names, or from anybody else to the owner. Connects to the next hop if there is no connection
 * yet.
 */
enum relay_route_result relay_route_find(struct relay_peer *peer, const struct msrp_message *m,
					 struct relay_route *ret_route,
					 struct relay_refusal *ret_refusal);

/* Answers the request that PEER is sending according to REFUSAL. Returns 0 or -ENOMEM. */
int relay_route_refuse(struct relay_peer *peer, const struct relay_refusal *refusal);

/* Does M of PEER claim to come from a session of ours that PEER does not own? */
bool relay_route_is_impostor(const struct relay_peer *peer, const struct msrp_message *m);

/* Does the first URI of To-Path belong to this relay, with or without a session, or to a leg? */
bool relay_route_is_ours(const struct relay *relay, const struct msrp_message *m);

/* The number of URIs of this relay at the front of To-Path. */
unsigned relay_route_own_hops(const struct relay *relay, const struct msrp_message *m);

/* Is M for a sibling rather than for this relay, or does it come from one for PEER? */
bool relay_route_is_passage(const struct relay_peer *peer, const struct msrp_message *m);

/*
 * May a receiver that is too slow be given up for M, which PEER sends along ROUTE? Only if both
 * have sent something to each other, or PEER is a relay that the operator trusts: otherwise a
 * stranger could end any connection by sending more than it takes.
 */
bool relay_route_is_welcome(const struct relay_peer *peer, const struct msrp_message *m,
			    const struct relay_route *route);

/* The lane for chunks of SOURCE along ROUTE; NULL without memory. */
struct msrp_lane *relay_route_lane(const struct relay_route *route,
				   const struct relay_peer *source);

/* Appends To-Path and From-Path as they are after ROUTE (RFC 4976 6.4.1). */
void relay_route_write_paths(const struct relay_route *route, const struct msrp_message *m,
			     struct buf *out);

#endif
