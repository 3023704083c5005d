/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers. The first answer to an offer puts it in force; further ones come from branches of a
 * forked call, or are repeated. An SDP with the URI of a known party continues that party, over its
 * connection.
 */
#include <errno.h>
#include <stdlib.h>

#include "relay/anchor/call.h"
#include "relay/anchor/exchange.h"
#include "relay/anchor/lifetime.h"
#include "relay/anchor/setup.h"
#include "relay/party/bind.h"
#include "relay/party/due.h"
#include "relay/party/early.h"
#include "relay/party/party.h"
#include "relay/party/terms.h"
#include "relay/peer.h"
#include "relay/route/reach.h"
#include "relay/state.h"

/* The effect of an answer on one section. */
struct turn {
	struct relay_call *call;
	const struct relay_exchange *answer;
	unsigned offerer; /* sides */
	unsigned answerer;
};

/*
 * Towards an offerer whose URI has changed, whose connection broke, or who must see us elsewhere.
 */
static bool needs_new_leg(const struct relay_section *section, const struct turn *turn)
{
	const struct relay_leg *leg = section->leg[turn->offerer];

	return !leg || relay_exchange_is_lost(leg) || !relay_party_find(leg, &section->offer) ||
	       !relay_leg_is_at(leg, section->offer.secure, &turn->answer->place);
}

/* A party with its own copy of TERMS. Returns 0 or -ENOMEM. */
static int copy_party(const struct relay_terms *terms, struct relay_party **ret_party)
{
	struct relay_party *party = relay_party_new();
	int err = party ? relay_terms_copy(terms, &party->terms) : -ENOMEM;

	if (err)
		relay_party_free(party);
	else
		*ret_party = party;
	return err;
}

static int prepare_offerer(const struct turn *turn, struct relay_item *item)
{
	struct relay_section *section = item->section;

	if (!section->pending)
		return 0;
	if (needs_new_leg(section, turn)) {
		if (!relay_exchange_has_port(&turn->answer->place, section->offer.secure))
			return RELAY_ANCHOR_NO_PORT;
		item->leg = relay_leg_new(section, turn->offerer, section->offer.secure,
					  &turn->answer->place);
		if (!item->leg)
			return -ENOMEM;
	}
	return copy_party(&section->offer, &item->offerer);
}

static int prepare_answered(const struct turn *turn, struct relay_item *item)
{
	int err;

	item->section = relay_call_section(turn->call, item->media->index);
	if (!item->section || item->media->closed || item->section->closing)
		return 0;
	item->answerer = relay_party_new();
	if (!item->answerer)
		return -ENOMEM;
	err = relay_terms_read(item->media, turn->answer->to_tag, &item->answerer->terms);
	return err ? err : prepare_offerer(turn, item);
}

static int prepare_answer(const struct turn *turn, struct relay_items *items)
{
	int err = 0;

	for (size_t i = 0; i < turn->answer->n_media && !err; i++) {
		struct relay_item *item = &items->item[i];

		*item = (struct relay_item){ .media = &turn->answer->media[i] };
		items->n++;
		err = prepare_answered(turn, item);
	}
	return err;
}

static void set_leg(struct relay_section *section, unsigned side, struct relay_leg *leg)
{
	struct relay_leg *before = section->leg[side];

	section->leg[side] = leg;
	relay_leg_free(before);
}

static bool is_replaced(const struct relay_party *party, const struct relay_party *by)
{
	return party->exchange != by->exchange ||
	       slice_equal(slice_from(party->terms.tag), slice_from(by->terms.tag));
}

/*
 * Drops parties of an earlier exchange, or of the same branch; and if there are too many, the one
 * named longest ago.
 */
static void drop_others(struct relay_leg *leg, const struct relay_party *named)
{
	struct relay_party *party, *next;

	TAILQ_FOREACH_SAFE (party, &leg->parties, in_leg, next) {
		if (party != named && is_replaced(party, named))
			relay_party_free(party);
	}
	if (leg->n_parties > RELAY_PARTIES_MAX)
		relay_party_free(TAILQ_LAST(&leg->parties, relay_party_queue));
}

/*
 * A known party with this URI continues under the new terms: over its connection, unless another
 * fingerprint or relay in the terms means that it is somebody else's.
 */
static struct relay_party *renew_party(struct relay_party *party, struct relay_party *new)
{
	struct relay_terms before = party->terms;
	struct relay_refusal refusal;

	party->terms = new->terms;
	new->terms = before;
	TAILQ_REMOVE(&party->leg->parties, party, in_leg);
	TAILQ_INSERT_HEAD(&party->leg->parties, party, in_leg);
	if (party->peer && party->peer->is_open && !relay_bind_admits(party, party->peer, &refusal))
		relay_party_unbind(party);
	return party;
}

static struct relay_party *join_leg(struct relay_leg *leg, struct relay_party *new)
{
	new->leg = leg;
	new->welcome_ms = leg->section->call->relay->now_ms + RELAY_ABSENT_MS;
	TAILQ_INSERT_HEAD(&leg->parties, new, in_leg);
	leg->n_parties++;
	return new;
}

/*
 * *NEW becomes the latest named party of LEG; it stays the caller's if the party was known before.
 */
static void name_party(struct relay_leg *leg, struct relay_party **new, bool dials)
{
	struct relay_party *known = relay_party_find(leg, &(*new)->terms);
	struct relay_party *party = known ? renew_party(known, *new) : join_leg(leg, *new);

	if (!known)
		*new = NULL;
	party->exchange = leg->section->call->exchange;
	party->dials = dials;
	drop_others(leg, party);
}

static void put_in_force(const struct turn *turn, struct relay_item *item)
{
	struct relay_section *section = item->section;
	struct relay_leg *pledged = section->pledged;

	section->pending = false;
	section->closed = false;
	section->answered_ms = turn->call->relay->now_ms;
	section->pledged = NULL;
	if (pledged)
		set_leg(section, turn->answerer, pledged);
	if (item->leg)
		set_leg(section, turn->offerer, item->leg);
	item->leg = NULL;
	name_party(section->leg[turn->offerer], &item->offerer,
		   relay_setup_dials_offerer(section->offer.setup));
}

/* Its legs belong to nobody from now on. A pending offer stays, for another branch. */
static void close_section(struct relay_section *section)
{
	section->closed = true;
	if (section->closing)
		section->pending = section->closing = false;
	for (unsigned side = 0; side < 2; side++) {
		struct relay_leg *leg = section->leg[side];

		while (leg && !TAILQ_EMPTY(&leg->parties))
			relay_party_free(TAILQ_FIRST(&leg->parties));
	}
}

static void commit_answered(const struct turn *turn, struct relay_item *item)
{
	struct relay_section *section = item->section;
	struct relay_leg *leg;

	if (!item->answerer) {
		close_section(section);
		return;
	}
	if (section->pending)
		put_in_force(turn, item);
	leg = section->leg[turn->answerer];
	if (leg)
		name_party(leg, &item->answerer, relay_setup_dials_answerer(item->media->setup));
}

static void show_offerer(const struct turn *turn, const struct relay_item *item,
			 struct relay_shown *ret_shown)
{
	const struct relay_section *section = item->section;

	*ret_shown = (struct relay_shown){ 0 };
	if (section && section->closed)
		*ret_shown = (struct relay_shown){ .anchored = true, .closed = true };
	else if (section && section->leg[turn->offerer])
		relay_exchange_show(section->leg[turn->offerer],
				    relay_setup_answer(section->offer.setup), ret_shown);
}

/* It may fail; then the first sender has it tried again, or is told. */
static void dial_all(struct relay_section *section)
{
	for (unsigned side = 0; side < 2; side++) {
		struct relay_party *party =
		    section->leg[side] ? relay_leg_party(section->leg[side]) : NULL;

		if (party)
			(void)relay_reach_dial(party);
	}
}

/* Last of all, because waiting messages are sent now. */
static void release_all(struct relay_section *section)
{
	for (unsigned side = 0; side < 2; side++) {
		if (section->leg[side])
			relay_early_release_all(section->leg[side]);
	}
}

static void commit_answer(const struct turn *turn, struct relay_items *items,
			  struct relay_shown *ret_shown)
{
	struct relay_call *call = turn->call;

	call->end_ms = 0;
	call->signal_ms = call->relay->now_ms;
	call->answered = true;
	if (call->deserted_ms > 0)
		call->deserted_ms = call->relay->now_ms;
	for (size_t i = 0; i < items->n; i++) {
		if (items->item[i].section)
			commit_answered(turn, &items->item[i]);
		show_offerer(turn, &items->item[i], &ret_shown[i]);
	}
	for (size_t i = 0; i < items->n; i++) {
		if (items->item[i].section)
			dial_all(items->item[i].section);
	}
	for (size_t i = 0; i < items->n; i++) {
		if (items->item[i].section)
			release_all(items->item[i].section);
	}
	relay_due_settle(call);
}

static const char *why_no_answer(int err)
{
	switch (err) {
	case RELAY_ANCHOR_UNKNOWN:
		return "there is no such call";
	case RELAY_ANCHOR_BAD:
		return "a path that is none";
	case RELAY_ANCHOR_NO_PORT:
		return "there is no listener for this protocol";
	default:
		return "out of memory";
	}
}

/* Keeps its tag for the operator; a lack of memory is no reason to fail. */
static void note_tag(struct relay_call *call, struct slice tag)
{
	if (tag.len > 0 && call->offerer == 0)
		(void)slice_replace(&call->tag[1], tag);
}

int relay_anchor_answer(struct relay *relay, uint64_t now_ms, const struct relay_exchange *answer,
			struct relay_shown *ret_shown, const char **ret_why)
{
	struct relay_items items = { .n = 0 };
	struct turn turn = { .answer = answer };
	int err = 0;

	relay->now_ms = now_ms;
	if (!relay_exchange_is_sound(answer, ret_why))
		return RELAY_ANCHOR_BAD;
	turn.call = relay_call_find(relay, answer->call_id);
	if (turn.call) {
		turn.offerer = turn.call->offerer;
		turn.answerer = !turn.offerer;
		err = prepare_answer(&turn, &items);
	} else {
		err = RELAY_ANCHOR_UNKNOWN;
	}
	if (err)
		*ret_why = why_no_answer(err);
	else
		commit_answer(&turn, &items, ret_shown);
	if (!err)
		note_tag(turn.call, answer->to_tag);
	relay_items_done(&items);
	return err;
}
