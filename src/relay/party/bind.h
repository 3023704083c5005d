/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connection is whose: the first request that names a leg, and comes from the party that the
 * SDP names, makes its connection the way to that party, in both directions. Many legs may share
 * one.
 */
#ifndef RELAY_PARTY_BIND_H
#define RELAY_PARTY_BIND_H

#include "relay/leg.h"
#include "relay/refusal.h"

struct msrp_message;

/* The party of LEG that M comes from, by its From-Path; or NULL. */
struct relay_party *relay_bind_find(const struct relay_leg *leg, const struct msrp_message *m);

/*
 * Is PEER the way of PARTY, or has it become so now? Otherwise *RET_REFUSAL has the answer for it.
 */
bool relay_bind(struct relay_party *party, struct relay_peer *peer,
		struct relay_refusal *ret_refusal);

/*
 * Has PEER proved to be the party in the SDP of PARTY, as far as that identifies it: by a
 * fingerprint (RFC 4975 14.4), as a relay by its name, or not at all?
 */
bool relay_bind_admits(const struct relay_party *party, struct relay_peer *peer,
		       struct relay_refusal *ret_refusal);

/* PEER, which we connect to or which has come, is the way of PARTY from now on. */
void relay_party_bind(struct relay_party *party, struct relay_peer *peer);

/* PARTY has no way any more. Requests under way continue. */
void relay_party_unbind(struct relay_party *party);

/* PEER, to which we have connected for its parties, is about to open. False: it is none of them. */
bool relay_bind_admits_all(struct relay_peer *peer, struct relay_refusal *ret_refusal);

/* It is open. */
void relay_bind_opened(struct relay_peer *peer);

/* PEER is gone. */
void relay_bind_forget(struct relay_peer *peer);

/* PEER leaves something unanswered: closes it, if another connection has asked for its leg. */
void relay_bind_doubt(struct relay_peer *peer);

#endif
