/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ends calls, drops offers that were not answered, answers requests that came too early, and
 * reports messages that waited for a party which has not connected.
 */
#include "relay/anchor/overdue.h"

#include "relay/anchor/call.h"
#include "relay/anchor/lifetime.h"
#include "relay/party/due.h"
#include "relay/party/early.h"
#include "relay/state.h"

static void run_leg(struct relay_leg *leg, uint64_t now_ms)
{
	struct relay_party *party;

	if (!leg)
		return;
	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (party->absent && party->absent_ms <= now_ms)
			relay_party_give_up(party, "the other party has not connected");
	}
	relay_early_run(leg);
}

static void run_call(struct relay_call *call)
{
	uint64_t now_ms = call->relay->now_ms;
	const char *why;

	if (relay_due_end(call, &why) <= now_ms) {
		relay_call_end(call, why);
		return;
	}
	if (call->answered && call->offered_ms + RELAY_ANSWER_MS <= now_ms)
		relay_call_drop_offer(call);
	for (size_t i = 0; i < call->n_sections; i++) {
		run_leg(call->section[i]->leg[0], now_ms);
		run_leg(call->section[i]->leg[1], now_ms);
		run_leg(call->section[i]->pledged, now_ms);
	}
	relay_due_settle(call);
}

uint64_t relay_overdue_run(struct relay *relay)
{
	struct heap_node *node;

	while ((node = heap_first(&relay->dues)) && node->deadline <= relay->now_ms)
		run_call(CONTAINER_OF(node, struct relay_call, due));
	return node ? node->deadline : UINT64_MAX;
}
