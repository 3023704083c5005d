/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which peers wait because of a user's rate. The buckets themselves are the host's, because a user
 * has one for all relays of the process: relay/shared/rate.c.
 */
#include "relay/flow/slow.h"

#include "relay/peer.h"
#include "relay/session/meter.h"
#include "relay/state.h"
#include "relay/watch/watch.h"

/* Without memory the peer goes on, faster than it should. */
static void slow_down(struct relay_peer *peer, uint64_t ms)
{
	struct relay *relay = peer->relay;
	uint64_t until_ms = relay->now_ms + (ms < RELAY_SLOW_MAX_MS ? ms : RELAY_SLOW_MAX_MS);

	if (relay_peer_is_slowed(peer)) {
		if (until_ms > peer->slowed.deadline)
			heap_move(&relay->slowed, &peer->slowed, until_ms);
		return;
	}
	peer->slowed.deadline = until_ms;
	if (heap_add(&relay->slowed, &peer->slowed) == 0)
		relay->counters.slowed++;
}

/* Returns how far ahead the user is after this. */
static uint64_t charge(struct relay_peer *peer, const struct relay_meter *meter, size_t len)
{
	struct relay *relay = peer->relay;

	if (!meter->hold)
		return 0;
	return relay->host->use_rate(relay->arg, meter->hold, meter->direction, len,
				     relay->config->session.rate);
}

bool relay_slow_charge(struct relay_peer *peer, size_t len)
{
	uint64_t first_ms = charge(peer, &peer->in.meter[0], len);
	uint64_t second_ms = charge(peer, &peer->in.meter[1], len);
	uint64_t ahead_ms = first_ms > second_ms ? first_ms : second_ms;

	if (peer->hop) {
		peer->relay->counters.too_fast += ahead_ms > RELAY_SLOW_REFUSE_MS;
		return ahead_ms <= RELAY_SLOW_REFUSE_MS;
	}
	if (ahead_ms > RELAY_SLOW_BURST_MS)
		slow_down(peer, ahead_ms - RELAY_SLOW_BURST_MS + RELAY_SLOW_STEP_MS);
	return true;
}

bool relay_peer_is_slowed(const struct relay_peer *peer)
{
	return peer->slowed.at > 0;
}

uint64_t relay_slow_end(struct relay *relay, unsigned max)
{
	struct heap_node *node;

	while ((node = heap_first(&relay->slowed)) && node->deadline <= relay->now_ms &&
	       max-- > 0) {
		struct relay_peer *peer = CONTAINER_OF(node, struct relay_peer, slowed);

		heap_remove(&relay->slowed, node);
		relay_watch_resumed(peer);
		relay_peer_kick(peer);
	}
	return node ? node->deadline : UINT64_MAX;
}

void relay_slow_forget(struct relay_peer *peer)
{
	heap_remove(&peer->relay->slowed, &peer->slowed);
}
