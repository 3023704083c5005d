/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to next hops for sessions, within what these and their users may have.
 */
#ifndef RELAY_ROUTE_NEXT_HOP_H
#define RELAY_ROUTE_NEXT_HOP_H

struct msrp_uri_slices;
struct relay_peer;
struct relay_session;

/*
 * As relay_peer_connect(), for what FROM, the owner of SESSION, sends. What the session does
 * not use at present is closed if it has too many. -EMLINK: it has too many in use; -EDQUOT:
 * its user has; -EAGAIN: too many were made in this minute.
 */
int relay_next_hop_connect(struct relay_session *session, const struct relay_peer *from,
			   const struct msrp_uri_slices *uri, struct relay_peer **ret_peer);

#endif
