/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The operator's view of sessions and peers, made from the objects when asked: msrpctl asks for
 * lists, one session, or the end of one.
 */
#include "relay/view.h"

#include "relay/auth/lifetime.h"
#include "relay/hop.h"
#include "relay/leg.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/request/send.h"
#include "relay/session/session.h"
#include "relay/state.h"
#include "relay/trace/walk.h"

/*
 * With a handle too short for the table, at most this many sessions are looked at, which takes half
 * a millisecond. With more sessions it can hardly be unique.
 */
enum { LOOKS_MAX = 10000 };

void relay_session_view(const struct relay_session *session, uint64_t now_ms,
			struct relay_session_view *ret_view)
{
	const struct relay *relay = session->relay;
	uint64_t deadline = session->expiry.deadline;

	*ret_view = (struct relay_session_view){
		.id = slice_from(session->id),
		.user = slice_from(session->user),
		.realm = slice_from(session->realm),
		.owner = session->owner,
		.hop = relay_hop_name(session->hop),
		.age_ms = now_ms - session->started_ms,
		.expires_ms = deadline > now_ms ? deadline - now_ms : 0,
		.bytes_in = session->bytes_in,
		.bytes_out = session->bytes_out,
		.messages_in = session->messages_in,
		.messages_out = session->messages_out,
		.n_strangers = relay_link_count(session),
		.most_sessions = relay->config->session.per_user,
	};
	relay->host->usage(relay->arg, session->hold, relay->config->session.rate,
			   &ret_view->usage);
}

bool relay_walk_session(struct relay_walk *walk, uint64_t now_ms,
			struct relay_session_view *ret_view)
{
	const struct relay_session *session = walk->session;

	if (!session)
		return false;
	relay_session_view(session, now_ms, ret_view);
	walk->session = relay_walk_after(session);
	return true;
}

static size_t count_sessions(const struct relay_peer *peer)
{
	const struct relay_session *session;
	size_t n = 0;

	LIST_FOREACH (session, &peer->sessions, in_owner)
		n++;
	return n;
}

static size_t count_links(const struct relay_peer *peer)
{
	const struct relay_link *link;
	size_t n = 0;

	LIST_FOREACH (link, &peer->links, in_peer)
		n++;
	return n;
}

static size_t count_legs(const struct relay_peer *peer)
{
	const struct relay_party *party;
	size_t n = 0;

	LIST_FOREACH (party, &peer->parties, in_peer)
		n++;
	return n;
}

bool relay_walk_peer(struct relay_walk *walk, struct relay_peer_view *ret_view)
{
	const struct relay_peer *peer = walk->peer;

	while (peer && (peer->sibling || peer->is_absent)) /* no connection of this process */
		peer = LIST_NEXT(peer, in_relay);
	if (!peer)
		return false;
	*ret_view = (struct relay_peer_view){
		.peer = peer,
		.number = peer->number,
		.open = peer->is_open,
		.closing = peer->closing,
		.secure = peer->secure,
		.verified = peer->verified,
		.proven = peer->proven,
		.outgoing = peer->next_hop != NULL,
		.paused = peer->waits_for != NULL,
		.next_hop = slice_from(peer->next_hop),
		.hop = relay_hop_name(peer->hop),
		.n_sessions = count_sessions(peer),
		.n_links = count_links(peer),
		.n_legs = count_legs(peer),
	};
	walk->peer = LIST_NEXT(peer, in_relay);
	return true;
}

static bool begins_with(const struct relay_session *session, struct slice handle)
{
	return slice_starts_with(slice_from(session->id), handle);
}

/* Looks at all sessions, for a handle shorter than those that operators see. */
static enum relay_handle look_for(const struct relay *relay, struct slice handle,
				  struct relay_session **ret_session)
{
	struct relay_session *session, *found = NULL;

	TAILQ_FOREACH (session, &relay->sessions, in_relay) {
		if (!begins_with(session, handle))
			continue;
		if (found)
			return RELAY_HANDLE_AMBIGUOUS;
		found = session;
	}
	*ret_session = found;
	return found ? RELAY_HANDLE_FOUND : RELAY_HANDLE_UNKNOWN;
}

enum relay_handle relay_session_lookup(const struct relay *relay, struct slice handle,
				       struct relay_session **ret_session)
{
	struct relay_session *found;

	if (handle.len == 0 || relay->by_id.n == 0)
		return RELAY_HANDLE_UNKNOWN;
	if (handle.len < RELAY_HANDLE_LEN)
		return relay->by_id.n > LOOKS_MAX ? RELAY_HANDLE_AMBIGUOUS
						  : look_for(relay, handle, ret_session);
	found = relay_session_find_handle(relay, handle);
	if (!found)
		return RELAY_HANDLE_UNKNOWN;
	if (relay_session_next_handle(found, handle))
		return RELAY_HANDLE_AMBIGUOUS;
	*ret_session = found;
	return RELAY_HANDLE_FOUND;
}

bool relay_session_stranger(const struct relay_session *session, size_t i,
			    const struct relay_peer **ret_peer, struct slice *ret_uri)
{
	const struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (!link->peer || i-- > 0)
			continue;
		*ret_peer = link->peer;
		*ret_uri = link->uri.text;
		return true;
	}
	return false;
}

void relay_session_cut(struct relay_session *session, uint64_t now_ms, unsigned status,
		       const char *why)
{
	session->relay->now_ms = now_ms;
	relay_send_stop(&session->meters, status, why);
	relay_session_end(session, why);
}
