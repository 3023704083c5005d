/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offers. Nothing in force changes before the answer: the section notes what was offered, and
 * pledges a new leg towards the answerer if the existing one will not do.
 */
#include <errno.h>
#include <stdlib.h>

#include "relay/anchor/call.h"
#include "relay/anchor/exchange.h"
#include "relay/anchor/lifetime.h"
#include "relay/party/due.h"
#include "relay/party/terms.h"
#include "relay/session/token.h"
#include "relay/state.h"

/* The side of CALL that TAG is on: 0 for the party that offered it, 1 for all others. */
static unsigned side_of(const struct relay_call *call, struct slice tag)
{
	return slice_equal(slice_from(call->tag[0]), tag) ? 0 : 1;
}

static bool wants_tls(const struct relay_exchange *offer, const struct sdp_message *media)
{
	if (offer->transport == RELAY_TRANSPORT_SAME)
		return media->secure;
	return offer->transport == RELAY_TRANSPORT_TLS;
}

/* The leg that the same offer has shown to the answerer before, or that is in force. */
static struct relay_leg *answerer_leg(const struct relay_section *section, unsigned side)
{
	if (section->pledged && section->pledged->side == side)
		return section->pledged;
	return relay_exchange_is_lost(section->leg[side]) ? NULL : section->leg[side];
}

/*
 * An SDP that has passed through here before, in this call: our URI in it already leads to the
 * other party.
 */
static bool is_our_offer(const struct relay_call *call, const struct relay_terms *terms)
{
	const struct relay_leg *leg = relay_leg_find(call->relay, &terms->last);

	return leg && leg->section->call == call;
}

static int prepare_leg(struct relay_call *call, const struct relay_exchange *offer,
		       struct relay_item *item)
{
	unsigned side = !side_of(call, offer->from_tag);
	bool secure = wants_tls(offer, item->media);
	const struct relay_leg *leg = answerer_leg(item->section, side);

	if (!relay_exchange_has_port(&offer->place, secure) ||
	    !relay_exchange_has_port(&offer->place, item->media->secure))
		return RELAY_ANCHOR_NO_PORT;
	if (leg && relay_leg_is_at(leg, secure, &offer->place))
		return 0;
	item->leg = relay_leg_new(item->section, side, secure, &offer->place);
	return item->leg ? 0 : -ENOMEM;
}

static int prepare_offered(struct relay_call *call, const struct relay_exchange *offer,
			   struct relay_item *item)
{
	int err;

	item->section = relay_call_section(call, item->media->index);
	if (item->media->closed)
		return 0;
	err = relay_terms_read(item->media, offer->from_tag, &item->terms);
	if (err)
		return err;
	if (is_our_offer(call, &item->terms)) {
		item->section = NULL;
		return 0;
	}
	if (!item->section) {
		item->section = relay_section_new(call, item->media->index);
		item->is_new = item->section != NULL;
	}
	return item->section ? prepare_leg(call, offer, item) : -ENOMEM;
}

static int prepare_offer(struct relay_call *call, const struct relay_exchange *offer,
			 struct relay_items *items)
{
	size_t n_new = 0;
	int err = 0;

	for (size_t i = 0; i < offer->n_media && !err; i++) {
		struct relay_item *item = &items->item[i];

		*item = (struct relay_item){ .media = &offer->media[i] };
		items->n++;
		err = prepare_offered(call, offer, item);
		n_new += item->is_new;
	}
	return !err && call->n_sections + n_new > RELAY_ANCHOR_SECTIONS_MAX ? RELAY_ANCHOR_BAD
									    : err;
}

static void pledge(struct relay_section *section, struct relay_item *item, unsigned side)
{
	struct relay_leg *before = section->pledged;

	/* A leg pledged to the other side, or at another place, is not shown any more. */
	if (!item->leg && before && before->side == side)
		return;
	section->pledged = item->leg;
	item->leg = NULL;
	relay_leg_free(before);
}

static void commit_offered(struct relay_call *call, struct relay_item *item, unsigned side)
{
	struct relay_section *section = item->section;

	if (!section)
		return;
	if (item->is_new)
		call->section[call->n_sections++] = section;
	item->is_new = false;
	section->pending = true;
	section->closing = item->media->closed;
	if (item->media->closed)
		return;
	relay_terms_done(&section->offer);
	section->offer = item->terms;
	item->terms = (struct relay_terms){ 0 };
	pledge(section, item, side);
}

static void show_answerer(const struct relay_exchange *offer, const struct relay_item *item,
			  unsigned side, struct relay_shown *ret_shown)
{
	enum sdp_setup setup = offer->passive ? SDP_SETUP_PASSIVE : SDP_SETUP_ACTPASS;

	*ret_shown = (struct relay_shown){ 0 };
	if (!item->section)
		return;
	if (item->media->closed)
		*ret_shown = (struct relay_shown){ .anchored = true, .closed = true };
	else
		relay_exchange_show(answerer_leg(item->section, side), setup, ret_shown);
}

static void commit_offer(struct relay_call *call, const struct relay_exchange *offer,
			 struct relay_items *items, struct relay_shown *ret_shown)
{
	unsigned side = side_of(call, offer->from_tag);

	call->exchange++;
	call->offerer = side;
	call->end_ms = 0;
	call->signal_ms = call->offered_ms = call->relay->now_ms;
	for (size_t i = 0; i < items->n; i++) {
		commit_offered(call, &items->item[i], !side);
		show_answerer(offer, &items->item[i], !side, &ret_shown[i]);
	}
	relay_due_settle(call);
}

static int find_or_make_call(struct relay *relay, const struct relay_exchange *offer,
			     struct relay_call **ret_call, bool *ret_is_new)
{
	*ret_call = relay_call_find(relay, offer->call_id);
	*ret_is_new = !*ret_call;
	if (*ret_call)
		return 0;
	if (relay->draining)
		return RELAY_ANCHOR_DRAINING;
	return relay_call_new(relay, offer->call_id, offer->from_tag, ret_call);
}

static const char *why_no_offer(int err)
{
	switch (err) {
	case RELAY_ANCHOR_FULL:
		return "there are as many calls as may be";
	case RELAY_ANCHOR_DRAINING:
		return "no new call is taken any more";
	case RELAY_ANCHOR_BAD:
		return "a path that is none, or too many sections for messages";
	case RELAY_ANCHOR_NO_PORT:
		return "there is no listener for this protocol";
	default:
		return "out of memory";
	}
}

int relay_anchor_offer(struct relay *relay, uint64_t now_ms, const struct relay_exchange *offer,
		       struct relay_shown *ret_shown, const char **ret_why)
{
	struct relay_items items = { .n = 0 };
	struct relay_call *call;
	bool is_new;
	int err;

	relay->now_ms = now_ms;
	if (!relay_exchange_is_sound(offer, ret_why))
		return RELAY_ANCHOR_BAD;
	err = find_or_make_call(relay, offer, &call, &is_new);
	if (!err)
		err = prepare_offer(call, offer, &items);
	if (!err)
		commit_offer(call, offer, &items, ret_shown);
	relay_items_done(&items);
	if (err)
		*ret_why = why_no_offer(err);
	if (err && is_new && call)
		relay_call_end(call, *ret_why);
	return err;
}
