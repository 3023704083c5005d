/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the way from one party to the other: over the bound connection, over one that we make, or
 * into the lanes of an absent peer until the party has connected.
 */
#include "relay/route/reach.h"

#include <errno.h>

#include "msrp/flow.h"
#include "msrp/message.h"
#include "msrp/report.h"
#include "msrp/writer.h"
#include "relay/flow/reply.h"
#include "relay/hop.h"
#include "relay/party/absent.h"
#include "relay/party/bind.h"
#include "relay/party/knock.h"
#include "relay/party/party.h"
#include "relay/peer.h"
#include "relay/session/meter.h"
#include "relay/state.h"
#include "relay/trace/tap.h"

static enum relay_route_result refuse_party(struct relay_refusal *refusal, unsigned status,
					    const char *comment)
{
	*refusal = (struct relay_refusal){ .status = status, .comment = comment };
	return RELAY_REFUSED_ROUTE;
}

static bool may_dial(struct relay_call *call)
{
	uint64_t now_ms = call->relay->now_ms;

	if (now_ms >= call->dials_ms + RELAY_DIALS_MS) {
		call->dials_ms = now_ms;
		call->n_dials = 0;
	}
	if (call->n_dials == RELAY_DIALS_MAX)
		return false;
	call->n_dials++;
	return true;
}

/* The certificate must have the name, unless a fingerprint identifies it (RFC 4975 14.4). */
static enum relay_trust trust_for(const struct relay_terms *terms)
{
	if (!terms->first.secure)
		return RELAY_TRUST_NAME;
	if (terms->n_hops == 1 && terms->fingerprinted)
		return RELAY_TRUST_LATER;
	return RELAY_TRUST_CERTIFICATE;
}

static int connect_to_party(struct relay_party *party, struct relay_peer **ret_peer)
{
	struct relay_call *call = party->leg->section->call;
	struct relay_peer *hop =
	    party->terms.n_hops > 1 ? relay_hop_find_peer(call->relay, &party->terms.first) : NULL;

	if (hop) {
		*ret_peer = hop;
		return 0;
	}
	if (!msrp_uri_is_reachable(&party->terms.first))
		return -EADDRNOTAVAIL;
	if (!may_dial(call))
		return -EDQUOT;
	return relay_peer_connect(call->relay, NULL, &party->terms.first, trust_for(&party->terms),
				  ret_peer);
}

int relay_reach_dial(struct relay_party *party)
{
	struct relay_peer *peer;
	int err;

	if (!party->dials || (party->peer && !party->peer->closing))
		return 0;
	relay_party_unbind(party);
	err = connect_to_party(party, &peer);
	if (err)
		return err;
	relay_party_bind(party, peer);
	if (peer->is_open)
		relay_knock(party);
	return 0;
}

/* *RET_DEST is NULL if PARTY is not there, and not waited for. */
static int find_party_dest(struct relay_party *party, struct relay_peer **ret_dest)
{
	int err = relay_reach_dial(party);

	if (err)
		return err;
	*ret_dest = party->peer && !party->peer->closing ? party->peer : NULL;
	return *ret_dest ? 0 : relay_absent_get(party, ret_dest);
}

static enum relay_route_result to_party(struct relay_party *from, struct relay_party *to,
					struct relay_route *route, struct relay_refusal *refusal)
{
	struct relay_peer *dest;

	switch (find_party_dest(to, &dest)) {
	case 0:
		break;
	case -ENOMEM:
		return refuse_party(refusal, MSRP_TIMEOUT, "the relay is short of memory");
	case -EDQUOT:
		return refuse_party(refusal, MSRP_TIMEOUT,
				    "too many new connections of this call in a minute");
	default:
		return refuse_party(refusal, MSRP_TIMEOUT, RELAY_HOP_LOST);
	}
	if (!dest)
		return refuse_party(refusal, MSRP_TIMEOUT, "the other party has not connected");
	route->from = from;
	route->to = to;
	route->dest = dest;
	return RELAY_ROUTED;
}

/* If the call is traced, so is the request by which PEER has become a way of it. */
static bool bind_and_tell(struct relay_party *party, struct relay_peer *peer,
			  const struct msrp_message *m, struct relay_refusal *refusal)
{
	bool was_tapped = peer->tap != NULL;

	if (!relay_bind(party, peer, refusal))
		return false;
	if (peer->tap && !was_tapped)
		relay_tap_received(peer, m);
	return true;
}

enum relay_route_result relay_reach_route(struct relay_peer *peer, const struct msrp_message *m,
					  struct relay_leg *leg, struct relay_route *ret_route,
					  struct relay_refusal *ret_refusal)
{
	struct relay_party *from = relay_bind_find(leg, m), *to;
	const struct relay_leg *other = relay_leg_other(leg);

	if (m->to.n > 1 || m->method == MSRP_AUTH)
		return refuse_party(ret_refusal, MSRP_FORBIDDEN,
				    "this session leads to its other party only");
	if (!relay_leg_party(leg) || leg->section->closed)
		return refuse_party(ret_refusal, MSRP_NO_SESSION, "this session has no parties");
	if (!from)
		return refuse_party(ret_refusal, MSRP_FORBIDDEN,
				    "From-Path is not that of the SDP");
	if (!bind_and_tell(from, peer, m, ret_refusal))
		return RELAY_REFUSED_ROUTE;
	to = other ? relay_leg_party(other) : NULL;
	if (!to)
		return refuse_party(ret_refusal, MSRP_NO_SESSION,
				    "this session has no other party");
	return to_party(from, to, ret_route, ret_refusal);
}

struct msrp_lane *relay_reach_lane(const struct relay_route *route, const struct relay_peer *peer)
{
	struct relay_party *from = route->from;

	if (from->lane_dest != route->dest || from->lane_source != peer)
		from->lane = msrp_lane_release(from->lane);
	from->lane_dest = route->dest;
	from->lane_source = peer;
	if (!from->lane)
		from->lane = msrp_lane_new(&route->dest->conn);
	return from->lane;
}

void relay_reach_write_paths(const struct relay_route *route, struct buf *out)
{
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(route->to->terms.path));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(route->to->leg->uri));
	route->to->addressed = true;
}

void relay_reach_meter(const struct relay_route *route, struct relay_meter *meter)
{
	const struct relay_leg *leg = route->from->leg;
	struct relay_call *call = leg->section->call;

	call->chunks[leg->side]++;
	relay_meter_start(&meter[0], &call->meters, &call->bytes[leg->side]);
	relay_meter_start(&meter[1], &call->meters, &call->relay->counters.anchored_bytes);
	meter[1].is_second = true;
}
