/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session URI that was handed out in Use-Path: its names, its user, and the peer that owns it. It
 * is found by its session-id, and belongs to the relay. How it begins and ends:
 * relay/auth/lifetime.h.
 */
#ifndef RELAY_SESSION_SESSION_H
#define RELAY_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/slice.h"
#include "msrp/ident.h"
#include "relay/lists.h"

struct msrp_uri_slices;
struct relay;
struct relay_hop;
struct relay_peer;

enum {
	/* Of our session-ids: a letter for the worker, then the unguessable part. */
	RELAY_SESSION_LEN = 1 + MSRP_SESSION_LEN,

	/*
	 * The length of the handle: the part of a session-id that operators see and use to name a
	 * session. The letter and 30 of the 128 random bits are enough to tell sessions apart.
	 */
	RELAY_HANDLE_LEN = 6,

	/* Bytes of the names of strangers that are noted for the record of a session. */
	RELAY_HOSTS_MAX = 512,
};

struct relay_session {
	struct hash_node by_id;
	char id[RELAY_SESSION_LEN + 1];
	char *uri; /* as sent in Use-Path */
	char *user;
	char *realm;
	char *client; /* the From-Path of the AUTH that opened it */
	char *hosts;  /* of strangers, for the operator; NULL: none, or not wanted */
	struct relay *relay;
	struct relay_peer *owner; /* the way to it; NULL: a hop's, to which there is none now */
	struct relay_hop *hop;	  /* the relay that opened it for its client; otherwise NULL */
	struct heap_node expiry;
	uint64_t started_ms;
	uint64_t bytes_in; /* from the owner */
	uint64_t bytes_out;
	uint64_t messages_in;
	uint64_t messages_out;
	void *hold;			/* the host's hold on its user's quota */
	struct relay_peer_list charged; /* connections made for it */
	size_t n_charged;
	bool enrolled;
	struct relay_link_list links;
	size_t n_links;
	struct relay_meter_list meters;
	LIST_ENTRY(relay_session) in_owner;
	LIST_ENTRY(relay_session) in_hop;
	TAILQ_ENTRY(relay_session) in_relay;
};

/* The client that opens a session. */
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

/* Its owner is reached over PEER from now on; NULL: not at present. */
void relay_session_set_owner(struct relay_session *session, struct relay_peer *peer);

/* SESSION must have its id, by which it is found from here on. */
void relay_session_add(struct relay *relay, struct relay_session *session);
void relay_session_remove(struct relay *relay, struct relay_session *session);

/* The session of that ID, or NULL. */
struct relay_session *relay_session_find_id(const struct relay *relay, struct slice id);

/*
 * The first session whose id begins with HANDLE, which has at least RELAY_HANDLE_LEN bytes, and the
 * next one, or NULL.
 */
struct relay_session *relay_session_find_handle(const struct relay *relay, struct slice handle);
struct relay_session *relay_session_next_handle(const struct relay_session *session,
						struct slice handle);

/*
 * The live session that URI names, or NULL. Compares by RFC 4975 6.1, or by the session-id alone if
 * sessmatch is configured (RFC 6714).
 */
struct relay_session *relay_session_find(const struct relay *relay,
					 const struct msrp_uri_slices *uri);

/* Notes HOST as a stranger's to SESSION, if this is wanted and there is room. */
void relay_session_note_host(struct relay_session *session, struct slice host);

#endif
