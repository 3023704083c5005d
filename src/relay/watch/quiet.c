/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notes which peers leave things unanswered, and tells the siblings to which they have passages.
 * claim.c uses it when another connection claims the name of one.
 */
#include "relay/watch/quiet.h"

#include "msrp/message.h"
#include "relay/chunk.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/transaction.h"

bool relay_quiet_is(const struct relay_peer *peer)
{
	const struct relay_quiet *q = &peer->quiet;

	return q->n_late > 0 || q->timed_out || q->stalled || q->far;
}

void relay_quiet_tell(const struct relay_passage *passage)
{
	const struct relay_peer *peer = passage->peer;
	struct relay *relay = peer->relay;

	if (peer->quiet.told)
		relay->host->quiet(relay->arg, passage->sibling, true);
}

/* Tells every change, and only changes. */
static void tell_siblings(struct relay_peer *peer)
{
	struct relay *relay = peer->relay;
	struct relay_passage *passage;

	if (peer->quiet.told == relay_quiet_is(peer))
		return;
	peer->quiet.told = !peer->quiet.told;
	LIST_FOREACH (passage, &peer->passages, in_peer) {
		if (!passage->sibling->closing)
			relay->host->quiet(relay->arg, passage->sibling, peer->quiet.told);
	}
}

/* With "partial", silence means success. */
static bool is_owed(const struct relay_transaction *t)
{
	return !t->chunk || t->chunk->failure_report == MSRP_FAILURE_YES;
}

void relay_quiet_late(struct relay_transaction *t)
{
	if (!is_owed(t))
		return;
	t->late = true;
	t->dest->quiet.n_late++;
	tell_siblings(t->dest);
}

void relay_quiet_end(struct relay_transaction *t)
{
	if (!t->late)
		return;
	t->late = false;
	t->dest->quiet.n_late--;
	tell_siblings(t->dest);
}

void relay_quiet_timed_out(struct relay_transaction *t)
{
	if (is_owed(t))
		t->dest->quiet.timed_out = true;
}

void relay_quiet_answered(struct relay_peer *peer)
{
	peer->quiet.timed_out = false;
	tell_siblings(peer);
}

void relay_quiet_stalled(struct relay_peer *peer, bool on)
{
	peer->quiet.stalled = on;
	tell_siblings(peer);
}

void relay_quiet_far(struct relay_peer *peer, bool on)
{
	peer->quiet.far = on;
	tell_siblings(peer);
}
