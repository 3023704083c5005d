/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several relays of one process are *siblings*: they share their names and ports, and only the
 * first letter of a session-id tells which one has the session.
 */
#ifndef RELAY_SESSION_SIBLING_H
#define RELAY_SESSION_SIBLING_H

#include <stdbool.h>

#include "relay/session/session.h"
#include "relay/session/token.h"

struct msrp_uri_slices;
struct relay;
struct relay_hop;

/* A new session-id of RELAY's own, NUL-terminated. */
void relay_sibling_make_id(struct relay *relay, char ret_id[RELAY_SESSION_LEN + 1]);

/* Likewise a token, by which a leg is found. */
void relay_sibling_make_token(struct relay *relay, char ret_token[RELAY_TOKEN_LEN + 1]);

/*
 * Does URI name a session of a sibling, existing or not, or a live leg there? *RET_WORKER is the
 * sibling.
 */
bool relay_sibling_find(const struct relay *relay, const struct msrp_uri_slices *uri,
			unsigned *ret_worker);

/*
 * Does URI name a session or leg of this process, a sibling's or our own, to which a connection in
 * memory leads? *RET_WORKER has it.
 */
bool relay_sibling_find_inside(const struct relay *relay, const struct msrp_uri_slices *uri,
			       unsigned *ret_worker);

/* Does URI name a live session of a sibling, whose owner is not the relay HOP (NULL: none)? */
bool relay_sibling_owns(const struct relay *relay, const struct msrp_uri_slices *uri,
			const struct relay_hop *hop);

#endif
