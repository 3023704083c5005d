/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the leg that a request is for, by one look-up.
 */
#include "relay/session/token.h"

#include "relay/leg.h"
#include "relay/state.h"

bool relay_token_is(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	return relay->is_anchor && uri->session_id.len == RELAY_TOKEN_LEN;
}

struct relay_leg *relay_leg_find(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	struct relay_leg *leg;

	if (!relay->legs || uri->session_id.len != RELAY_TOKEN_LEN)
		return NULL;
	HASH_FIND_SEEDED(relay->seed, relay->legs, uri->session_id.p, RELAY_TOKEN_LEN, leg);
	return leg;
}
