/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides where a request goes and whether it may (RFC 4976 6.4): send.c and request.c ask before
 * anything is forwarded. A wrong answer here would make an open relay.
 */
#include "relay/route/route.h"

#include <errno.h>

#include "msrp/report.h"
#include "msrp/writer.h"
#include "relay/flow/reply.h"
#include "relay/hop.h"
#include "relay/link.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/route/next_hop.h"
#include "relay/route/reach.h"
#include "relay/session/claim.h"
#include "relay/session/session.h"
#include "relay/session/sibling.h"
#include "relay/session/token.h"
#include "relay/settings.h"
#include "relay/state.h"
#include "relay/watch/quiet.h"

static enum relay_route_result refuse_route(struct relay_refusal *refusal, unsigned status,
					    const char *comment)
{
	*refusal = (struct relay_refusal){ .status = status, .comment = comment };
	return RELAY_REFUSED_ROUTE;
}

int relay_route_refuse(struct relay_peer *peer, const struct relay_refusal *refusal)
{
	int err = relay_reply_refuse(peer, refusal->status, refusal->comment);

	if (refusal->closes)
		relay_peer_close(peer);
	return err;
}

static enum relay_route_result refuse_without_memory(struct relay_refusal *refusal)
{
	return refuse_route(refusal, MSRP_TIMEOUT, "the relay is short of memory");
}

static enum relay_route_result set_route(struct relay_route *route, unsigned hops,
					 struct relay_link *link, bool to_owner)
{
	route->hops = hops;
	route->link = link;
	route->to_owner = to_owner;
	route->dest = to_owner ? link->session->owner : link->peer;
	return RELAY_ROUTED;
}

static bool is_own(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	return relay_session_find(relay, uri) || relay_settings_is_own(relay->config, uri);
}

/* A sibling's, or a leg of our own: a hop of its own, reached by a connection in memory. */
static bool is_beside(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	unsigned worker;

	return relay_leg_find(relay, uri) || relay_sibling_find(relay, uri, &worker);
}

bool relay_route_is_ours(const struct relay *relay, const struct msrp_message *m)
{
	unsigned worker;

	return is_own(relay, msrp_path_first(&m->to)) ||
	       relay_token_is(relay, msrp_path_first(&m->to)) ||
	       relay_sibling_find(relay, msrp_path_first(&m->to), &worker);
}

unsigned relay_route_own_hops(const struct relay *relay, const struct msrp_message *m)
{
	unsigned hops = 0;

	while (hops < m->to.n && is_own(relay, &m->to.uri[hops]) &&
	       !is_beside(relay, &m->to.uri[hops]))
		hops++;
	return hops;
}

/* Towards the owner of SESSION, whose URI is number HOP of To-Path. */
static enum relay_route_result to_owner(struct relay_peer *peer, const struct msrp_message *m,
					struct relay_session *session, unsigned hop,
					struct relay_route *route, struct relay_refusal *refusal)
{
	const struct msrp_uri_slices *stranger = hop == 0 ? &m->from.uri[0] : &m->to.uri[hop - 1];
	struct relay_link *link;

	if (m->to.n == hop + 1)
		return refuse_route(refusal, MSRP_BAD_REQUEST, "To-Path ends at the relay");
	if (is_own(peer->relay, &m->to.uri[hop + 1]))
		return refuse_route(refusal, MSRP_FORBIDDEN,
				    "this session leads to its owner only");
	if (!session->owner && relay_hop_reconnect(session->hop) != 0)
		return refuse_route(refusal, MSRP_TIMEOUT, "cannot connect to the next hop");
	link = relay_link_get(session, peer, stranger);
	if (!link)
		return refuse_without_memory(refusal);
	relay_claim_heard(link);
	link->heard = true;
	route->session[hop] = session;
	return set_route(route, hop + 1, link, true);
}

/*
 * The hop after next is on this relay, too: handled in memory, without a connection to ourselves.
 */
static enum relay_route_result to_other_client(struct relay_peer *peer,
					       const struct msrp_message *m,
					       struct relay_route *route,
					       struct relay_refusal *refusal)
{
	struct relay_session *session = relay_session_find(peer->relay, &m->to.uri[1]);

	if (!session)
		return refuse_route(refusal, MSRP_NO_SESSION, "no such session on this relay");
	return to_owner(peer, m, session, 1, route, refusal);
}

static enum relay_route_result refuse_connect(struct relay_refusal *refusal, int err)
{
	switch (err) {
	case -EMLINK:
		return refuse_route(refusal, MSRP_FORBIDDEN, "too many next hops of this session");
	case -EDQUOT:
		return refuse_route(refusal, MSRP_FORBIDDEN, "too many next hops of this user");
	case -EAGAIN:
		return refuse_route(refusal, MSRP_FORBIDDEN,
				    "too many new next hops of this user in a minute");
	}
	return refuse_route(refusal, MSRP_TIMEOUT, "cannot connect to the next hop");
}

/* Over an existing connection to that relay, unless it was just given up, or a new one. */
static int find_or_connect(struct relay_peer *peer, struct relay_session *session,
			   const struct msrp_uri_slices *next, struct relay_peer **ret_dest)
{
	struct relay_peer *dest =
	    is_beside(peer->relay, next) ? NULL : relay_hop_find_peer(peer->relay, next);

	if (!dest || (relay_quiet_is(dest) && relay_link_exists(session, next)))
		return relay_next_hop_connect(session, peer, next, ret_dest);
	*ret_dest = dest;
	return 0;
}

/* There is no link to the next hop yet: makes one, and a connection for it if necessary. */
static enum relay_route_result connect_next_hop(struct relay_peer *peer,
						const struct msrp_message *m,
						struct relay_session *session,
						struct relay_route *route,
						struct relay_refusal *refusal)
{
	const struct msrp_uri_slices *next = &m->to.uri[1];
	struct relay_link *link;
	struct relay_peer *dest;
	int err;

	if (m->method == MSRP_AUTH && !next->secure)
		return refuse_route(refusal, MSRP_FORBIDDEN,
				    "the next hop is not an authenticated relay");
	if (msrp_uri_is_unconnectable(next))
		return refuse_route(refusal, MSRP_NO_SESSION,
				    "its own connection alone leads there");
	/* RFC 4976 section 8: only an AUTH may leave the port to be found. */
	if (next->port == 0 && (m->method != MSRP_AUTH || !msrp_uri_is_reachable(next)))
		return refuse_route(refusal, MSRP_BAD_REQUEST, "the next hop has no port");
	err = find_or_connect(peer, session, next, &dest);
	if (err)
		return refuse_connect(refusal, err);
	link = relay_link_connect(session, dest, next);
	if (!link)
		return refuse_without_memory(refusal);
	link->known = true;
	return set_route(route, 1, link, false);
}

/* From the owner of SESSION to the URI after ours. */
static enum relay_route_result to_next_hop(struct relay_peer *peer, const struct msrp_message *m,
					   struct relay_session *session, struct relay_route *route,
					   struct relay_refusal *refusal)
{
	const struct msrp_uri_slices *next = &m->to.uri[1];
	struct relay_link *link = is_beside(peer->relay, next)
				      ? relay_claim_find_sibling(session, next)
				      : relay_claim_find(session, next);

	if (!link)
		return connect_next_hop(peer, m, session, route, refusal);
	link->known = true;
	return set_route(route, 1, link, false);
}

/* A request may go on to another sibling only if it stands for a peer's own. */
static bool leads_to_sibling(const struct relay_peer *peer, const struct msrp_message *m,
			     unsigned *ret_worker)
{
	return !peer->sibling &&
	       relay_sibling_find(peer->relay, msrp_path_first(&m->to), ret_worker);
}

bool relay_route_is_passage(const struct relay_peer *peer, const struct msrp_message *m)
{
	unsigned worker;

	return peer->passage || leads_to_sibling(peer, m, &worker);
}

static enum relay_route_result set_passage_route(struct relay_route *route,
						 struct relay_passage *passage,
						 struct relay_peer *dest)
{
	route->passage = passage;
	route->dest = dest;
	return RELAY_ROUTED;
}

/* From a sibling to the peer of that passage. */
static enum relay_route_result out_of_passage(struct relay_passage *passage,
					      struct relay_route *route,
					      struct relay_refusal *refusal)
{
	if (!passage->peer || passage->peer->closing)
		return refuse_route(refusal, MSRP_TIMEOUT, RELAY_HOP_LOST);
	return set_passage_route(route, passage, passage->peer);
}

/* The session is a sibling's: the request goes there unchanged. */
static enum relay_route_result into_passage(struct relay_peer *peer, const struct msrp_message *m,
					    unsigned worker, struct relay_route *route,
					    struct relay_refusal *refusal)
{
	struct relay_passage *passage;
	int err;

	if (m->to.n == 1 && m->method != MSRP_AUTH &&
	    !relay_token_is(peer->relay, msrp_path_first(&m->to)))
		return refuse_route(refusal, MSRP_BAD_REQUEST, "To-Path ends at the relay");
	err = relay_passage_get(peer, worker, &passage);
	if (err == -ENOMEM)
		return refuse_without_memory(refusal);
	if (err == -EDQUOT)
		return refuse_route(refusal, MSRP_FORBIDDEN,
				    "one session at a time, until one is granted");
	if (err)
		return refuse_route(refusal, MSRP_TIMEOUT, "cannot connect to the next hop");
	return set_passage_route(route, passage, passage->sibling);
}

/* To-Path begins with URI, which may be ours, but names no session of this relay. */
static enum relay_route_result without_session(struct relay_peer *peer,
					       const struct msrp_message *m,
					       struct relay_route *route,
					       struct relay_refusal *refusal)
{
	unsigned worker;

	if (leads_to_sibling(peer, m, &worker))
		return into_passage(peer, m, worker, route, refusal);
	if (!relay_settings_is_own(peer->relay->config, msrp_path_first(&m->to)) &&
	    !relay_token_is(peer->relay, msrp_path_first(&m->to)))
		return RELAY_NOT_OURS;
	return refuse_route(refusal, MSRP_NO_SESSION, "no such session on this relay");
}

bool relay_route_is_impostor(const struct relay_peer *peer, const struct msrp_message *m)
{
	const struct msrp_uri_slices *from = msrp_path_first(&m->from);
	const struct relay_session *session = relay_session_find(peer->relay, from);

	if (peer->sibling)
		return false; /* it speaks for others, and has checked that itself */
	return session ? !relay_session_is_owned_by(session, peer)
		       : relay_sibling_owns(peer->relay, from, peer->hop);
}

enum relay_route_result relay_route_find(struct relay_peer *peer, const struct msrp_message *m,
					 struct relay_route *ret_route,
					 struct relay_refusal *ret_refusal)
{
	const struct msrp_uri_slices *first = msrp_path_first(&m->to);
	struct relay_session *session = relay_session_find(peer->relay, first);
	struct relay_leg *leg;

	*ret_route = (struct relay_route){ 0 };
	if (peer->passage)
		return out_of_passage(peer->passage, ret_route, ret_refusal);
	if (relay_route_is_impostor(peer, m) && relay_route_is_ours(peer->relay, m))
		return refuse_route(ret_refusal, MSRP_FORBIDDEN, RELAY_IMPOSTOR);
	leg = session ? NULL : relay_leg_find(peer->relay, first);
	if (leg)
		return relay_reach_route(peer, m, leg, ret_route, ret_refusal);
	if (!session)
		return without_session(peer, m, ret_route, ret_refusal);
	if (m->to.n == 1)
		return refuse_route(ret_refusal, MSRP_BAD_REQUEST, "To-Path ends at the relay");
	if (!relay_session_is_owned_by(session, peer))
		return to_owner(peer, m, session, 0, ret_route, ret_refusal);
	ret_route->session[0] = session;
	if (is_own(peer->relay, &m->to.uri[1]) && !is_beside(peer->relay, &m->to.uri[1]))
		return to_other_client(peer, m, ret_route, ret_refusal);
	return to_next_hop(peer, m, session, ret_route, ret_refusal);
}

/* In the session of the receiver, or in that of the sender if both are on this relay. */
static bool has_been_answered(const struct msrp_message *m, const struct relay_route *route)
{
	return route->hops == 2 ? relay_link_exists(route->session[0], &m->to.uri[1])
				: route->link->known;
}

bool relay_route_is_welcome(const struct relay_peer *peer, const struct msrp_message *m,
			    const struct relay_route *route)
{
	const struct relay_link *link = route->link;

	if (peer->hop && relay_settings_trust(peer->relay->config, relay_hop_host(peer->hop)))
		return true;
	if (route->to)
		return true; /* both have said by their SDP that they want each other's messages */
	if (!link)
		return false;
	if (route->to_owner)
		return has_been_answered(m, route);
	/* A sibling decides itself. A connection of our own exists only for this session. */
	if (link->peer->sibling && !link->peer->as_it)
		return false;
	return link->heard || (link->is_ours && !link->peer->hop);
}

struct msrp_lane *relay_route_lane(const struct relay_route *route, const struct relay_peer *source)
{
	if (route->passage)
		return relay_passage_lane(route->passage, route->dest);
	if (route->to)
		return relay_reach_lane(route, source);
	return relay_link_lane(route->link, route->to_owner, source);
}

void relay_route_write_paths(const struct relay_route *route, const struct msrp_message *m,
			     struct buf *out)
{
	if (route->to) {
		relay_reach_write_paths(route, out);
		return;
	}
	msrp_write_header(out, MSRP_H_TO_PATH, msrp_path_from(&m->to, route->hops));
	buf_add_slice(out, SLICE("From-Path: "));
	for (unsigned hop = route->hops; hop > 0; hop--) {
		buf_add_slice(out, m->to.uri[hop - 1].text);
		buf_add_char(out, ' ');
	}
	buf_add_slice(out, m->from.text);
	buf_add_slice(out, SLICE("\r\n"));
}
