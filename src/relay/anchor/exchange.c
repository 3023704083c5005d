/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the SDP that the control side has parsed, and keeps what is prepared for it.
 */
#include "relay/anchor/exchange.h"

#include <string.h>

#include "relay/anchor/call.h"
#include "relay/anchor/lifetime.h"
#include "relay/party/party.h"
#include "relay/party/terms.h"
#include "relay/peer.h"

static bool is_sound_id(struct slice text)
{
	return text.len <= RELAY_ANCHOR_CALL_ID_MAX &&
	       (text.len == 0 || !memchr(text.p, '\0', text.len));
}

static bool occurs_before(const struct relay_exchange *exchange, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (exchange->media[k].index == exchange->media[i].index)
			return true;
	}
	return false;
}

bool relay_exchange_is_sound(const struct relay_exchange *exchange, const char **ret_why)
{
	if (exchange->call_id.len == 0 || exchange->from_tag.len == 0 ||
	    !is_sound_id(exchange->call_id) || !is_sound_id(exchange->from_tag) ||
	    !is_sound_id(exchange->to_tag)) {
		*ret_why = "the call-id or a tag is empty or too long";
		return false;
	}
	if (exchange->n_media > RELAY_ANCHOR_SECTIONS_MAX) {
		*ret_why = "too many sections for messages";
		return false;
	}
	for (size_t i = 0; i < exchange->n_media; i++) {
		if (occurs_before(exchange, i)) {
			*ret_why = "two sections of the same number";
			return false;
		}
	}
	return true;
}

void relay_items_done(struct relay_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		struct relay_item *item = &items->item[i];

		relay_leg_free(item->leg);
		if (item->is_new)
			relay_section_free(item->section);
		relay_terms_done(&item->terms);
		relay_party_free(item->offerer);
		relay_party_free(item->answerer);
	}
	items->n = 0;
}

void relay_exchange_show(const struct relay_leg *leg, enum sdp_setup setup,
			 struct relay_shown *ret_shown)
{
	*ret_shown = (struct relay_shown){
		.anchored = true,
		.secure = leg->secure,
		.port = leg->port,
		.setup = setup,
	};
	memcpy(ret_shown->uri, leg->uri, sizeof(ret_shown->uri));
}

/* A party behind a relay of ours, or connected by a relay, is reached again; the URI is good. */
bool relay_exchange_is_lost(const struct relay_leg *leg)
{
	const struct relay_party *party = leg ? relay_leg_party(leg) : NULL;

	return party && party->was_bound && !relay_leg_peer(leg) &&
	       !(party->peer && !party->peer->closing);
}

bool relay_exchange_has_port(const struct relay_place *place, bool secure)
{
	return (secure ? place->secure_port : place->plain_port) != 0;
}
