/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How legs and their parties begin and end.
 */
#ifndef RELAY_ANCHOR_LIFETIME_H
#define RELAY_ANCHOR_LIFETIME_H

#include "relay/leg.h"

/* A leg of SECTION and SIDE that is not in force yet, with a URI at PLACE. NULL without memory. */
struct relay_leg *relay_leg_new(struct relay_section *section, unsigned side, bool secure,
				const struct relay_place *place);

/* Releases the connections of its parties. NULL is fine; returns NULL. */
struct relay_leg *relay_leg_free(struct relay_leg *leg);

/* Is LEG's URI what a new one at PLACE would be, except for the token? */
bool relay_leg_is_at(const struct relay_leg *leg, bool secure, const struct relay_place *place);

/* A party that belongs to no leg yet. NULL without memory. */
struct relay_party *relay_party_new(void);
void relay_party_free(struct relay_party *party);

/* Reports what waits for PARTY as lost. Fine if nothing does. */
void relay_party_give_up(struct relay_party *party, const char *why);

#endif
