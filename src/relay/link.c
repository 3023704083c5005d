/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links of sessions to strangers: found by the URI that a stranger gives itself, made on its first
 * request, and limited in number. A new one displaces the least worthy.
 */
#include "relay/link.h"

#include <stdlib.h>
#include <string.h>

#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/watch/use.h"

bool relay_link_is(const struct relay_link *link, const struct msrp_uri_slices *uri, uint64_t hash)
{
	return link->hash == hash && msrp_uri_slices_equal(&link->uri, uri);
}

static void put_link_first(struct relay_link *link)
{
	if (link == LIST_FIRST(&link->session->links))
		return;
	LIST_REMOVE(link, in_session);
	LIST_INSERT_HEAD(&link->session->links, link, in_session);
}

/* How much a session would lose with a link. */
enum worth {
	WORTH_NOTHING, /* a stranger with the name of another one */
	WORTH_LITTLE,  /* with a name of its own, but the owner has never sent to it */
	WORTH_MUCH,
};

static enum worth worth_of(const struct relay_link *link)
{
	if (link->is_ours || link->known)
		return WORTH_MUCH;
	return link->acts || link->peer->hop ? WORTH_LITTLE : WORTH_NOTHING;
}

static bool is_as_far(const struct relay_link *a, const struct relay_link *b)
{
	return a->peer && b->peer &&
	       memcmp(a->peer->address, b->peer->address, RELAY_ADDRESS_LEN) == 0;
}

/* With the same worth and address: an address with many links loses one of its own. */
static size_t count_like(const struct relay_link *link)
{
	const struct relay_link *other;
	size_t n = 0;

	LIST_FOREACH (other, &link->session->links, in_session)
		n += worth_of(other) == worth_of(link) && is_as_far(other, link);
	return n;
}

/* Forgets the least worthy one except NEW; among equals the one unheard for longest. */
static void forget_least_worthy(const struct relay_link *new)
{
	struct relay_link *link, *least = NULL;
	size_t n, n_like = 0;

	LIST_FOREACH (link, &new->session->links, in_session) {
		if (link == new)
			continue;
		n = count_like(link);
		if (!least || worth_of(link) < worth_of(least) ||
		    (worth_of(link) == worth_of(least) && n >= n_like)) {
			least = link;
			n_like = n;
		}
	}
	relay_link_free(least);
}

static void join_peer(struct relay_link *link, struct relay_peer *peer)
{
	link->peer = peer;
	LIST_INSERT_HEAD(&peer->links, link, in_peer);
	relay_tap_stranger(link->session, peer);
	relay_use_tell(peer);
}

/* Closes a connection that the relay made, and that nobody needs any more. */
static void part_from_peer(struct relay_link *link)
{
	struct relay_peer *peer = link->peer;

	if (!peer)
		return;
	LIST_REMOVE(link, in_peer);
	link->peer = NULL;
	link->to_peer = msrp_lane_release(link->to_peer);
	relay_use_tell(peer);
	relay_peer_release(peer);
}

static struct relay_link *link_new(struct relay_session *session, struct relay_peer *peer,
				   const struct msrp_uri_slices *uri, uint64_t hash)
{
	struct relay_link *link = calloc(1, sizeof(*link) + uri->text.len);

	if (!link)
		return NULL;
	memcpy(link->text, uri->text.p, uri->text.len);
	/* It was parsed before, so parsing it again cannot fail. */
	(void)msrp_uri_parse(slice_make(link->text, uri->text.len), &link->uri);
	link->hash = hash;
	link->number = ++session->relay->link_count;
	link->session = session;
	LIST_INSERT_HEAD(&session->links, link, in_session);
	join_peer(link, peer);
	relay_session_note_host(session, uri->host);
	/* Not before the new one exists: it may share the connection of the oldest. */
	if (++session->n_links > RELAY_LINKS_MAX)
		forget_least_worthy(link);
	return link;
}

static uint64_t hash_link_uri(const struct relay_session *session,
			      const struct msrp_uri_slices *uri)
{
	return msrp_uri_hash(uri, session->relay->uri_seed);
}

struct relay_link *relay_link_get(struct relay_session *session, struct relay_peer *peer,
				  const struct msrp_uri_slices *uri)
{
	uint64_t hash = hash_link_uri(session, uri);
	struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (link->peer == peer && relay_link_is(link, uri, hash)) {
			put_link_first(link);
			return link;
		}
	}
	return link_new(session, peer, uri, hash);
}

struct relay_link *relay_link_connect(struct relay_session *session, struct relay_peer *peer,
				      const struct msrp_uri_slices *uri)
{
	uint64_t hash = hash_link_uri(session, uri);
	struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (!link->is_ours || !relay_link_is(link, uri, hash))
			continue;
		part_from_peer(link);
		join_peer(link, peer);
		put_link_first(link);
		return link;
	}
	link = link_new(session, peer, uri, hash);
	if (link)
		link->is_ours = true;
	return link;
}

bool relay_link_exists(const struct relay_session *session, const struct msrp_uri_slices *uri)
{
	uint64_t hash = hash_link_uri(session, uri);
	const struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (relay_link_is(link, uri, hash))
			return true;
	}
	return false;
}

size_t relay_link_count(const struct relay_session *session)
{
	const struct relay_link *link;
	size_t n = 0;

	LIST_FOREACH (link, &session->links, in_session)
		n += link->peer != NULL;
	return n;
}

void relay_link_free(struct relay_link *link)
{
	LIST_REMOVE(link, in_session);
	link->session->n_links--;
	link->to_owner = msrp_lane_release(link->to_owner);
	part_from_peer(link);
	free(link);
}

void relay_link_forget(struct relay_peer *peer, bool stood)
{
	while (!LIST_EMPTY(&peer->links)) {
		struct relay_link *link = LIST_FIRST(&peer->links);

		link->has_stood |= stood;
		if (link->is_ours && link->has_stood)
			part_from_peer(link);
		else
			relay_link_free(link);
	}
}

/* Only a relay may have several connections over which it sends for its client. */
static struct msrp_lane *lane_to_peer(struct relay_link *link, const struct relay_peer *source)
{
	if (link->source != source)
		link->to_peer = msrp_lane_release(link->to_peer);
	link->source = source;
	if (!link->to_peer)
		link->to_peer = msrp_lane_new(&link->peer->conn);
	return link->to_peer;
}

struct msrp_lane *relay_link_lane(struct relay_link *link, bool to_owner,
				  const struct relay_peer *source)
{
	if (!to_owner)
		return lane_to_peer(link, source);
	if (!link->to_owner)
		link->to_owner = msrp_lane_new(&link->session->owner->conn);
	return link->to_owner;
}
