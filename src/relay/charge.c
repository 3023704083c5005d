/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/charge.h"

#include <errno.h>

#include "relay/idle.h"
#include "relay/peer.h"
#include "relay/sibling.h"
#include "relay/watch.h"

static void leave_session(struct relay_peer *peer)
{
	if (!peer->payer)
		return;
	LIST_REMOVE(peer, in_payer);
	peer->payer->n_charged--;
	peer->payer = NULL;
}

/* One that is not in the middle of something, and was not used for longest. */
static struct relay_peer *find_idle(const struct relay_session *session)
{
	struct relay_peer *peer, *idlest = NULL;

	LIST_FOREACH (peer, &session->charged, in_payer) {
		if (!peer->is_open || relay_idle_is_busy(peer))
			continue;
		if (!idlest || relay_watch_last_ms(peer) < relay_watch_last_ms(idlest))
			idlest = peer;
	}
	return idlest;
}

static int make_room(struct relay_session *session)
{
	struct relay_peer *idle;

	if (session->n_charged < RELAY_LINKS_MAX)
		return 0;
	idle = find_idle(session);
	if (!idle)
		return -EMLINK;
	leave_session(idle);
	relay_peer_close(idle);
	return 0;
}

int relay_charge_connect(struct relay_session *session, const struct relay_peer *from,
			 const struct msrp_uri *uri, struct relay_peer **ret_peer)
{
	struct relay *relay = session->relay;
	unsigned worker;
	int err;

	/* To a sibling there is no connection but in memory, and with one worker not even that. */
	if (relay_sibling_find(relay, uri, &worker))
		return relay_peer_connect(relay, from, uri, ret_peer);
	err = make_room(session);
	if (!err)
		err = relay->host->hold_hop(relay->arg, session->hold,
					    relay->config->session.next_hops);
	if (err)
		return err;
	err = relay_peer_connect(relay, from, uri, ret_peer);
	if (err) {
		relay->host->release_hop(relay->arg, session->hold);
		return err;
	}
	(*ret_peer)->hold = session->hold;
	(*ret_peer)->payer = session;
	LIST_INSERT_HEAD(&session->charged, *ret_peer, in_payer);
	session->n_charged++;
	return 0;
}

void relay_charge_end(struct relay_peer *peer)
{
	leave_session(peer);
	if (peer->hold)
		peer->relay->host->release_hop(peer->relay->arg, peer->hold);
	peer->hold = NULL;
}

void relay_charge_leave(struct relay_session *session)
{
	while (!LIST_EMPTY(&session->charged))
		leave_session(LIST_FIRST(&session->charged));
}
