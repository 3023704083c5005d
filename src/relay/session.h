/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_SESSION_H
#define RELAY_SESSION_H

#include "relay/internal.h"

/* Who opens a session. */
struct relay_holder {
	struct slice user;
	struct slice realm;
	struct slice client; /* From-Path of the AUTH */
};

/* The session that HOLDER has opened on PEER before, or NULL. */
struct relay_session *relay_session_find_held(const struct relay_peer *peer,
					      const struct relay_holder *holder);

/* Did PEER open it, or is PEER a connection to the relay that did (RFC 4976 6.3)? */
bool relay_session_is_owned_by(const struct relay_session *session, const struct relay_peer *peer);

/* Its owner is reached over PEER from now on; NULL: over none at present. */
void relay_session_set_owner(struct relay_session *session, struct relay_peer *peer);

/*
 * The live session that URI names, or NULL. Compares by RFC 4975 6.1, or by
 * the session-id alone where sessmatch is configured (RFC 6714).
 */
struct relay_session *relay_session_find(const struct relay *relay, const struct msrp_uri *uri);

/* Notes that a stranger of HOST has to do with SESSION, if that is wanted and as far as it goes. */
void relay_session_note_host(struct relay_session *session, struct slice host);

#endif
