/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events that an operator may want to see, reported by the relay to its host, and filled in as far
 * as the arguments permit.
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
	RELAY_BAD_REQUEST,     /* unintelligible input */
	RELAY_REFUSED,	       /* understood, but not permitted: status says why */
	RELAY_NEXT_HOP_FAILED, /* could not connect, or lost the connection with messages on it */
	RELAY_NOT_DELIVERED,   /* a REPORT with this status goes to the sender */
	RELAY_TIMED_OUT,       /* a connection was stuck, and closed */
	RELAY_MADE_ROOM,       /* a connection was closed by relay_close_idlest() */
	RELAY_AUTH_RIGHT,      /* the right password, after wrong ones from there: see failures */
	RELAY_AUTH_PAUSED,     /* AUTH from host is ignored for duration_ms */
	RELAY_CLAIMED, /* a stranger uses the name of another connection: status 403 if that one
			  keeps the name, 0 if it loses it */
	RELAY_CALL_ENDED,
	RELAY_EVENT_TYPES,
};

/*
 * An event that an operator may want to see. Valid during the call only; texts come from the
 * network unescaped.
 */
struct relay_event {
	enum relay_event_type type;
	const struct relay_peer *peer; /* who caused it; NULL: nobody */
	struct slice session;	       /* session-id, or empty */
	struct slice user;	       /* or empty */
	struct slice realm;	       /* or empty */
	struct slice host;	       /* the next hop's "host:port", or empty */
	struct slice relay;	       /* "host:port" of the relay that peer is, or empty */
	unsigned status;	       /* response code, or 0 */
	const char *reason;	       /* a few words, never NULL */

	struct slice call; /* call-id, or empty */

	/*
	 * For a session that ended: from its owner, and to its owner. For a call: from the offering
	 * party, and from the other side.
	 */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t messages_in; /* chunks */
	uint64_t messages_out;
	uint64_t duration_ms;
	struct slice hosts; /* in the strangers' URIs, separated by spaces, if noted */

	uint64_t failures; /* of earlier AUTHs from the same origin */
};

/* For the relay itself: reports an event. */
void relay_event_peer(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const char *reason);
/* Reports the host and port of URI, the destination of a request. */
void relay_event_host(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const struct msrp_uri_slices *uri, const char *reason);
void relay_event_session(const struct relay_session *session, enum relay_event_type type,
			 const char *reason);
void relay_event_call(const struct relay_call *call, enum relay_event_type type,
		      const char *reason);
void relay_event_auth(const struct relay_peer *peer, struct slice user, struct slice realm,
		      unsigned status, const char *reason);

/* The right password after FAILURES wrong ones; and so many wrong ones that a pause begins. */
void relay_event_right(const struct relay_origin *origin, uint64_t failures);
void relay_event_pause(const struct relay_origin *origin, const struct relay_pause *pause);

/* The outcome of a claim of LINK's stranger to its name. */
void relay_event_claim(const struct relay_link *link, unsigned status, const char *reason);

#endif
