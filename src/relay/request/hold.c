/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acts when another relay has waited for a receiver for too long: gives up the receiver, or refuses
 * what is sent to it. See relay/flow/wait.h for how it came to wait.
 */
#include "relay/request/hold.h"

#include "msrp/report.h"
#include "relay/event.h"
#include "relay/flow/wait.h"
#include "relay/peer.h"
#include "relay/request/send.h"
#include "relay/state.h"

static void give_up_receiver(struct relay_peer *dest)
{
	dest->refusal = RELAY_HOLDS_UP;
	relay_event_peer(dest, RELAY_REFUSED, MSRP_TIMEOUT, dest->refusal);
	relay_peer_close(dest);
	relay_peer_wake_all(dest);
}

/* PEER's current request has to go, so that its other messages can come. */
static void turn_away_sender(struct relay_peer *peer)
{
	peer->waits_for->overrun_ms = peer->relay->now_ms + RELAY_OVERRUN_MS;
	relay_peer_stop_waiting(peer);
	if (relay_send_turn_away(peer, MSRP_TIMEOUT, RELAY_HOLDS_UP) != 0)
		relay_peer_close(peer);
	relay_peer_kick(peer);
}

/* If a sibling has the receiver, the sibling has to settle it, and is asked again after a while. */
static void settle_hold(struct relay_peer *peer, bool is_welcome)
{
	struct relay_peer *dest = peer->waits_for;

	if (dest->sibling)
		peer->relay->host->hurry(peer->relay->arg, dest, is_welcome);
	else if (is_welcome)
		give_up_receiver(dest);
	else
		turn_away_sender(peer);
}

void relay_hold_end(struct relay_peer *peer)
{
	settle_hold(peer, peer->in.is_welcome);
	if (peer->waits_for)
		relay_peer_renew_hold(peer);
}

void relay_hold_hurry(struct relay_peer *peer, bool is_welcome)
{
	peer->is_hurried = true;
	if (peer->waits_for)
		settle_hold(peer, is_welcome || peer->in.is_welcome);
}
