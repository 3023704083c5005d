/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SDP of a party, parsed, and kept as long as the party needs it.
 */
#ifndef RELAY_PARTY_TERMS_H
#define RELAY_PARTY_TERMS_H

#include "relay/leg.h"

/* Returns 0, RELAY_ANCHOR_BAD or -ENOMEM; the caller frees *RET_TERMS. */
int relay_terms_read(const struct sdp_message *media, struct slice tag,
		     struct relay_terms *ret_terms);
void relay_terms_done(struct relay_terms *terms);
int relay_terms_copy(const struct relay_terms *terms, struct relay_terms *ret_terms);

#endif
