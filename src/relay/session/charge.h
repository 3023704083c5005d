/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections to next hops are charged to the session that the relay makes them for, and to its
 * user, whose sessions may be on any worker. A connection counts from its beginning until it is
 * gone; a shared one to another relay until no session uses it.
 */
#ifndef RELAY_SESSION_CHARGE_H
#define RELAY_SESSION_CHARGE_H

struct relay_peer;
struct relay_session;

/* Charges PEER, which is being connected, to SESSION, whose user's limit was checked. */
void relay_charge_start(struct relay_session *session, struct relay_peer *peer);

/* PEER leaves its session, but its user is still charged. Fine if it has none. */
void relay_charge_leave_session(struct relay_peer *peer);

/* PEER is charged to nobody any more. Fine if it was not. */
void relay_charge_end(struct relay_peer *peer);

/* SESSION ends: its user is still charged. */
void relay_charge_leave(struct relay_session *session);

#endif
