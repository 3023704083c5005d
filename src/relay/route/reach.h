/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From leg to leg: where a request that names a leg goes, and how a party without a connection
 * is reached.
 */
#ifndef RELAY_ROUTE_REACH_H
#define RELAY_ROUTE_REACH_H

#include "relay/leg.h"
#include "relay/route/route.h"

struct buf;
struct msrp_message;
struct relay_meter;

/* Like relay_route_find(), for M of PEER, whose To-Path begins with the URI of LEG. */
enum relay_route_result relay_reach_route(struct relay_peer *peer, const struct msrp_message *m,
					  struct relay_leg *leg, struct relay_route *ret_route,
					  struct relay_refusal *ret_refusal);

/* The lane for requests of PEER along ROUTE; NULL without memory. */
struct msrp_lane *relay_reach_lane(const struct relay_route *route, const struct relay_peer *peer);

/* Appends To-Path and From-Path as they are at the other end of ROUTE. */
void relay_reach_write_paths(const struct relay_route *route, struct buf *out);

/* Counts a chunk along ROUTE for its call. METER is the first of the chunk's two. */
void relay_reach_meter(const struct relay_route *route, struct relay_meter *meter);

/*
 * Connects to PARTY, if its SDP says that we do and it has no connection. The number of connections
 * per call is limited. Returns 0 or a negative errno.
 */
int relay_reach_dial(struct relay_party *party);

#endif
