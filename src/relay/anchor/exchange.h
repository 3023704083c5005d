/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The common part of offers and answers. Each has two parts: one that can fail and changes nothing,
 * which prepares an item for each section, and one that cannot fail, which puts them in force.
 */
#ifndef RELAY_ANCHOR_EXCHANGE_H
#define RELAY_ANCHOR_EXCHANGE_H

#include "relay/leg.h"

/* The preparations for one section. */
struct relay_item {
	const struct sdp_message *media;
	struct relay_section *section; /* NULL: not anchored */
	bool is_new;		       /* the section is in no call yet */
	struct relay_terms terms;      /* of the media, unless its port is 0 */
	struct relay_leg *leg;	       /* a new one for it; or NULL */
	struct relay_party *offerer;   /* for an answer: new parties; or NULL */
	struct relay_party *answerer;
};

struct relay_items {
	struct relay_item item[RELAY_ANCHOR_SECTIONS_MAX];
	size_t n;
};

/* Are the call-id, tags and sections of EXCHANGE acceptable? If not, *RET_WHY says why. */
bool relay_exchange_is_sound(const struct relay_exchange *exchange, const char **ret_why);

/* The preparations are abandoned, or in force: frees what is left of them. */
void relay_items_done(struct relay_items *items);

/* Fills in what to tell a leg's party. */
void relay_exchange_show(const struct relay_leg *leg, enum sdp_setup setup,
			 struct relay_shown *ret_shown);

/* Is LEG, which may be NULL, useless to its party because the connection has broken? */
bool relay_exchange_is_lost(const struct relay_leg *leg);

/* Have we a listener for it? */
bool relay_exchange_has_port(const struct relay_place *place, bool secure);

#endif
