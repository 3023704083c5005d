/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remembers which session, and which user, a connection to a next hop was made for. next_hop.c
 * makes the connections, within the limits.
 */
#include "relay/session/charge.h"

#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"

void relay_charge_leave_session(struct relay_peer *peer)
{
	if (!peer->payer)
		return;
	LIST_REMOVE(peer, in_payer);
	peer->payer->n_charged--;
	peer->payer = NULL;
}

void relay_charge_start(struct relay_session *session, struct relay_peer *peer)
{
	peer->hold = session->hold;
	peer->payer = session;
	LIST_INSERT_HEAD(&session->charged, peer, in_payer);
	session->n_charged++;
}

void relay_charge_end(struct relay_peer *peer)
{
	relay_charge_leave_session(peer);
	if (peer->hold)
		peer->relay->host->release_hop(peer->relay->arg, peer->hold);
	peer->hold = NULL;
}

void relay_charge_leave(struct relay_session *session)
{
	while (!LIST_EMPTY(&session->charged))
		relay_charge_leave_session(LIST_FIRST(&session->charged));
}
