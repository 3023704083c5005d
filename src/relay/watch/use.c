/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Combines what a peer itself shows with what siblings have told about it; passage.c hears them.
 */
#include "relay/watch/use.h"

#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/state.h"

static unsigned use_here(const struct relay_peer *peer)
{
	return (LIST_EMPTY(&peer->links) ? 0 : RELAY_USE_LINK) |
	       (LIST_EMPTY(&peer->sessions) ? 0 : RELAY_USE_SESSION) |
	       (LIST_EMPTY(&peer->parties) ? 0 : RELAY_USE_PARTY) |
	       (peer->has_served ? RELAY_USE_SERVED : 0);
}

unsigned relay_use_of(const struct relay_peer *peer)
{
	const struct relay_passage *passage;
	unsigned use = use_here(peer);

	LIST_FOREACH (passage, &peer->passages, in_peer)
		use |= passage->use;
	return use;
}

void relay_use_tell(struct relay_peer *peer)
{
	unsigned use = use_here(peer);

	if (!peer->as_it || peer->use_told == use)
		return;
	peer->use_told = use;
	peer->relay->host->use(peer->relay->arg, peer, use);
}
