/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tokens of legs. No session-id of ours has the same length, and the token alone decides:
 * clients write whatever host the SDP has before it (RFC 6714).
 */
#ifndef RELAY_SESSION_TOKEN_H
#define RELAY_SESSION_TOKEN_H

#include <stdbool.h>

#include "base/slice.h"
#include "msrp/ident.h"

struct msrp_uri_slices;
struct relay;
struct relay_call;
struct relay_leg;

enum {
	/* Like a session-id, but longer by a letter: see relay_sibling_make_token(). */
	RELAY_TOKEN_LEN = 2 + MSRP_SESSION_LEN,
};

/* Has URI a token, so that it is meant for us, whether the leg still exists or not? */
bool relay_token_is(const struct relay *relay, const struct msrp_uri_slices *uri);

/* LEG must have its token, by which it is found from here on. */
void relay_leg_add(struct relay *relay, struct relay_leg *leg);
void relay_leg_remove(struct relay *relay, struct relay_leg *leg);

/* The live leg whose token URI has, or NULL. */
struct relay_leg *relay_leg_find(const struct relay *relay, const struct msrp_uri_slices *uri);

/* The same for calls, by their call-id. */
void relay_call_add(struct relay *relay, struct relay_call *call);
void relay_call_remove(struct relay *relay, struct relay_call *call);
struct relay_call *relay_call_find(const struct relay *relay, struct slice id);

#endif
