/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parties of legs: which is which, and how each is reached at present. Nothing here changes
 * what they are bound to.
 */
#ifndef RELAY_PARTY_PARTY_H
#define RELAY_PARTY_PARTY_H

#include "relay/leg.h"

/* The leg of the other party, or NULL. */
struct relay_leg *relay_leg_other(const struct relay_leg *leg);

/* The party that was named last; NULL: none yet. */
struct relay_party *relay_leg_party(const struct relay_leg *leg);

/* The connection by which LEG, which may be NULL, reaches that party; NULL: none is open. */
const struct relay_peer *relay_leg_peer(const struct relay_leg *leg);

/* Is URI its own, by RFC 4975 6.1, but for the port, which is unknown behind NAT? */
bool relay_party_is(const struct relay_party *party, const struct msrp_uri_slices *uri);

/* The party of LEG whose own URI is that of TERMS, or NULL. */
struct relay_party *relay_party_find(const struct relay_leg *leg, const struct relay_terms *terms);

/* Redirects the other side's lanes from FROM to TO; NULL: nowhere. */
void relay_party_turn_lanes(const struct relay_party *party, const struct relay_peer *from,
			    const struct relay_peer *to);

#endif
