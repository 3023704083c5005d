/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notes when something came, went, began or stopped on a connection. stuck.c reads it when the time
 * of a peer has come, or earlier if something has begun that has to end.
 */
#include "relay/watch/watch.h"

#include "msrp/parser.h"
#include "msrp/transaction.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"

static void look_earlier_at(struct relay_peer *peer, uint64_t deadline)
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

bool relay_watch_is_in_body(const struct relay_peer *peer)
{
	return peer->conn.parser.state == MSRP_PARSER_BODY;
}

bool relay_watch_is_in_head(const struct relay_peer *peer)
{
	return !relay_watch_is_in_body(peer) && !msrp_parser_is_idle(&peer->conn.parser);
}

/* The relay at the other end should give up first: many sessions share its connection. */
uint64_t relay_watch_silence_ends(const struct relay_peer *peer)
{
	return peer->watch.in_ms + (peer->hop ? RELAY_HOP_SILENCE_MS : RELAY_SILENCE_MS);
}

/* Bytes have come: is a head or chunk incomplete, so that it must continue in time? */
static void note_input(struct relay_peer *peer)
{
	struct relay_watch *w = &peer->watch;

	w->in_ms = peer->relay->now_ms;
	if (relay_watch_is_in_body(peer)) {
		look_earlier_at(peer, relay_watch_silence_ends(peer));
	} else if (relay_watch_is_in_head(peer)) {
		if (w->head_ms == 0)
			w->head_ms = w->in_ms;
		look_earlier_at(peer, w->head_ms + RELAY_HEAD_MS);
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
	look_earlier_at(peer, w->out_ms + MSRP_LATE_MS);
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
		look_earlier_at(peer, peer->watch.out_ms + MSRP_LATE_MS);
	}
	relay_idle_touch(peer);
}

uint64_t relay_watch_last_ms(const struct relay_peer *peer)
{
	const struct relay_watch *w = &peer->watch;

	return w->in_ms > w->out_ms ? w->in_ms : w->out_ms;
}

void relay_watch_served(struct relay_peer *peer)
{
	look_earlier_at(peer, peer->relay->now_ms + RELAY_SERVED_MS);
}
