/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/watch.h"

#include "relay/event.h"
#include "relay/idle.h"
#include "relay/peer.h"
#include "relay/quiet.h"

static void look_again_at(struct relay_peer *peer, uint64_t deadline)
{
	struct heap_node *look = &peer->watch.look;

	if (look->at > 0 && deadline < look->deadline)
		heap_move(&peer->relay->looks, look, deadline);
}

int relay_watch_start(struct relay_peer *peer)
{
	struct relay_watch *w = &peer->watch;

	w->in_ms = peer->relay->now_ms;
	w->out_ms = peer->relay->now_ms;
	w->look.deadline = peer->relay->now_ms + RELAY_IDLE_MS;
	return heap_add(&peer->relay->looks, &w->look);
}

void relay_watch_stop(struct relay_peer *peer)
{
	heap_remove(&peer->relay->looks, &peer->watch.look);
}

static bool is_in_body(const struct relay_peer *peer)
{
	return peer->conn.parser.state == MSRP_PARSER_BODY;
}

static bool is_in_head(const struct relay_peer *peer)
{
	return !is_in_body(peer) && !msrp_parser_is_idle(&peer->conn.parser);
}

/* The relay at the other end is to be the first to give up: many sessions share its connection. */
static uint64_t silence_ends(const struct relay_peer *peer)
{
	return peer->watch.in_ms + (peer->hop ? RELAY_HOP_SILENCE_MS : RELAY_SILENCE_MS);
}

static void note_input(struct relay_peer *peer)
{
	struct relay_watch *w = &peer->watch;

	w->in_ms = peer->relay->now_ms;
	if (is_in_body(peer)) {
		look_again_at(peer, silence_ends(peer));
	} else if (is_in_head(peer)) {
		if (w->head_ms == 0)
			w->head_ms = w->in_ms;
		look_again_at(peer, w->head_ms + RELAY_HEAD_MS);
	} else {
		w->head_ms = 0;
	}
}

void relay_watch_heard(struct relay_peer *peer)
{
	note_input(peer);
	relay_idle_touch(peer);
}

void relay_watch_head_done(struct relay_peer *peer)
{
	peer->watch.head_ms = 0;
}

void relay_watch_resumed(struct relay_peer *peer)
{
	peer->watch.head_ms = 0;
	note_input(peer);
}

void relay_watch_kicked(struct relay_peer *peer)
{
	struct relay_watch *w = &peer->watch;

	if (w->has_output)
		return;
	w->has_output = true;
	w->out_ms = peer->relay->now_ms;
	look_again_at(peer, w->out_ms + MSRP_LATE_MS);
}

void relay_watch_drained(struct relay_peer *peer)
{
	peer->watch.has_output = false;
	relay_quiet_stalled(peer, false);
}

void relay_watch_sent(struct relay_peer *peer)
{
	peer->watch.out_ms = peer->relay->now_ms;
	if (peer->quiet.stalled) {
		relay_quiet_stalled(peer, false);
		look_again_at(peer, peer->watch.out_ms + MSRP_LATE_MS);
	}
	relay_idle_touch(peer);
}

uint64_t relay_watch_last_ms(const struct relay_peer *peer)
{
	const struct relay_watch *w = &peer->watch;

	return w->in_ms > w->out_ms ? w->in_ms : w->out_ms;
}

/* When the time of a peer is over, and why. */
struct end {
	uint64_t at_ms;
	const char *why; /* NULL: it is only to be looked at again */
};

static void end_by(struct end *end, uint64_t at_ms, const char *why)
{
	if (at_ms < end->at_ms)
		*end = (struct end){ at_ms, why };
}

/* Who is not read by us cannot be blamed for silence. */
static struct end end_of(struct relay_peer *peer)
{
	const struct relay_watch *w = &peer->watch;
	struct end end = { relay_watch_last_ms(peer) + RELAY_IDLE_MS, "nothing for an hour" };

	if (end.at_ms <= peer->relay->now_ms && !relay_idle_is_unused(peer))
		end = (struct end){ peer->relay->now_ms + RELAY_IDLE_MS, NULL };
	if (w->has_output && !peer->quiet.stalled)
		end_by(&end, w->out_ms + MSRP_LATE_MS, NULL);
	if (w->has_output)
		end_by(&end, w->out_ms + RELAY_STALL_MS, "it takes nothing");
	if (!relay_peer_want_read(peer))
		return end;
	if (is_in_body(peer))
		end_by(&end, silence_ends(peer), "silence in the middle of a chunk");
	else if (is_in_head(peer))
		end_by(&end, w->head_ms + RELAY_HEAD_MS, "a head that does not end");
	return end;
}

static void look_at(struct relay_peer *peer)
{
	struct relay *relay = peer->relay;
	struct end end;

	if (peer->watch.has_output && peer->watch.out_ms + MSRP_LATE_MS <= relay->now_ms)
		relay_quiet_stalled(peer, true);
	end = end_of(peer);
	if (end.at_ms > relay->now_ms) {
		heap_move(&relay->looks, &peer->watch.look, end.at_ms);
		return;
	}
	relay_event_peer(peer, RELAY_TIMED_OUT, 0, end.why);
	relay_peer_close(peer);
}

uint64_t relay_watch_run(struct relay *relay)
{
	struct heap_node *look;

	while ((look = heap_first(&relay->looks)) && look->deadline <= relay->now_ms)
		look_at(CONTAINER_OF(look, struct relay_peer, watch.look));
	return look ? look->deadline : UINT64_MAX;
}
