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

/* As relay_route_find(), for M of PEER, whose To-Path begins with the URI of LEG. */
enum relay_route_result relay_reach_route(struct relay_peer *peer, const struct msrp_message *m,
					  struct relay_leg *leg, struct relay_route *ret_route,
					  struct relay_refusal *ret_refusal);

/* The lane for what comes from PEER, along ROUTE; NULL without memory. */
struct msrp_lane *relay_reach_lane(const struct relay_route *route, const struct relay_peer *peer);

/* Appends To-Path and From-Path as they are at the other end of ROUTE. */
void relay_reach_write_paths(const struct relay_route *route, struct buf *out);

/* Counts for its call a chunk that takes ROUTE. METER is the first of the two that it has. */
void relay_reach_meter(const struct relay_route *route, struct relay_meter *meter);

/*
 * Connects to PARTY, if its SDP has us do so and it has no connection. What its call may have us
 * connect to is limited. 0 or a negative errno.
 */
int relay_reach_dial(struct relay_party *party);

#endif
