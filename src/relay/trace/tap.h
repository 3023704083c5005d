/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trace of a peer: see relay/trace/trace.h. Nothing here affects a peer that is not traced.
 */
#ifndef RELAY_TRACE_TAP_H
#define RELAY_TRACE_TAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/slice.h"
#include "relay/trace/trace.h"

struct msrp_message;
struct relay;
struct relay_call;
struct relay_peer;
struct relay_session;

/* A traced user, session or call. */
struct relay_target {
	enum relay_trace_kind kind;
	char *name;	/* of a user, or a session-id */
	uint64_t heads; /* that may still be reported */
	LIST_ENTRY(relay_target) in_relay;
};

/* A head has come from PEER, which has a tap. */
void relay_tap_received(struct relay_peer *peer, const struct msrp_message *m);

/* LEN bytes are about to leave the conn of PEER, which has a tap. */
void relay_tap_sent(struct relay_peer *peer, size_t len);

/* PEER has tried to authenticate as USER, by M. */
void relay_tap_user(struct relay_peer *peer, struct slice user, const struct msrp_message *m);

/* SESSION is new, or has PEER as a new stranger. */
void relay_tap_session(struct relay_session *session);
void relay_tap_stranger(struct relay_session *session, struct relay_peer *peer);

/* CALL may be traced: then so are all connections of its parties, and PEER is a new one. */
void relay_tap_call(const struct relay_call *call);
void relay_tap_party(const struct relay_call *call, struct relay_peer *peer);

/* SESSION ends, and its trace with it. */
void relay_tap_ended(const struct relay_session *session);

void relay_tap_free(struct relay_peer *peer);
void relay_tap_free_all(struct relay *relay);

#endif
