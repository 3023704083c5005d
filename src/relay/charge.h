/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_CHARGE_H
#define RELAY_CHARGE_H

#include "relay/internal.h"

/*
 * Connections to next hops are charged to whom the relay makes them for: to the session,
 * and to its user, whose sessions may be on any worker. What counts are connections
 * that stand and such as are being made, from then until they are gone; one to another
 * relay, as it is shared, until no session uses it.
 */

/* PEER, which is being connected, is charged to SESSION, whose user has been asked for it. */
void relay_charge_start(struct relay_session *session, struct relay_peer *peer);

/* PEER leaves its session, but its user is still charged. Fine when it has none. */
void relay_charge_leave_session(struct relay_peer *peer);

/* PEER is charged to nobody any more. Fine when it was not. */
void relay_charge_end(struct relay_peer *peer);

/* SESSION ends: its user is still charged. */
void relay_charge_leave(struct relay_session *session);

#endif
