/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps output for a party that has not connected yet, and hands it over when it has.
 */
#include "relay/party/absent.h"

#include <errno.h>

#include "relay/chunk.h"
#include "relay/flow/wait.h"
#include "relay/party/due.h"
#include "relay/party/party.h"
#include "relay/peer.h"
#include "relay/state.h"
#include "relay/transaction.h"
#include "relay/watch/quiet.h"

int relay_absent_get(struct relay_party *party, struct relay_peer **ret_peer)
{
	struct relay *relay = party->leg->section->call->relay;

	*ret_peer = party->absent;
	if (party->absent || relay->now_ms >= party->welcome_ms ||
	    relay->n_absent == RELAY_AWAITED_MAX)
		return 0;
	party->absent = relay_peer_new_absent(relay);
	if (!party->absent)
		return -ENOMEM;
	party->absent_ms = relay->now_ms + RELAY_AWAIT_MS;
	*ret_peer = party->absent;
	relay_due_settle(party->leg->section->call);
	return 0;
}

static void move_chunks(struct relay_peer *from, struct relay_peer *to)
{
	while (!LIST_EMPTY(&from->to)) {
		struct relay_chunk *chunk = LIST_FIRST(&from->to);

		LIST_REMOVE(chunk, in_dest);
		chunk->dest = to;
		LIST_INSERT_HEAD(&to->to, chunk, in_dest);
	}
}

/* From now on the debts of one count as late only if the other permits. */
static void move_requests(struct relay_peer *from, struct relay_peer *to)
{
	while (!LIST_EMPTY(&from->asked)) {
		struct relay_transaction *t = LIST_FIRST(&from->asked);

		relay_quiet_end(t);
		LIST_REMOVE(t, in_dest);
		t->dest = to;
		LIST_INSERT_HEAD(&to->asked, t, in_dest);
	}
	while (!LIST_EMPTY(&from->gathering)) {
		struct relay_peer *source = LIST_FIRST(&from->gathering);

		LIST_REMOVE(source, in.in_gathering);
		source->in.dest = to;
		LIST_INSERT_HEAD(&to->gathering, source, in.in_gathering);
	}
}

void relay_hand_over(struct relay_peer *from, struct relay_peer *to)
{
	move_chunks(from, to);
	move_requests(from, to);
	to->owes.n += from->owes.n;
	to->owes.bytes += from->owes.bytes;
	from->owes = (struct relay_account){ 0 };
	/* Without memory the complete requests are lost, and answered when their time is over. */
	(void)msrp_conn_move(&from->conn, &to->conn);
	relay_peer_wake_all(from);
	relay_peer_kick(to);
}

void relay_absent_hand_over(struct relay_party *party, struct relay_peer *peer)
{
	struct relay_peer *absent = party->absent;

	party->absent = NULL;
	party->addressed = true;
	relay_party_turn_lanes(party, absent, peer);
	relay_hand_over(absent, peer);
	relay_peer_free_absent(absent);
}
