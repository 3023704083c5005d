/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/wait.h"

#include "msrp/report.h"
#include "relay/account.h"
#include "relay/event.h"
#include "relay/peer.h"
#include "relay/send.h"
#include "relay/watch.h"

static void start_hold(struct relay_peer *peer)
{
	peer->held_ms = peer->relay->now_ms + RELAY_HOLD_MS;
	TAILQ_INSERT_TAIL(&peer->relay->held, peer, in_held);
}

static void end_hold(struct relay_peer *peer)
{
	if (peer->held_ms > 0)
		TAILQ_REMOVE(&peer->relay->held, peer, in_held);
	peer->held_ms = 0;
}

void relay_peer_stop_waiting(struct relay_peer *peer)
{
	if (!peer->waits_for)
		return;
	LIST_REMOVE(peer, in_waiters);
	peer->waits_for = NULL;
	end_hold(peer);
	relay_watch_resumed(peer);
}

void relay_peer_wait(struct relay_peer *peer, struct relay_peer *dest)
{
	if (peer->waits_for == dest)
		return;
	relay_peer_stop_waiting(peer);
	peer->waits_for = dest;
	LIST_INSERT_HEAD(&dest->waiters, peer, in_waiters);
	if (peer->hop)
		start_hold(peer);
}

void relay_peer_wake_all(struct relay_peer *peer)
{
	while (!LIST_EMPTY(&peer->waiters)) {
		struct relay_peer *waiter = LIST_FIRST(&peer->waiters);

		relay_peer_stop_waiting(waiter);
		relay_peer_kick(waiter);
	}
}

static void give_up_on(struct relay_peer *dest)
{
	dest->refusal = RELAY_HOLDS_UP;
	relay_event_peer(dest, RELAY_REFUSED, MSRP_TIMEOUT, dest->refusal);
	relay_peer_close(dest);
	relay_peer_wake_all(dest);
}

/* What PEER sends has to go, so that what it has for others can come. */
static void turn_away(struct relay_peer *peer)
{
	peer->waits_for->overrun_ms = peer->relay->now_ms + RELAY_OVERRUN_MS;
	relay_peer_stop_waiting(peer);
	if (relay_send_turn_away(peer, MSRP_TIMEOUT, RELAY_HOLDS_UP) != 0)
		relay_peer_close(peer);
	relay_peer_kick(peer);
}

/* If the receiver is a sibling's, that one has to settle it, and in a while is asked again. */
static void settle(struct relay_peer *peer, bool is_welcome)
{
	struct relay_peer *dest = peer->waits_for;

	if (dest->sibling)
		peer->relay->host->hurry(peer->relay->arg, dest, is_welcome);
	else if (is_welcome)
		give_up_on(dest);
	else
		turn_away(peer);
}

void relay_peer_end_hold(struct relay_peer *peer)
{
	settle(peer, peer->in.is_welcome);
	if (!peer->waits_for)
		return;
	end_hold(peer);
	start_hold(peer);
}

void relay_peer_hurry(struct relay_peer *peer, uint64_t now_ms, bool is_welcome)
{
	peer->relay->now_ms = now_ms;
	peer->is_hurried = true;
	if (peer->waits_for)
		settle(peer, is_welcome || peer->in.is_welcome);
}

bool relay_peer_is_overrun(const struct relay_peer *peer, struct relay_peer *dest)
{
	return relay_peer_is_full(dest) && peer->relay->now_ms < dest->overrun_ms &&
	       !peer->in.is_welcome && (peer->hop || peer->is_hurried);
}

void relay_peer_wake(struct relay_peer *peer)
{
	if (!msrp_conn_is_full(&peer->conn) && relay_account_has_room(peer))
		relay_peer_wake_all(peer);
}
