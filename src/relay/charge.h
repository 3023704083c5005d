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

/*
 * As relay_peer_connect(), for what FROM, the owner of SESSION, sends. What the session does
 * not use at present is closed if it has too many. -EMLINK: it has too many in use; -EDQUOT:
 * its user has; -EAGAIN: too many were made in this minute.
 */
int relay_charge_connect(struct relay_session *session, const struct relay_peer *from,
			 const struct msrp_uri *uri, struct relay_peer **ret_peer);

/* PEER is charged to nobody any more. Fine when it was not. */
void relay_charge_end(struct relay_peer *peer);

/* SESSION ends: its user is still charged. */
void relay_charge_leave(struct relay_session *session);

#endif
