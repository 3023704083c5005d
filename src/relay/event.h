/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the host what has happened, filled in as far as the arguments know.
 */
#ifndef RELAY_EVENT_H
#define RELAY_EVENT_H

#include <stdint.h>

#include "base/slice.h"
#include "relay/relay.h"

struct relay_call;
struct relay_link;
struct relay_session;

void relay_event_peer(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const char *reason);
/* Of URI, for which a request was, the host and port are told. */
void relay_event_host(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const struct msrp_uri_slices *uri, const char *reason);
void relay_event_session(const struct relay_session *session, enum relay_event_type type,
			 const char *reason);
void relay_event_call(const struct relay_call *call, enum relay_event_type type,
		      const char *reason);
void relay_event_auth(const struct relay_peer *peer, struct slice user, struct slice realm,
		      unsigned status, const char *reason);

/* The right password after FAILURES wrong ones; and so many that there is a pause. */
void relay_event_right(const struct relay_origin *origin, uint64_t failures);
void relay_event_pause(const struct relay_origin *origin, const struct relay_pause *pause);

/* What became of the claim that the stranger of LINK has laid to its name. */
void relay_event_claim(const struct relay_link *link, unsigned status, const char *reason);

#endif
