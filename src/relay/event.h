/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_EVENT_H
#define RELAY_EVENT_H

#include "relay/internal.h"

/* Tells the host what has happened, filled in as far as the arguments know. */
void relay_event_peer(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const char *reason);
void relay_event_session(const struct relay_session *session, enum relay_event_type type,
			 const char *reason);
void relay_event_auth(const struct relay_peer *peer, struct slice user, struct slice realm,
		      unsigned status, const char *reason);

#endif
