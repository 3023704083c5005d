/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passages of peers to siblings: a request for a session of another worker takes one, and so do
 * requests in return. Each has a peer in this relay for its far end.
 */
#include "relay/passage.h"

#include <errno.h>
#include <stdlib.h>

#include "relay/peer.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"
#include "relay/watch/use.h"
#include "relay/watch/watch.h"

static struct relay_passage *find_passage(const struct relay_peer *peer, unsigned worker)
{
	struct relay_passage *passage;

	LIST_FOREACH (passage, &peer->passages, in_peer) {
		if (passage->worker == worker && !passage->sibling->closing)
			return passage;
	}
	return NULL;
}

/* Closes a newcomer's passage for the next one. False: something is under way there. */
static bool make_room_for_passage(const struct relay_peer *peer)
{
	const struct relay_passage *passage;

	if (peer->proven)
		return true;
	LIST_FOREACH (passage, &peer->passages, in_peer) {
		if (!relay_idle_is_unused(passage->sibling))
			return false;
	}
	LIST_FOREACH (passage, &peer->passages, in_peer)
		relay_peer_close(passage->sibling);
	return true;
}

int relay_passage_get(struct relay_peer *peer, unsigned worker, struct relay_passage **ret_passage)
{
	struct relay_passage *passage = find_passage(peer, worker);
	int err;

	if (!passage && !make_room_for_passage(peer))
		return -EDQUOT;
	if (!passage) {
		passage = calloc(1, sizeof(*passage));
		if (!passage)
			return -ENOMEM;
		err = relay_peer_join(peer, worker, &passage->sibling);
		if (err) {
			free(passage);
			return err;
		}
		passage->peer = peer;
		passage->worker = worker;
		passage->sibling->passage = passage;
		LIST_INSERT_HEAD(&peer->passages, passage, in_peer);
		relay_quiet_tell(passage);
	}
	*ret_passage = passage;
	return 0;
}

struct msrp_lane *relay_passage_lane(struct relay_passage *passage, struct relay_peer *dest)
{
	struct msrp_lane **lane =
	    dest == passage->sibling ? &passage->to_sibling : &passage->to_peer;

	if (!*lane)
		*lane = msrp_lane_new(&dest->conn);
	return *lane;
}

void relay_passage_judge(struct relay_peer *source, const struct relay_peer *dest, unsigned status)
{
	if (!source || !dest->passage)
		return;
	if (status / 100 == 2)
		relay_peer_prove(source);
	else
		relay_peer_count_refusal(source);
}

/* Puts it where it belongs after a change in its own lists. */
static void settle_peer(struct relay_peer *peer)
{
	relay_idle_settle(peer);
	if (relay_use_of(peer) & RELAY_USE_ANY)
		return;
	relay_watch_served(peer);
	relay_peer_release(peer);
}

void relay_passage_told(struct relay_peer *sibling, unsigned use)
{
	struct relay_passage *passage = sibling->passage;

	if (!passage || !passage->peer || passage->use == use)
		return;
	passage->use = use;
	passage->peer->has_served |= use & RELAY_USE_SERVED;
	settle_peer(passage->peer);
}

static void leave_passage_peer(struct relay_passage *passage)
{
	if (!passage->peer)
		return;
	LIST_REMOVE(passage, in_peer);
	passage->to_peer = msrp_lane_release(passage->to_peer);
	passage->peer = NULL;
}

void relay_passage_forget(struct relay_peer *peer)
{
	struct relay_passage *own = peer->passage;

	while (!LIST_EMPTY(&peer->passages)) {
		struct relay_passage *passage = LIST_FIRST(&peer->passages);

		leave_passage_peer(passage);
		relay_peer_close(passage->sibling);
	}
	if (!own)
		return;
	relay_passage_told(peer, 0);
	leave_passage_peer(own);
	msrp_lane_release(own->to_sibling);
	peer->passage = NULL;
	free(own);
}
