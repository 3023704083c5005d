/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_SESSION_H
#define RELAY_SESSION_H

#include "relay/internal.h"

/* May this user hold one session more? */
bool relay_session_allowed(const struct relay *relay, struct slice user, struct slice realm);

/* A new session of OWNER with a fresh URI. 0 or -ENOMEM. */
int relay_session_new(struct relay_peer *owner, struct slice user, struct slice realm,
		      uint64_t expires_s, struct relay_session **ret_session);

/* It expires so many seconds from now. */
void relay_session_renew(struct relay_session *session, uint64_t expires_s);

/* Ends and frees it; WHY goes to the operator. What is on its way stays on its way. */
void relay_session_end(struct relay_session *session, const char *why);

/*
 * The live session that URI names, or NULL. Compares by RFC 4975 6.1, or by
 * the session-id alone where sessmatch is configured (RFC 6714).
 */
struct relay_session *relay_session_find(const struct relay *relay, const struct msrp_uri *uri);

/* Counts for SESSION what passes until relay_meter_stop(). */
void relay_meter_start(struct relay_meter *meter, struct relay_session *session, bool from_owner);
void relay_meter_count(struct relay_meter *meter, size_t bytes);
void relay_meter_stop(struct relay_meter *meter);

#endif
