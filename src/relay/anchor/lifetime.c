/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Begins legs, when an SDP is about to show their URI, and ends them with everything that waits for
 * their parties.
 */
#include "relay/anchor/lifetime.h"

#include <stdlib.h>
#include <string.h>

#include "msrp/flow.h"
#include "relay/flow/failure.h"
#include "relay/flow/wait.h"
#include "relay/party/bind.h"
#include "relay/party/early.h"
#include "relay/party/party.h"
#include "relay/party/terms.h"
#include "relay/peer.h"
#include "relay/request/request.h"
#include "relay/session/sibling.h"
#include "relay/state.h"

static uint16_t port_of(bool secure, const struct relay_place *place)
{
	return secure ? place->secure_port : place->plain_port;
}

static bool write_leg_uri(const char *token, bool secure, const struct relay_place *place,
			  char ret_text[RELAY_ANCHOR_URI_MAX])
{
	struct msrp_uri_slices uri = {
		.secure = secure,
		.host = place->host,
		.host_is_ipv6 = slice_find(place->host, ':') < place->host.len,
		.port = port_of(secure, place),
		.session_id = slice_from(token),
		.transport = SLICE("tcp"),
	};
	struct buf text = { 0 };
	bool fits;

	msrp_uri_format(&uri, &text);
	fits = !buf_failed(&text) && text.len < RELAY_ANCHOR_URI_MAX;
	if (fits) {
		memcpy(ret_text, buf_data(&text), text.len);
		ret_text[text.len] = '\0';
	}
	buf_done(&text);
	return fits;
}

bool relay_leg_is_at(const struct relay_leg *leg, bool secure, const struct relay_place *place)
{
	char text[RELAY_ANCHOR_URI_MAX];

	return write_leg_uri(leg->token, secure, place, text) && strcmp(text, leg->uri) == 0;
}

static bool add_leg(struct relay *relay, struct relay_leg *leg)
{
	if (relay->host->enrol(relay->arg, slice_from(leg->token), slice_from(NULL)) != 0)
		return false;
	leg->enrolled = true;
	relay_leg_add(relay, leg);
	return true;
}

struct relay_leg *relay_leg_new(struct relay_section *section, unsigned side, bool secure,
				const struct relay_place *place)
{
	struct relay *relay = section->call->relay;
	struct relay_leg *leg = calloc(1, sizeof(*leg));

	if (!leg)
		return NULL;
	leg->section = section;
	leg->side = side;
	leg->secure = secure;
	leg->port = port_of(secure, place);
	TAILQ_INIT(&leg->parties);
	LIST_INIT(&leg->earlies);
	relay_sibling_make_token(relay, leg->token);
	if (!write_leg_uri(leg->token, secure, place, leg->uri) || !add_leg(relay, leg))
		return relay_leg_free(leg);
	return leg;
}

struct relay_leg *relay_leg_free(struct relay_leg *leg)
{
	struct relay *relay;

	if (!leg)
		return NULL;
	relay = leg->section->call->relay;
	if (leg->enrolled) {
		relay_leg_remove(relay, leg);
		relay->host->strike(relay->arg, slice_from(leg->token));
	}
	while (!TAILQ_EMPTY(&leg->parties))
		relay_party_free(TAILQ_FIRST(&leg->parties));
	/* It cannot be found any more, and those who wait are told so. */
	relay_early_release_all(leg);
	free(leg);
	return NULL;
}

struct relay_party *relay_party_new(void)
{
	return calloc(1, sizeof(struct relay_party));
}

void relay_party_give_up(struct relay_party *party, const char *why)
{
	struct relay_peer *absent = party->absent;

	if (!absent)
		return;
	party->absent = NULL;
	relay_party_turn_lanes(party, absent, NULL);
	relay_request_forget(absent, why);
	relay_chunk_forget(absent, why);
	relay_peer_wake_all(absent);
	relay_peer_free_absent(absent);
}

void relay_party_free(struct relay_party *party)
{
	if (!party)
		return;
	if (party->leg) {
		relay_party_unbind(party);
		relay_party_give_up(party, "the call has ended");
		TAILQ_REMOVE(&party->leg->parties, party, in_leg);
		party->leg->n_parties--;
	}
	msrp_lane_release(party->lane);
	relay_terms_done(&party->terms);
	free(party);
}
