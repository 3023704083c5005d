/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Peers that are not there yet. What is for a party without a connection goes to one of these,
 * and waits in its lanes as it does for a connection that is being made: with the same bounds,
 * and to be reported in the same way. When the party has connected, all of it is handed over.
 */
#ifndef RELAY_PARTY_ABSENT_H
#define RELAY_PARTY_ABSENT_H

#include "relay/leg.h"

/* That of PARTY, new if it has none; *ret_peer is NULL when PARTY is not waited for any more. 0 or
 * -ENOMEM. */
int relay_absent_get(struct relay_party *party, struct relay_peer **ret_peer);

/* PEER is the way of PARTY now, which has an absent one: that ends. */
void relay_absent_hand_over(struct relay_party *party, struct relay_peer *peer);

/* All that FROM, which has never stood, was to send is TO's. */
void relay_hand_over(struct relay_peer *from, struct relay_peer *to);

#endif
