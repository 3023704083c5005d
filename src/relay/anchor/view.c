/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows calls and their legs, and tells which worker has a call.
 */
#include "relay/anchor/view.h"

#include "relay/anchor/call.h"
#include "relay/party/party.h"
#include "relay/peer.h"
#include "relay/state.h"

/* The leg at index I, over all sections; NULL: there are not so many. */
static const struct relay_leg *find_leg(const struct relay_call *call, size_t i)
{
	for (size_t k = 0; k < call->n_sections; k++) {
		const struct relay_section *section = call->section[k];

		for (unsigned side = 0; side < 2; side++) {
			const struct relay_leg *leg = section->leg[side];

			if (!leg && section->pledged && section->pledged->side == side)
				leg = section->pledged;
			if (leg && i-- == 0)
				return leg;
		}
	}
	return NULL;
}

void relay_call_view(const struct relay_call *call, struct relay_call_view *ret_view)
{
	uint64_t now_ms = call->relay->now_ms;
	const struct relay_leg *leg;

	*ret_view = (struct relay_call_view){
		.call_id = slice_make(call->id, call->id_len),
		.from_tag = slice_from(call->tag[0]),
		.to_tag = slice_from(call->tag[1]),
		.age_ms = now_ms - call->started_ms,
		.signal_ms = now_ms - call->signal_ms,
		.answered = call->answered,
		.ending = call->end_ms > 0,
		.n_sections = call->n_sections,
		.bytes = { call->bytes[0], call->bytes[1] },
		.chunks = { call->chunks[0], call->chunks[1] },
	};
	while ((leg = find_leg(call, ret_view->n_legs))) {
		ret_view->n_legs++;
		ret_view->n_connected += relay_leg_peer(leg) != NULL;
	}
}

bool relay_anchor_query(struct relay *relay, uint64_t now_ms, struct slice call_id,
			struct relay_call_view *ret_view)
{
	const struct relay_call *call = relay_call_find(relay, call_id);

	relay->now_ms = now_ms;
	if (!call)
		return false;
	relay_call_view(call, ret_view);
	return true;
}

bool relay_anchor_leg(struct relay *relay, struct slice call_id, size_t i,
		      struct relay_leg_view *ret_view)
{
	const struct relay_call *call = relay_call_find(relay, call_id);
	const struct relay_leg *leg = call ? find_leg(call, i) : NULL;
	const struct relay_party *party = leg ? relay_leg_party(leg) : NULL;

	if (!leg)
		return false;
	*ret_view = (struct relay_leg_view){
		.index = leg->section->index,
		.uri = slice_from(leg->uri),
		.secure = leg->secure,
	};
	if (!party)
		return true;
	ret_view->tag = slice_from(party->terms.tag);
	ret_view->path = slice_from(party->terms.path);
	ret_view->fingerprinted = party->terms.fingerprinted;
	ret_view->peer = party->peer;
	ret_view->connecting = party->peer && !party->peer->is_open;
	ret_view->awaited = party->absent != NULL;
	return true;
}

unsigned relay_anchor_worker(const uint8_t key[SIPHASH_KEY_LEN], struct slice call_id, unsigned n)
{
	return n > 1 ? (unsigned)(siphash(key, call_id.p, call_id.len) % n) : 0;
}

bool relay_walk_call(struct relay_walk *walk, uint64_t now_ms, struct relay_call_view *ret_view)
{
	const struct relay_call *call = walk->call;

	if (!call)
		return false;
	walk->relay->now_ms = now_ms;
	relay_call_view(call, ret_view);
	walk->call = TAILQ_NEXT(call, in_relay);
	return true;
}
