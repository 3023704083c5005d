/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Binds connections to the parties of legs, and refuses those that do not match the SDP, or that
 * want a leg which another connection has.
 */
#include "relay/party/bind.h"

#include "msrp/message.h"
#include "msrp/report.h"
#include "msrp/transaction.h"
#include "relay/hop.h"
#include "relay/party/absent.h"
#include "relay/party/due.h"
#include "relay/party/knock.h"
#include "relay/party/party.h"
#include "relay/peer.h"
#include "relay/session/sibling.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"
#include "relay/watch/watch.h"

/* A party behind relays is one that comes through them. */
static bool comes_from(const struct relay_party *party, const struct msrp_path_slices *from)
{
	return from->n == party->terms.n_hops && relay_party_is(party, msrp_path_last(from)) &&
	       (from->n == 1 || msrp_uri_slices_equal(msrp_path_first(from), &party->terms.first));
}

struct relay_party *relay_bind_find(const struct relay_leg *leg, const struct msrp_message *m)
{
	struct relay_party *party;

	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (comes_from(party, &m->from))
			return party;
	}
	return NULL;
}

static bool refuse_peer(struct relay_refusal *refusal, unsigned status, const char *comment,
			bool close)
{
	*refusal = (struct relay_refusal){ status, comment, close };
	return false;
}

static bool has_fingerprint(const struct relay_terms *terms, struct relay_peer *peer)
{
	const struct relay *relay = peer->relay;

	for (size_t i = 0; i < terms->n_fingerprints; i++) {
		if (relay->host->has_fingerprint(relay->arg, peer, &terms->fingerprint[i]))
			return true;
	}
	return false;
}

/* A connection inside this process is trusted like our own sessions and legs. */
static bool admits_inside(const struct relay_party *party, struct relay_refusal *refusal)
{
	unsigned worker;

	if (relay_sibling_find_inside(party->leg->section->call->relay, &party->terms.first,
				      &worker))
		return true;
	return refuse_peer(refusal, MSRP_FORBIDDEN,
			   "this comes through a relay that is not in the path", false);
}

bool relay_bind_admits(const struct relay_party *party, struct relay_peer *peer,
		       struct relay_refusal *ret_refusal)
{
	const struct relay_terms *terms = &party->terms;

	if (peer->sibling && !peer->as_it)
		return admits_inside(party, ret_refusal);
	if ((terms->secure || terms->first.secure) && !peer->secure)
		return refuse_peer(ret_refusal, MSRP_FORBIDDEN, "the SDP of this party says TLS",
				   true);
	if (terms->n_hops > 1) {
		if (!terms->first.secure || relay_hop_is_certified(peer, terms->first.host))
			return true;
		return refuse_peer(ret_refusal, MSRP_FORBIDDEN,
				   "the certificate is not that of this party's relay", true);
	}
	if (terms->secure && terms->fingerprinted && !has_fingerprint(terms, peer))
		return refuse_peer(ret_refusal, MSRP_FORBIDDEN,
				   "the certificate has not the fingerprint of the SDP", true);
	return true;
}

void relay_party_unbind(struct relay_party *party)
{
	struct relay_peer *peer = party->peer;

	if (!peer)
		return;
	party->was_bound |= peer->is_open;
	party->welcome_ms = peer->relay->now_ms + RELAY_ABSENT_MS;
	party->peer = NULL;
	party->addressed = false;
	party->claimed_ms = 0;
	LIST_REMOVE(party, in_peer);
	relay_party_turn_lanes(party, peer, NULL);
	relay_idle_settle(peer);
	relay_due_settle(party->leg->section->call);
	relay_watch_served(peer);
	relay_peer_release(peer);
}

void relay_party_bind(struct relay_party *party, struct relay_peer *peer)
{
	party->peer = peer;
	party->was_bound |= peer->is_open;
	LIST_INSERT_HEAD(&peer->parties, party, in_peer);
	peer->has_served = true;
	relay_tap_party(party->leg->section->call, peer);
	if (party->absent)
		relay_absent_hand_over(party, peer);
	relay_idle_settle(peer);
	relay_due_settle(party->leg->section->call);
}

/* OLD is a connection in the making, for nobody else, and the party comes by itself meanwhile. */
static bool is_in_vain(const struct relay_peer *old)
{
	return !old->is_open && LIST_NEXT(LIST_FIRST(&old->parties), in_peer) == NULL &&
	       LIST_EMPTY(&old->links);
}

/* A relay's connection is shared, and stays for the others. */
static void replace_peer(struct relay_party *party, struct relay_peer *old, struct relay_peer *peer)
{
	if (is_in_vain(old)) {
		relay_party_turn_lanes(party, old, peer);
		relay_hand_over(old, peer);
	}
	relay_party_unbind(party);
	if (!old->hop)
		relay_peer_close(old);
}

/* A leg can be taken over only if its present connection does not answer. */
static bool displace_peer(struct relay_party *party, struct relay_peer *peer,
			  struct relay_refusal *refusal)
{
	struct relay_peer *old = party->peer;

	if (!old->is_open || old->closing || relay_quiet_is(old)) {
		replace_peer(party, old, peer);
		return true;
	}
	party->claimed_ms = peer->relay->now_ms + MSRP_TRANSACTION_MS;
	if (old->n_awaited == 0 && LIST_EMPTY(&old->asked))
		relay_knock(party);
	return refuse_peer(refusal, MSRP_SESSION_IN_USE, "another connection has this session",
			   false);
}

bool relay_bind(struct relay_party *party, struct relay_peer *peer,
		struct relay_refusal *ret_refusal)
{
	if (party->peer == peer)
		return true;
	if (!relay_bind_admits(party, peer, ret_refusal))
		return false;
	if (party->peer && !displace_peer(party, peer, ret_refusal))
		return false;
	relay_party_bind(party, peer);
	return true;
}

bool relay_bind_admits_all(struct relay_peer *peer, struct relay_refusal *ret_refusal)
{
	const struct relay_party *party;

	LIST_FOREACH (party, &peer->parties, in_peer) {
		if (!relay_bind_admits(party, peer, ret_refusal))
			return false;
	}
	return true;
}

void relay_bind_opened(struct relay_peer *peer)
{
	struct relay_party *party;

	LIST_FOREACH (party, &peer->parties, in_peer) {
		party->was_bound = true;
		/* RFC 4975 5.4: only a request tells it whose connection this is. */
		if (!party->addressed)
			relay_knock(party);
		relay_due_settle(party->leg->section->call);
	}
}

void relay_bind_forget(struct relay_peer *peer)
{
	while (!LIST_EMPTY(&peer->parties))
		relay_party_unbind(LIST_FIRST(&peer->parties));
}

void relay_bind_doubt(struct relay_peer *peer)
{
	struct relay_party *party, *next;

	LIST_FOREACH_SAFE (party, &peer->parties, in_peer, next) {
		if (party->claimed_ms <= peer->relay->now_ms)
			continue;
		if (!peer->hop) {
			relay_peer_close(peer);
			return;
		}
		relay_party_unbind(party);
	}
}
