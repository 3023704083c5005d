/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds sessions by their URI, and knows their owners. lifetime.c begins and ends them.
 */
#include "relay/session/session.h"

#include <stdlib.h>

#include "msrp/flow.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/settings.h"
#include "relay/state.h"
#include "relay/watch/idle.h"

struct relay_session *relay_session_find_held(const struct relay_peer *peer,
					      const struct relay_holder *holder)
{
	struct relay_session *session;

	LIST_FOREACH (session, &peer->sessions, in_owner) {
		if (slice_equal(slice_from(session->client), holder->client) &&
		    slice_equal(slice_from(session->user), holder->user) &&
		    slice_equal(slice_from(session->realm), holder->realm))
			return session;
	}
	return NULL;
}

bool relay_session_is_owned_by(const struct relay_session *session, const struct relay_peer *peer)
{
	return session->owner == peer || (session->hop && session->hop == peer->hop);
}

/* Lanes belong to connections: those to the owner are made anew. */
void relay_session_set_owner(struct relay_session *session, struct relay_peer *peer)
{
	struct relay_peer *before = session->owner;
	struct relay_link *link;

	if (before)
		LIST_REMOVE(session, in_owner);
	session->owner = peer;
	if (peer)
		LIST_INSERT_HEAD(&peer->sessions, session, in_owner);
	if (before)
		relay_idle_settle(before);
	if (peer)
		relay_idle_settle(peer);
	LIST_FOREACH (link, &session->links, in_session)
		link->to_owner = msrp_lane_release(link->to_owner);
}

/*
 * Sessions are also found by the part of the session-id that operators see. Its bits are random,
 * enough of them that few others are left to compare, and nobody but us chooses them.
 */
static uint64_t hash_of_session(const struct relay *relay, struct slice id)
{
	return siphash(relay->seed, id.p, RELAY_HANDLE_LEN);
}

void relay_session_add(struct relay *relay, struct relay_session *session)
{
	hash_table_add(&relay->by_id, &session->by_id,
		       hash_of_session(relay, slice_from(session->id)));
	TAILQ_INSERT_TAIL(&relay->sessions, session, in_relay);
}

void relay_session_remove(struct relay *relay, struct relay_session *session)
{
	hash_table_remove(&relay->by_id, &session->by_id);
	TAILQ_REMOVE(&relay->sessions, session, in_relay);
}

/* The first session with this hash from NODE on whose id begins with ID. */
static struct relay_session *first_that_begins(struct hash_node *node, struct slice id)
{
	for (; node; node = hash_table_next(node)) {
		struct relay_session *session = CONTAINER_OF(node, struct relay_session, by_id);

		if (memcmp(session->id, id.p, id.len) == 0)
			return session;
	}
	return NULL;
}

struct relay_session *relay_session_find_handle(const struct relay *relay, struct slice handle)
{
	if (handle.len < RELAY_HANDLE_LEN || handle.len > RELAY_SESSION_LEN)
		return NULL;
	return first_that_begins(hash_table_find(&relay->by_id, hash_of_session(relay, handle)),
				 handle);
}

struct relay_session *relay_session_next_handle(const struct relay_session *session,
						struct slice handle)
{
	return first_that_begins(hash_table_next(&session->by_id), handle);
}

struct relay_session *relay_session_find_id(const struct relay *relay, struct slice id)
{
	return id.len == RELAY_SESSION_LEN ? relay_session_find_handle(relay, id) : NULL;
}

struct relay_session *relay_session_find(const struct relay *relay,
					 const struct msrp_uri_slices *uri)
{
	struct relay_session *session = relay_session_find_id(relay, uri->session_id);

	if (!session || relay->config->session.sessmatch ||
	    relay_settings_is_own(relay->config, uri))
		return session;
	return NULL;
}

/* Compares whole words of HOSTS, so no name is found as part of another. */
static bool has_host(struct slice hosts, struct slice host)
{
	while (hosts.len > 0) {
		size_t end = slice_find(hosts, ' ');

		if (slice_equal_nocase(slice_first(hosts, end), host))
			return true;
		hosts = slice_skip(hosts, end < hosts.len ? end + 1 : end);
	}
	return false;
}

void relay_session_note_host(struct relay_session *session, struct slice host)
{
	struct slice hosts = slice_from(session->hosts);
	struct buf text = { 0 };

	if (!session->relay->config->session.note_hosts || has_host(hosts, host) ||
	    hosts.len + 1 + host.len > RELAY_HOSTS_MAX)
		return;
	buf_add_slice(&text, hosts);
	if (hosts.len > 0)
		buf_add_char(&text, ' ');
	buf_add_slice(&text, host);
	if (!buf_failed(&text)) {
		free(session->hosts);
		session->hosts = slice_dup(buf_slice(&text));
	}
	buf_done(&text);
}
