/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Computes when a call ends for lack of an answer or of connections, by its age, or by a delete;
 * and how long its connections wait to be read, and its messages for a party to connect.
 */
#include "relay/party/due.h"

#include "relay/party/early.h"
#include "relay/party/party.h"
#include "relay/state.h"

static uint64_t first_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool is_pending(const struct relay_call *call)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		if (call->section[i]->pending)
			return true;
	}
	return false;
}

uint64_t relay_due_end(const struct relay_call *call, const char **ret_why)
{
	uint64_t max_age_ms = call->relay->config->anchor.max_age_ms;
	uint64_t end_ms = call->signal_ms + max_age_ms;

	*ret_why = "no offer or answer for too long";
	if (!call->answered && call->offered_ms + RELAY_ANSWER_MS < end_ms) {
		end_ms = call->offered_ms + RELAY_ANSWER_MS;
		*ret_why = "no answer";
	}
	if (call->answered && call->deserted_ms > 0 &&
	    call->deserted_ms + RELAY_DESERTED_MS < end_ms) {
		end_ms = call->deserted_ms + RELAY_DESERTED_MS;
		*ret_why = "no connection";
	}
	if (call->end_ms > 0 && call->end_ms < end_ms) {
		end_ms = call->end_ms;
		*ret_why = "deleted";
	}
	return end_ms;
}

/* The earliest time at which something in LEG stops waiting. */
static uint64_t next_of_leg(const struct relay_leg *leg)
{
	const struct relay_party *party;
	const struct relay_early *early;
	uint64_t next = UINT64_MAX;

	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (party->absent)
			next = first_of(next, party->absent_ms);
	}
	LIST_FOREACH (early, &leg->earlies, in_leg)
		next = first_of(next, early->deadline_ms);
	return next;
}

static uint64_t next_of_legs(const struct relay_call *call)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < call->n_sections; i++) {
		const struct relay_section *section = call->section[i];

		for (unsigned side = 0; side < 2; side++) {
			if (section->leg[side])
				next = first_of(next, next_of_leg(section->leg[side]));
		}
		if (section->pledged)
			next = first_of(next, next_of_leg(section->pledged));
	}
	return next;
}

static bool is_connected(const struct relay_call *call)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		for (unsigned side = 0; side < 2; side++) {
			if (relay_leg_peer(call->section[i]->leg[side]))
				return true;
		}
	}
	return false;
}

void relay_due_settle(struct relay_call *call)
{
	struct relay *relay = call->relay;
	const char *why;
	uint64_t next;

	if (is_connected(call))
		call->deserted_ms = 0;
	else if (call->deserted_ms == 0)
		call->deserted_ms = relay->now_ms;
	next = first_of(relay_due_end(call, &why), next_of_legs(call));
	if (call->answered && is_pending(call))
		next = first_of(next, call->offered_ms + RELAY_ANSWER_MS);
	if (call->due.at > 0 && next != call->due.deadline)
		heap_move(&relay->dues, &call->due, next);
}
