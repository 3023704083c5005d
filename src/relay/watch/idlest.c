/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chooses the connection to close when the host runs out of descriptors (RFC 4976 6.5): from
 * the queues of relay/watch/idle.h, newcomers first.
 */
#include "relay/event.h"
#include "relay/peer.h"
#include "relay/relay.h"
#include "relay/state.h"
#include "relay/watch/idle.h"
#include "relay/watch/use.h"

enum {
	/*
	 * The number of busy peers to skip at a time, which limits the cost of one new connection.
	 */
	LOOKS_MAX = 32,

	/*
	 * A new connection needs time for a handshake and an AUTH; otherwise simultaneous newcomers
	 * would displace each other for ever.
	 */
	NEWCOMER_MS = 2000,

	/* One in this many connections may be a newcomer's; more are a flood. */
	NEWCOMERS_SHARE = 4,

	/* A peer that was served so recently is not idle, and newcomers have to wait. */
	SERVED_MS = 10 * 1000,
};

static bool is_flood(const struct relay *relay)
{
	return relay->idle[RELAY_NEWCOMER].n > relay->n_peers / NEWCOMERS_SHARE;
}

/* It may be in the middle of something: no request of it was granted yet. */
static struct relay_peer *find_newcomer(const struct relay *relay)
{
	struct relay_peer *first = TAILQ_FIRST(&relay->idle[RELAY_NEWCOMER].peers);

	if (first && (is_flood(relay) || relay->now_ms - first->idle_ms >= NEWCOMER_MS))
		return first;
	return NULL;
}

/*
 * The benefit of closing PEER: above all, the number of connections that its user has had us make.
 */
static size_t gain_of(const struct relay_peer *peer)
{
	const struct relay *relay = peer->relay;

	if (peer->hold)
		return 1 + relay->host->count_hops(relay->arg, peer->hold);
	return relay_use_of(peer) & RELAY_USE_LINK ? 0 : 1;
}

/*
 * Those with sessions are not in this queue: nobody loses one because of what others make us do. A
 * busy peer goes to the end of the queue, out of the way of the next search.
 */
static struct relay_peer *find_idle_proven(struct relay *relay)
{
	struct relay_idle_queue *queue = &relay->idle[RELAY_PROVEN];
	struct relay_peer *peer, *next, *found = NULL;
	size_t gain, most = 0;
	unsigned n = 0;

	TAILQ_FOREACH_SAFE (peer, &queue->peers, in_idle, next) {
		if (n++ == LOOKS_MAX || relay->now_ms - peer->idle_ms < SERVED_MS)
			break;
		if (relay_idle_is_busy(peer)) {
			relay_idle_put_last(peer);
			continue;
		}
		gain = gain_of(peer);
		if (!found || gain > most) {
			found = peer;
			most = gain;
		}
	}
	return found;
}

struct relay_peer *relay_close_idlest(struct relay *relay, uint64_t now_ms)
{
	struct relay_peer *peer;

	relay->now_ms = now_ms;
	peer = find_newcomer(relay);
	if (!peer)
		peer = find_idle_proven(relay);
	if (!peer)
		return NULL;
	relay_event_peer(peer, RELAY_MADE_ROOM, 0, "it was idle, and others need its descriptor");
	relay_peer_close(peer);
	return peer;
}
