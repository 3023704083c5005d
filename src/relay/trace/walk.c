/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks over all sessions and peers of a relay, a few at a time. When one is freed, walks that
 * point to it move on, so this file is below everything that ends.
 */
#include "relay/trace/walk.h"

#include "relay/leg.h"
#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"

void relay_walk_start(struct relay_walk *walk, struct relay *relay)
{
	walk->relay = relay;
	walk->session = TAILQ_FIRST(&relay->sessions);
	walk->peer = LIST_FIRST(&relay->peers);
	walk->call = TAILQ_FIRST(&relay->calls);
	LIST_INSERT_HEAD(&relay->walks, walk, in_relay);
}

void relay_walk_stop(struct relay_walk *walk)
{
	LIST_REMOVE(walk, in_relay);
}

struct relay_session *relay_walk_after(const struct relay_session *session)
{
	return TAILQ_NEXT(session, in_relay);
}

void relay_walk_skip_session(const struct relay_session *session)
{
	struct relay_walk *walk;

	LIST_FOREACH (walk, &session->relay->walks, in_relay) {
		if (walk->session == session)
			walk->session = relay_walk_after(session);
	}
}

void relay_walk_skip_peer(const struct relay_peer *peer)
{
	struct relay_walk *walk;

	LIST_FOREACH (walk, &peer->relay->walks, in_relay) {
		if (walk->peer == peer)
			walk->peer = LIST_NEXT(peer, in_relay);
	}
}

void relay_walk_skip_call(const struct relay_call *call)
{
	struct relay_walk *walk;

	LIST_FOREACH (walk, &call->relay->walks, in_relay) {
		if (walk->call == call)
			walk->call = TAILQ_NEXT(call, in_relay);
	}
}
