/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/route.h"

#include <errno.h>

#include "msrp/report.h"
#include "msrp/writer.h"
#include "relay/hop.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session.h"
#include "relay/settings.h"

static enum relay_route_result refuse(struct relay_refusal *refusal, unsigned status,
				      const char *comment)
{
	refusal->status = status;
	refusal->comment = comment;
	return RELAY_REFUSED_ROUTE;
}

static enum relay_route_result no_memory(struct relay_refusal *refusal)
{
	return refuse(refusal, MSRP_TIMEOUT, "the relay is short of memory");
}

static enum relay_route_result routed(struct relay_route *route, unsigned hops,
				      struct relay_link *link, bool to_owner)
{
	route->hops = hops;
	route->link = link;
	route->to_owner = to_owner;
	route->dest = to_owner ? link->session->owner : link->peer;
	return RELAY_ROUTED;
}

static bool is_own(const struct relay *relay, const struct msrp_uri *uri)
{
	return relay_session_find(relay, uri) || relay_settings_is_own(relay->config, uri);
}

bool relay_route_is_ours(const struct relay *relay, const struct msrp_message *m)
{
	return is_own(relay, msrp_path_first(&m->to));
}

unsigned relay_route_own_hops(const struct relay *relay, const struct msrp_message *m)
{
	unsigned hops = 0;

	while (hops < m->to.n && is_own(relay, &m->to.uri[hops]))
		hops++;
	return hops;
}

/* Towards the owner of SESSION, whose To-Path URI is the one numbered HOP. */
static enum relay_route_result to_owner(struct relay_peer *peer, const struct msrp_message *m,
					struct relay_session *session, unsigned hop,
					struct relay_route *route, struct relay_refusal *refusal)
{
	const struct msrp_uri *stranger = hop == 0 ? &m->from.uri[0] : &m->to.uri[hop - 1];
	struct relay_link *link;

	if (m->to.n == hop + 1)
		return refuse(refusal, MSRP_BAD_REQUEST, "To-Path ends at the relay");
	if (is_own(peer->relay, &m->to.uri[hop + 1]))
		return refuse(refusal, MSRP_FORBIDDEN, "this session leads to its owner only");
	if (!session->owner && relay_hop_reconnect(session->hop) != 0)
		return refuse(refusal, MSRP_TIMEOUT, "cannot connect to the next hop");
	link = relay_link_get(session, peer, stranger);
	if (!link)
		return no_memory(refusal);
	route->session[hop] = session;
	return routed(route, hop + 1, link, true);
}

/* The hop after next is on this relay, too: done in memory, without a connection to ourselves. */
static enum relay_route_result to_other_client(struct relay_peer *peer,
					       const struct msrp_message *m,
					       struct relay_route *route,
					       struct relay_refusal *refusal)
{
	struct relay_session *session = relay_session_find(peer->relay, &m->to.uri[1]);

	if (!session)
		return refuse(refusal, MSRP_NO_SESSION, "no such session on this relay");
	return to_owner(peer, m, session, 1, route, refusal);
}

static enum relay_route_result to_next_hop(struct relay_peer *peer, const struct msrp_message *m,
					   struct relay_session *session, struct relay_route *route,
					   struct relay_refusal *refusal)
{
	const struct msrp_uri *next = &m->to.uri[1];
	struct relay_link *link = relay_link_find(session, next);
	struct relay_peer *dest;
	int err;

	if (link)
		return routed(route, 1, link, false);
	if (m->method == MSRP_AUTH && !next->secure)
		return refuse(refusal, MSRP_FORBIDDEN,
			      "the next hop is not an authenticated relay");
	/* RFC 4976 section 8: only an AUTH may leave the port to be found. */
	if (next->port == 0 && m->method != MSRP_AUTH)
		return refuse(refusal, MSRP_BAD_REQUEST, "the next hop has no port");
	dest = relay_hop_find_peer(peer->relay, next);
	err = dest ? 0 : relay_peer_connect(peer->relay, next, &dest);
	if (err)
		return refuse(refusal, MSRP_TIMEOUT, "cannot connect to the next hop");
	link = relay_link_get(session, dest, next);
	return link ? routed(route, 1, link, false) : no_memory(refusal);
}

enum relay_route_result relay_route_find(struct relay_peer *peer, const struct msrp_message *m,
					 struct relay_route *ret_route,
					 struct relay_refusal *ret_refusal)
{
	const struct msrp_uri *first = msrp_path_first(&m->to);
	struct relay_session *session = relay_session_find(peer->relay, first);

	*ret_route = (struct relay_route){ 0 };
	if (!session) {
		if (!relay_settings_is_own(peer->relay->config, first))
			return RELAY_NOT_OURS;
		return refuse(ret_refusal, MSRP_NO_SESSION, "no such session on this relay");
	}
	if (m->to.n == 1)
		return refuse(ret_refusal, MSRP_BAD_REQUEST, "To-Path ends at the relay");
	if (!relay_session_is_owned_by(session, peer))
		return to_owner(peer, m, session, 0, ret_route, ret_refusal);
	ret_route->session[0] = session;
	if (is_own(peer->relay, &m->to.uri[1]))
		return to_other_client(peer, m, ret_route, ret_refusal);
	return to_next_hop(peer, m, session, ret_route, ret_refusal);
}

void relay_route_write_paths(const struct relay_route *route, const struct msrp_message *m,
			     struct buf *out)
{
	msrp_write_header(out, MSRP_H_TO_PATH, msrp_path_from(&m->to, route->hops));
	buf_add_slice(out, SLICE("From-Path: "));
	for (unsigned hop = route->hops; hop > 0; hop--) {
		buf_add_slice(out, m->to.uri[hop - 1].text);
		buf_add_char(out, ' ');
	}
	buf_add_slice(out, m->from.text);
	buf_add_slice(out, SLICE("\r\n"));
}
