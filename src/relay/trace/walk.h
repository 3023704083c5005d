/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A position in the lists of sessions and peers that stays valid while they come and go, for an
 * operator who reads long lists in parts. relay/view.h describes the entries.
 */
#ifndef RELAY_TRACE_WALK_H
#define RELAY_TRACE_WALK_H

#include "base/list.h"
#include "relay/relay.h"

struct relay_session;
struct relay_call;

/*
 * A position in the lists of all sessions, peers and calls. It stays valid while they come and go,
 * so a long list can be read a few at a time.
 */
struct relay_walk {
	struct relay *relay;
	struct relay_session *session; /* the next one */
	struct relay_peer *peer;       /* the next one */
	struct relay_call *call;       /* the next one */
	LIST_ENTRY(relay_walk) in_relay;
};

void relay_walk_start(struct relay_walk *walk, struct relay *relay);
void relay_walk_stop(struct relay_walk *walk);

/* For the relay itself: the session after this one, or NULL. */
struct relay_session *relay_walk_after(const struct relay_session *session);

/* Likewise: these are about to be freed. */
void relay_walk_skip_session(const struct relay_session *session);
void relay_walk_skip_peer(const struct relay_peer *peer);
void relay_walk_skip_call(const struct relay_call *call);

#endif
