/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the peers in the order of their last activity, in one queue for each standing, for
 * relay/watch/idlest.c to choose from.
 */
#include "relay/watch/idle.h"

#include "relay/peer.h"
#include "relay/state.h"
#include "relay/watch/use.h"

enum {
	TOUCH_EVERY_MS = 1000,
};

static void append_to_queue(struct relay_peer *peer, enum relay_standing standing)
{
	struct relay_idle_queue *queue = &peer->relay->idle[standing];

	peer->idle_in = queue;
	peer->idle_ms = peer->relay->now_ms;
	TAILQ_INSERT_TAIL(&queue->peers, peer, in_idle);
	queue->n++;
}

void relay_idle_add(struct relay_peer *peer)
{
	append_to_queue(peer, RELAY_NEWCOMER);
}

void relay_idle_remove(struct relay_peer *peer)
{
	if (!peer->idle_in)
		return;
	TAILQ_REMOVE(&peer->idle_in->peers, peer, in_idle);
	peer->idle_in->n--;
	peer->idle_in = NULL;
}

void relay_idle_put_last(struct relay_peer *peer)
{
	peer->idle_ms = peer->relay->now_ms;
	TAILQ_REMOVE(&peer->idle_in->peers, peer, in_idle);
	TAILQ_INSERT_TAIL(&peer->idle_in->peers, peer, in_idle);
}

void relay_idle_touch(struct relay_peer *peer)
{
	if (peer->idle_in && peer->relay->now_ms - peer->idle_ms >= TOUCH_EVERY_MS)
		relay_idle_put_last(peer);
}

static void change_standing(struct relay_peer *peer, enum relay_standing standing)
{
	if (!peer->idle_in || peer->idle_in == &peer->relay->idle[standing])
		return;
	relay_idle_remove(peer);
	append_to_queue(peer, standing);
}

void relay_idle_prove(struct relay_peer *peer)
{
	bool owns = relay_use_of(peer) & (RELAY_USE_SESSION | RELAY_USE_PARTY);

	change_standing(peer, owns ? RELAY_OWNER : RELAY_PROVEN);
}

void relay_idle_settle(struct relay_peer *peer)
{
	relay_use_tell(peer);
	if (peer->proven || peer->next_hop)
		relay_idle_prove(peer);
}

bool relay_idle_is_busy(const struct relay_peer *peer)
{
	return !msrp_parser_is_idle(&peer->conn.parser) || !msrp_conn_is_drained(&peer->conn) ||
	       peer->n_lookups > 0 || peer->early || !LIST_EMPTY(&peer->from) ||
	       !LIST_EMPTY(&peer->to) || !LIST_EMPTY(&peer->asked) || !LIST_EMPTY(&peer->asking) ||
	       !LIST_EMPTY(&peer->gathering);
}

bool relay_idle_is_unused(const struct relay_peer *peer)
{
	return !(relay_use_of(peer) & RELAY_USE_ANY) && !relay_idle_is_busy(peer);
}
