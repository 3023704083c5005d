/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The operator's view of the sessions and peers of a relay, and his control over them. Texts and
 * pointers in the results live until the relay is called next.
 */
#ifndef RELAY_VIEW_H
#define RELAY_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "relay/relay.h"
#include "relay/shared/quota.h"
#include "relay/trace/walk.h"

struct relay_session_view {
	struct slice id; /* secret as a whole */
	struct slice user;
	struct slice realm;
	const struct relay_peer *owner; /* the connection to it; NULL: none at present */
	struct slice hop;		/* "host:port" of the relay that opened it, or empty */
	uint64_t age_ms;
	uint64_t expires_ms; /* from now */
	uint64_t bytes_in;   /* from the owner */
	uint64_t bytes_out;
	uint64_t messages_in; /* chunks */
	uint64_t messages_out;
	size_t n_strangers;
	struct relay_usage usage; /* by its user, of what they may have */
	unsigned most_sessions;	  /* of its user */
};

/* The next session, if there is one. */
bool relay_walk_session(struct relay_walk *walk, uint64_t now_ms,
			struct relay_session_view *ret_view);

struct relay_peer_view {
	const struct relay_peer *peer;
	uint64_t number;
	bool open; /* the connection is open */
	bool closing;
	bool secure;
	bool verified;
	bool proven;
	bool outgoing;
	bool paused;	       /* not read, because a receiver is slow */
	struct slice next_hop; /* "host:port" that we connected to, or empty */
	struct slice hop;      /* "host:port" of the relay that it is, or empty */
	size_t n_sessions;     /* those that it owns */
	size_t n_links;	       /* sessions to which it is a stranger */
	size_t n_legs;	       /* of calls that it is a party of */
};

bool relay_walk_peer(struct relay_walk *walk, struct relay_peer_view *ret_view);

enum relay_handle {
	RELAY_HANDLE_FOUND,
	RELAY_HANDLE_UNKNOWN,
	RELAY_HANDLE_AMBIGUOUS, /* several session-ids begin like that */
};

/*
 * Finds the session whose id begins with HANDLE, which is not empty. With many sessions a handle
 * shorter than RELAY_HANDLE_LEN, the length that operators see, counts as ambiguous.
 */
enum relay_handle relay_session_lookup(const struct relay *relay, struct slice handle,
				       struct relay_session **ret_session);

void relay_session_view(const struct relay_session *session, uint64_t now_ms,
			struct relay_session_view *ret_view);

/* The stranger at index I, counted from the latest, and its URI. False: there are not so many. */
bool relay_session_stranger(const struct relay_session *session, size_t i,
			    const struct relay_peer **ret_peer, struct slice *ret_uri);

/*
 * Ends SESSION. Chunks under way through it are broken off: their senders get STATUS, their
 * receivers '#'. Complete messages are delivered or reported. WHY is for the operator and the
 * senders.
 */
void relay_session_cut(struct relay_session *session, uint64_t now_ms, unsigned status,
		       const char *why);

#endif
