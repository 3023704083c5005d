/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/idle.h"

#include "relay/event.h"
#include "relay/peer.h"
#include "relay/watch.h"

enum {
	TOUCH_EVERY_MS = 1000,

	/* For how many busy peers we look past at a time: what one new connection may cost. */
	LOOKS_MAX = 32,

	/*
	 * Who has just connected needs time for a handshake and an AUTH, or those
	 * who come at the same time would throw each other out for ever.
	 */
	NEWCOMER_MS = 2000,

	/* One in so many connections may be a newcomer's; if there are more it is a flood. */
	NEWCOMERS_SHARE = 4,

	/* Whoever was served so shortly ago is not idle, and new ones have to wait. */
	SERVED_MS = 10 * 1000,
};

static void append(struct relay_peer *peer, enum relay_standing standing)
{
	struct relay_idle_queue *queue = &peer->relay->idle[standing];

	peer->idle_in = queue;
	peer->idle_ms = peer->relay->now_ms;
	TAILQ_INSERT_TAIL(&queue->peers, peer, in_idle);
	queue->n++;
}

void relay_idle_add(struct relay_peer *peer)
{
	append(peer, RELAY_NEWCOMER);
}

void relay_idle_remove(struct relay_peer *peer)
{
	if (!peer->idle_in)
		return;
	TAILQ_REMOVE(&peer->idle_in->peers, peer, in_idle);
	peer->idle_in->n--;
	peer->idle_in = NULL;
}

static void put_last(struct relay_peer *peer)
{
	peer->idle_ms = peer->relay->now_ms;
	TAILQ_REMOVE(&peer->idle_in->peers, peer, in_idle);
	TAILQ_INSERT_TAIL(&peer->idle_in->peers, peer, in_idle);
}

void relay_idle_touch(struct relay_peer *peer)
{
	if (peer->idle_in && peer->relay->now_ms - peer->idle_ms >= TOUCH_EVERY_MS)
		put_last(peer);
}

static void stand(struct relay_peer *peer, enum relay_standing standing)
{
	if (!peer->idle_in || peer->idle_in == &peer->relay->idle[standing])
		return;
	relay_idle_remove(peer);
	append(peer, standing);
}

void relay_idle_prove(struct relay_peer *peer)
{
	stand(peer, LIST_EMPTY(&peer->sessions) ? RELAY_PROVEN : RELAY_OWNER);
}

void relay_idle_settle(struct relay_peer *peer)
{
	if (peer->proven || peer->next_hop)
		relay_idle_prove(peer);
}

bool relay_idle_is_busy(const struct relay_peer *peer)
{
	return !msrp_parser_is_idle(&peer->conn.parser) || !msrp_conn_is_drained(&peer->conn) ||
	       peer->n_lookups > 0 || !LIST_EMPTY(&peer->from) || !LIST_EMPTY(&peer->to) ||
	       !LIST_EMPTY(&peer->asked) || !LIST_EMPTY(&peer->asking) ||
	       !LIST_EMPTY(&peer->gathering);
}

bool relay_idle_is_unused(const struct relay_peer *peer)
{
	return LIST_EMPTY(&peer->sessions) && LIST_EMPTY(&peer->links) && !relay_idle_is_busy(peer);
}

static bool is_flood(const struct relay *relay)
{
	return relay->idle[RELAY_NEWCOMER].n > relay->n_peers / NEWCOMERS_SHARE;
}

/* Whether it is in the middle of something does not matter: nothing of it was granted yet. */
static struct relay_peer *find_newcomer(const struct relay *relay)
{
	struct relay_peer *first = TAILQ_FIRST(&relay->idle[RELAY_NEWCOMER].peers);

	if (first && (is_flood(relay) || relay->now_ms - first->idle_ms >= NEWCOMER_MS))
		return first;
	return NULL;
}

/* How much is to be gained by closing PEER: by how many its user has had us make, first of all. */
static size_t gain_of(const struct relay_peer *peer)
{
	const struct relay *relay = peer->relay;

	if (peer->hold)
		return 1 + relay->host->count_hops(relay->arg, peer->hold);
	return LIST_EMPTY(&peer->links) ? 1 : 0;
}

/*
 * Those with sessions do not stand here: nobody loses one by what somebody else makes us do.
 * Who is busy is no longer among the first the next time.
 */
static struct relay_peer *find_proven(struct relay *relay)
{
	struct relay_idle_queue *queue = &relay->idle[RELAY_PROVEN];
	struct relay_peer *peer, *next, *found = NULL;
	size_t gain, most = 0;
	unsigned n = 0;

	TAILQ_FOREACH_SAFE (peer, &queue->peers, in_idle, next) {
		if (n++ == LOOKS_MAX || relay->now_ms - peer->idle_ms < SERVED_MS)
			break;
		if (relay_idle_is_busy(peer)) {
			put_last(peer);
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
		peer = find_proven(relay);
	if (!peer)
		return NULL;
	relay_event_peer(peer, RELAY_MADE_ROOM, 0, "it was idle, and others need its descriptor");
	relay_peer_close(peer);
	return peer;
}
