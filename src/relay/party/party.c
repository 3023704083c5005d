/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A party is identified by the last URI of its path, regardless of the port (RFC 4975 6.1), and
 * reached by the peer to which it is bound, while that is open. Routes and bindings ask here.
 */
#include "relay/party/party.h"

#include "msrp/flow.h"
#include "relay/peer.h"

struct relay_leg *relay_leg_other(const struct relay_leg *leg)
{
	return leg->section->leg[!leg->side];
}

struct relay_party *relay_leg_party(const struct relay_leg *leg)
{
	return TAILQ_FIRST(&leg->parties);
}

const struct relay_peer *relay_leg_peer(const struct relay_leg *leg)
{
	const struct relay_party *party = leg ? relay_leg_party(leg) : NULL;
	const struct relay_peer *peer = party ? party->peer : NULL;

	return peer && peer->is_open && !peer->closing ? peer : NULL;
}

bool relay_party_is(const struct relay_party *party, const struct msrp_uri_slices *uri)
{
	struct msrp_uri_slices own = party->terms.last, other = *uri;

	own.port = other.port = 0;
	return msrp_uri_slices_equal(&own, &other);
}

struct relay_party *relay_party_find(const struct relay_leg *leg, const struct relay_terms *terms)
{
	struct relay_party *party;

	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (relay_party_is(party, &terms->last))
			return party;
	}
	return NULL;
}

void relay_party_turn_lanes(const struct relay_party *party, const struct relay_peer *from,
			    const struct relay_peer *to)
{
	const struct relay_leg *other = relay_leg_other(party->leg);
	struct relay_party *sender;

	if (!other)
		return;
	TAILQ_FOREACH (sender, &other->parties, in_leg) {
		if (sender->lane_dest != from)
			continue;
		sender->lane_dest = to;
		if (!to)
			sender->lane = msrp_lane_release(sender->lane);
	}
}
