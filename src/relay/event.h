/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an operator may want to see: something that has happened, which the relay tells its host,
 * filled in as far as the arguments know.
 */
#ifndef RELAY_EVENT_H
#define RELAY_EVENT_H

#include <stdint.h>

#include "base/slice.h"

struct msrp_uri_slices;
struct relay_call;
struct relay_link;
struct relay_origin;
struct relay_pause;
struct relay_peer;
struct relay_session;

enum relay_event_type {
	RELAY_SESSION_OPENED,
	RELAY_SESSION_RENEWED,
	RELAY_SESSION_ENDED,
	RELAY_AUTH_FAILED,     /* wrong credentials, or too many sessions */
	RELAY_BAD_REQUEST,     /* what was sent cannot be understood */
	RELAY_REFUSED,	       /* understood, but not allowed: status says why */
	RELAY_NEXT_HOP_FAILED, /* could not connect, or the connection was lost with messages on it
				*/
	RELAY_NOT_DELIVERED,   /* a REPORT with this status goes to the sender */
	RELAY_TIMED_OUT,       /* a connection was stuck, and closed */
	RELAY_MADE_ROOM,       /* a connection was closed by relay_close_idlest() */
	RELAY_AUTH_RIGHT,      /* the right password, after wrong ones from there: see failures */
	RELAY_AUTH_PAUSED,     /* no AUTH from host is looked at for duration_ms */
	RELAY_CLAIMED,	       /* a stranger calls himself as another connection's does: status
				  403 when that one keeps the name, 0 when he gets it */
	RELAY_CALL_ENDED,
	RELAY_EVENT_TYPES,
};

/*
 * Something an operator may want to see. Valid during the call only; texts come from the network
 * unescaped.
 */
struct relay_event {
	enum relay_event_type type;
	const struct relay_peer *peer; /* whose doing it is; NULL: nobody's */
	struct slice session;	       /* session-id, or empty */
	struct slice user;	       /* or empty */
	struct slice realm;	       /* or empty */
	struct slice host;	       /* the next hop's "host:port", or empty */
	struct slice relay;	       /* "host:port" of the relay that peer is, or empty */
	unsigned status;	       /* response code, or 0 */
	const char *reason;	       /* a few words, never NULL */

	struct slice call; /* call-id, or empty */

	/*
	 * Of a session that ended: from its owner, and to its owner. Of a call: from who has
	 * offered it, and from the other side.
	 */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t messages_in; /* chunks */
	uint64_t messages_out;
	uint64_t duration_ms;
	struct slice hosts; /* of the strangers' URIs, with spaces between them, if noted */

	uint64_t failures; /* of AUTH from the same origin that came before */
};

/* For the relay itself: tells of it. */
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
