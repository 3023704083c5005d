/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which peers wait for which: a peer that sends to a full one is not read, so that TCP slows it
 * down, and is woken when the other has room. How long this may last: relay/request/hold.c.
 */
#include "relay/flow/wait.h"

#include "relay/flow/account.h"
#include "relay/leg.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/watch/watch.h"

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

void relay_peer_renew_hold(struct relay_peer *peer)
{
	end_hold(peer);
	start_hold(peer);
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

/* An interrupted chunk has several pieces, each of which awaits an answer. */
static bool owes_much(const struct relay_peer *peer)
{
	return peer->n_awaited >= RELAY_TRANSACTIONS_MAX ||
	       peer->owes.n >= RELAY_TRANSACTIONS_MAX || peer->owes.bytes >= RELAY_KEPT_MAX;
}

static bool owes_little(const struct relay_peer *peer)
{
	return peer->n_awaited <= RELAY_TRANSACTIONS_LOW &&
	       peer->owes.n <= RELAY_TRANSACTIONS_LOW && peer->owes.bytes <= RELAY_KEPT_LOW;
}

bool relay_peer_is_full(struct relay_peer *peer)
{
	if (peer->is_absent && msrp_conn_queued(&peer->conn) >= RELAY_AWAITED_BYTES)
		return true;
	return msrp_conn_is_full(&peer->conn) || owes_much(peer);
}

bool relay_peer_is_overrun(const struct relay_peer *peer, struct relay_peer *dest)
{
	return relay_peer_is_full(dest) && peer->relay->now_ms < dest->overrun_ms &&
	       !peer->in.is_welcome && (peer->hop || peer->is_hurried);
}

void relay_peer_wake(struct relay_peer *peer)
{
	if (!msrp_conn_is_full(&peer->conn) && owes_little(peer))
		relay_peer_wake_all(peer);
}
