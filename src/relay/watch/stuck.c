/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ends connections that are stuck, when it is time to check them: relay/watch/watch.h notes what
 * happens on them.
 */
#include "relay/watch/stuck.h"

#include "msrp/transaction.h"
#include "relay/event.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"
#include "relay/watch/watch.h"

/* When the time of a peer is over, and why. */
struct end {
	uint64_t at_ms;
	const char *why; /* NULL: only check it again */
};

static void end_by(struct end *end, uint64_t at_ms, const char *why)
{
	if (at_ms < end->at_ms)
		*end = (struct end){ at_ms, why };
}

/* A peer that we do not read cannot be blamed for silence. */
static struct end watch_end_of(struct relay_peer *peer)
{
	const struct relay_watch *w = &peer->watch;
	struct end end = { relay_watch_last_ms(peer) + RELAY_IDLE_MS, "nothing for an hour" };

	if (end.at_ms <= peer->relay->now_ms && !relay_idle_is_unused(peer))
		end = (struct end){ peer->relay->now_ms + RELAY_IDLE_MS, NULL };
	if (peer->has_served && !peer->hop && relay_idle_is_unused(peer))
		end_by(&end, relay_watch_last_ms(peer) + RELAY_SERVED_MS,
		       "no call uses it any more");
	if (w->has_output && !peer->quiet.stalled)
		end_by(&end, w->out_ms + MSRP_LATE_MS, NULL);
	if (w->has_output)
		end_by(&end, w->out_ms + RELAY_STALL_MS, "it takes nothing");
	if (!relay_peer_want_read(peer))
		return end;
	if (relay_watch_is_in_body(peer))
		end_by(&end, relay_watch_silence_ends(peer), "silence in the middle of a chunk");
	else if (relay_watch_is_in_head(peer))
		end_by(&end, w->head_ms + RELAY_HEAD_MS, "a head that does not end");
	return end;
}

/* Closes PEER if its time is over, or determines when to check again. */
static void look_at_peer(struct relay_peer *peer)
{
	struct relay *relay = peer->relay;
	struct end end;

	if (peer->watch.has_output && peer->watch.out_ms + MSRP_LATE_MS <= relay->now_ms)
		relay_quiet_stalled(peer, true);
	end = watch_end_of(peer);
	if (end.at_ms > relay->now_ms) {
		heap_move(&relay->looks, &peer->watch.look, end.at_ms);
		return;
	}
	relay_event_peer(peer, RELAY_TIMED_OUT, 0, end.why);
	relay_peer_close(peer);
}

uint64_t relay_stuck_close(struct relay *relay, unsigned max)
{
	struct heap_node *look;

	while ((look = heap_first(&relay->looks)) && look->deadline <= relay->now_ms && max-- > 0)
		look_at_peer(CONTAINER_OF(look, struct relay_peer, watch.look));
	return look ? look->deadline : UINT64_MAX;
}
