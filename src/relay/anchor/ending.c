/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deletes, and views of calls. Proxies delete calls that live on (when a re-INVITE is refused, or a
 * branch loses), so a delete counts only when nothing else comes for a while.
 */
#include "relay/anchor/call.h"
#include "relay/anchor/lifetime.h"
#include "relay/anchor/view.h"
#include "relay/party/due.h"
#include "relay/state.h"

static struct relay_party *find_tag(const struct relay_leg *leg, struct slice tag)
{
	struct relay_party *party;

	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (slice_equal(slice_from(party->terms.tag), tag))
			return party;
	}
	return NULL;
}

/* Has TAG a branch, beside others, in any section? */
static bool is_branch(const struct relay_call *call, struct slice tag)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		for (unsigned side = 0; side < 2; side++) {
			const struct relay_leg *leg = call->section[i]->leg[side];

			if (leg && leg->n_parties > 1 && find_tag(leg, tag))
				return true;
		}
	}
	return false;
}

static void drop_branch(struct relay_call *call, struct slice tag)
{
	for (size_t i = 0; i < call->n_sections; i++) {
		for (unsigned side = 0; side < 2; side++) {
			struct relay_leg *leg = call->section[i]->leg[side];

			if (leg && leg->n_parties > 1)
				relay_party_free(find_tag(leg, tag));
		}
	}
}

int relay_anchor_delete(struct relay *relay, uint64_t now_ms, struct slice call_id,
			struct slice to_tag, uint64_t delay_ms, struct relay_call_view *ret_view)
{
	struct relay_call *call = relay_call_find(relay, call_id);

	relay->now_ms = now_ms;
	if (!call)
		return RELAY_ANCHOR_UNKNOWN;
	call->signal_ms = now_ms;
	if (to_tag.len > 0 && is_branch(call, to_tag))
		drop_branch(call, to_tag);
	else
		call->end_ms = now_ms + (delay_ms > 0 ? delay_ms : 1);
	relay_due_settle(call);
	if (ret_view)
		relay_call_view(call, ret_view);
	return 0;
}

int relay_anchor_end(struct relay *relay, uint64_t now_ms, struct slice call_id, const char *why)
{
	struct relay_call *call = relay_call_find(relay, call_id);

	relay->now_ms = now_ms;
	if (!call)
		return RELAY_ANCHOR_UNKNOWN;
	relay_call_end(call, why);
	return 0;
}
