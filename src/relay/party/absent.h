/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Peers that are not there yet. Output for a party without a connection goes to one of these, and
 * waits in its lanes as it does for a connection in the making: with the same limits and the same
 * reports. When the party has connected, everything is handed over.
 */
#ifndef RELAY_PARTY_ABSENT_H
#define RELAY_PARTY_ABSENT_H

#include "relay/leg.h"

/*
 * The absent peer of PARTY, a new one if it has none; *ret_peer is NULL if PARTY is not waited for
 * any more. Returns 0 or -ENOMEM.
 */
int relay_absent_get(struct relay_party *party, struct relay_peer **ret_peer);

/* PARTY, which has an absent peer, is now reached by PEER: the absent one ends. */
void relay_absent_hand_over(struct relay_party *party, struct relay_peer *peer);

/* Moves all output of FROM, which was never open, to TO. */
void relay_hand_over(struct relay_peer *from, struct relay_peer *to);

#endif
