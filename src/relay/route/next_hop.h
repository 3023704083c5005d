/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to next hops for sessions, within the limits of these and their users.
 */
#ifndef RELAY_ROUTE_NEXT_HOP_H
#define RELAY_ROUTE_NEXT_HOP_H

struct msrp_uri_slices;
struct relay_peer;
struct relay_session;

/*
 * Like relay_peer_connect(), for requests of FROM, the owner of SESSION. If the session has too
 * many connections, an unused one is closed. Returns -EMLINK: it has too many in use; -EDQUOT: its
 * user has; -EAGAIN: too many were made in this minute.
 */
int relay_next_hop_connect(struct relay_session *session, const struct relay_peer *from,
			   const struct msrp_uri_slices *uri, struct relay_peer **ret_peer);

#endif
