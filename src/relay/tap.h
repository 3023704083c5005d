/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_TAP_H
#define RELAY_TAP_H

#include "relay/internal.h"
#include "relay/trace.h"

/* What a trace has of a peer: see relay/trace.h. All of these do nothing to one that is not traced.
 */

/* A head has come from PEER, which has a tap. */
void relay_tap_received(struct relay_peer *peer, const struct msrp_message *m);

/* LEN bytes are about to leave the conn of PEER, which has a tap. */
void relay_tap_sent(struct relay_peer *peer, size_t len);

/* PEER has tried to authenticate as USER, by M. */
void relay_tap_user(struct relay_peer *peer, struct slice user, const struct msrp_message *m);

/* SESSION is new, or has PEER as a new stranger. */
void relay_tap_session(struct relay_session *session);
void relay_tap_stranger(struct relay_session *session, struct relay_peer *peer);

/* SESSION ends, and its trace with it. */
void relay_tap_ended(const struct relay_session *session);

void relay_tap_free(struct relay_peer *peer);

#endif
