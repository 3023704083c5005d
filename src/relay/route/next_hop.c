/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that the relay makes to next hops, each charged to the session that it is made for;
 * routes ask for one when no connection leads there yet.
 */
#include "relay/route/next_hop.h"

#include <errno.h>

#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session/charge.h"
#include "relay/session/sibling.h"
#include "relay/state.h"
#include "relay/watch/idle.h"
#include "relay/watch/watch.h"

/* The one that has been unused longest, and is not in the middle of something. */
static struct relay_peer *find_idle_hop(const struct relay_session *session)
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

/* A session with too many connections loses the one that it has not used for longest. */
static int make_room_for_hop(struct relay_session *session)
{
	struct relay_peer *idle;

	if (session->n_charged < RELAY_LINKS_MAX)
		return 0;
	idle = find_idle_hop(session);
	if (!idle)
		return -EMLINK;
	relay_charge_leave_session(idle);
	relay_peer_close(idle);
	return 0;
}

int relay_next_hop_connect(struct relay_session *session, const struct relay_peer *from,
			   const struct msrp_uri_slices *uri, struct relay_peer **ret_peer)
{
	struct relay *relay = session->relay;
	unsigned worker;
	int err;

	/* A sibling is reached only in memory, and with one worker not even that way. */
	if (relay_sibling_find_inside(relay, uri, &worker))
		return relay_peer_connect(relay, from, uri, RELAY_TRUST_NAME, ret_peer);
	err = make_room_for_hop(session);
	if (!err)
		err = relay->host->hold_hop(relay->arg, session->hold,
					    relay->config->session.next_hops);
	if (err)
		return err;
	err = relay_peer_connect(relay, from, uri, RELAY_TRUST_NAME, ret_peer);
	if (err) {
		relay->host->release_hop(relay->arg, session->hold);
		return err;
	}
	relay_charge_start(session, *ret_peer);
	return 0;
}
