/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections to next hops are charged to the session that the relay makes them for, and to its
 * user, whose sessions may be on any worker. One counts from when it is begun until it is gone; one
 * to another relay, as it is shared, until no session uses it.
 */
#ifndef RELAY_SESSION_CHARGE_H
#define RELAY_SESSION_CHARGE_H

struct relay_peer;
struct relay_session;

/* PEER, which is being connected, is charged to SESSION, whose user has been asked for it. */
void relay_charge_start(struct relay_session *session, struct relay_peer *peer);

/* PEER leaves its session, but its user is still charged. Fine when it has none. */
void relay_charge_leave_session(struct relay_peer *peer);

/* PEER is charged to nobody any more. Fine when it was not. */
void relay_charge_end(struct relay_peer *peer);

/* SESSION ends: its user is still charged. */
void relay_charge_leave(struct relay_session *session);

#endif
