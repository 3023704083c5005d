/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/link.h"

#include <stdlib.h>

#include "relay/peer.h"
#include "relay/session.h"
#include "relay/tap.h"

/* What is stored was parsed before, so parsing it again cannot fail. */
static bool names(const struct relay_link *link, const struct msrp_uri *uri)
{
	struct msrp_uri own;

	if (slice_equal(slice_from(link->uri), uri->text))
		return true;
	return msrp_uri_parse(slice_from(link->uri), &own) == 0 && msrp_uri_equal(&own, uri);
}

static void put_first(struct relay_link *link)
{
	if (link == LIST_FIRST(&link->session->links))
		return;
	LIST_REMOVE(link, in_session);
	LIST_INSERT_HEAD(&link->session->links, link, in_session);
}

static void forget_oldest(struct relay_session *session)
{
	struct relay_link *last = LIST_FIRST(&session->links);

	while (LIST_NEXT(last, in_session))
		last = LIST_NEXT(last, in_session);
	relay_link_free(last);
}

static struct relay_link *link_new(struct relay_session *session, struct relay_peer *peer,
				   const struct msrp_uri *uri)
{
	struct relay_link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->uri = slice_dup(uri->text);
	if (!link->uri) {
		free(link);
		return NULL;
	}
	link->session = session;
	link->peer = peer;
	LIST_INSERT_HEAD(&session->links, link, in_session);
	LIST_INSERT_HEAD(&peer->links, link, in_peer);
	relay_session_note_host(session, uri->host);
	relay_tap_stranger(session, peer);
	/* Not before the new one is there: it may share the connection of the oldest. */
	if (++session->n_links > RELAY_LINKS_MAX)
		forget_oldest(session);
	return link;
}

struct relay_link *relay_link_get(struct relay_session *session, struct relay_peer *peer,
				  const struct msrp_uri *uri)
{
	struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (link->peer == peer && names(link, uri)) {
			put_first(link);
			return link;
		}
	}
	return link_new(session, peer, uri);
}

struct relay_link *relay_link_find(const struct relay_session *session, const struct msrp_uri *uri)
{
	struct relay_link *link;

	LIST_FOREACH (link, &session->links, in_session) {
		if (!link->peer->closing && names(link, uri))
			return link;
	}
	return NULL;
}

void relay_link_free(struct relay_link *link)
{
	struct relay_peer *peer = link->peer;

	LIST_REMOVE(link, in_session);
	LIST_REMOVE(link, in_peer);
	link->session->n_links--;
	msrp_lane_release(link->to_owner);
	msrp_lane_release(link->to_peer);
	free(link->uri);
	free(link);
	relay_peer_release(peer);
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
