/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two ends of a session: an AUTH opens or renews it, and it ends with everything that it has.
 */
#ifndef RELAY_AUTH_LIFETIME_H
#define RELAY_AUTH_LIFETIME_H

#include <stdint.h>

struct relay_holder;
struct relay_peer;
struct relay_session;

/*
 * A new session of OWNER with a fresh URI. Returns 0; -EDQUOT: its user has enough of them; or
 * -ENOMEM.
 */
int relay_session_new(struct relay_peer *owner, const struct relay_holder *holder,
		      uint64_t expires_s, struct relay_session **ret_session);

/* Lets it expire EXPIRES_S seconds from now. */
void relay_session_renew(struct relay_session *session, uint64_t expires_s);

/* Ends and frees it; WHY is for the operator. Chunks under way continue. */
void relay_session_end(struct relay_session *session, const char *why);

/* PEER goes away: ends the sessions that it owns, except those that its relay keeps. */
void relay_session_forget(struct relay_peer *peer, const char *why);

#endif
