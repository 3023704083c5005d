/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What offers and answers have in common. Either has two parts: one that can fail and changes
 * nothing, which prepares an item for each section, and one that cannot, which puts them in force.
 */
#ifndef RELAY_ANCHOR_EXCHANGE_H
#define RELAY_ANCHOR_EXCHANGE_H

#include "relay/leg.h"

/* What is prepared for one section. */
struct relay_item {
	const struct sdp_message *media;
	struct relay_section *section; /* NULL: it is none of ours */
	bool is_new;		       /* the section is in no call yet */
	struct relay_terms terms;      /* of the media, if its port is not 0 */
	struct relay_leg *leg;	       /* a new one that it takes; or NULL */
	struct relay_party *offerer;   /* of an answer: new parties; or NULL */
	struct relay_party *answerer;
};

struct relay_items {
	struct relay_item item[RELAY_ANCHOR_SECTIONS_MAX];
	size_t n;
};

/* Are call-id, tags and sections of EXCHANGE such as we take? Else *RET_WHY says what is not. */
bool relay_exchange_is_sound(const struct relay_exchange *exchange, const char **ret_why);

/* What was prepared is not to be, or is in force: gives back what is left of it. */
void relay_items_done(struct relay_items *items);

/* What a leg's party is to be told. */
void relay_exchange_show(const struct relay_leg *leg, enum sdp_setup setup,
			 struct relay_shown *ret_shown);

/* Is LEG, which may be NULL, of no use to its party, because the connection has broken? */
bool relay_exchange_is_lost(const struct relay_leg *leg);

/* Is there a listener of ours for that? */
bool relay_exchange_has_port(const struct relay_place *place, bool secure);

#endif
