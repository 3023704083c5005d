/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides which of several strangers with the same name in From-Path gets what the owner sends.
 * route.c reports whom the relay hears, and asks where to send.
 */
#include "relay/session/claim.h"

#include <string.h>

#include "msrp/report.h"
#include "relay/event.h"
#include "relay/hop.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"
#include "relay/watch/quiet.h"

/* A sibling speaks for its own sessions: its requests for a session have that session's name. */
static bool is_inside(const struct relay_link *link)
{
	return link->peer->sibling && !link->peer->as_it;
}

/* Does the certificate at the other end confirm the URI? */
static bool is_certified(const struct relay_link *link)
{
	return is_inside(link) || (link->peer->hop && relay_hop_is(link->peer->hop, &link->uri));
}

static bool is_live(const struct relay_link *link)
{
	return link->peer && !link->peer->closing;
}

/* A name that several links of a session may have. */
struct name {
	const struct msrp_uri_slices *uri;
	uint64_t hash;
};

static struct relay_link *next_of_name(struct relay_link *link, const struct name *name)
{
	while (link && !relay_link_is(link, name->uri, name->hash))
		link = LIST_NEXT(link, in_session);
	return link;
}

#define FOREACH_OF_NAME(link, session, name)                                                       \
	for ((link) = next_of_name(LIST_FIRST(&(session)->links), (name)); (link);                 \
	     (link) = next_of_name(LIST_NEXT((link), in_session), (name)))

/* A link that no claim displaces; the latest heard comes first. */
static struct relay_link *find_undisputed(const struct relay_session *session,
					  const struct name *name)
{
	struct relay_link *link, *certified = NULL;

	FOREACH_OF_NAME(link, session, name)
	{
		if (link->is_ours)
			return link;
		if (!certified && is_live(link) && is_certified(link))
			certified = link;
	}
	return certified;
}

/* A stranger with nothing but its own word for NAME, which may act for it. */
static bool is_claim(const struct relay_link *link)
{
	return !link->is_ours && is_live(link) && !is_certified(link);
}

static bool came_before(const struct relay_link *link, const struct relay_link *best)
{
	return !best || link->number < best->number;
}

/* Among the strangers that claim NAME and answer, the first that came; but not EXCEPT. */
static struct relay_link *find_next_claim(const struct relay_session *session,
					  const struct name *name, const struct relay_link *except)
{
	struct relay_link *link, *next = NULL;

	FOREACH_OF_NAME(link, session, name)
	{
		if (link != except && is_claim(link) && !relay_quiet_is(link->peer) &&
		    came_before(link, next))
			next = link;
	}
	return next;
}

/* The stranger that acts for NAME; if none does, the first that claims it begins to. */
static struct relay_link *find_acting_claim(const struct relay_session *session,
					    const struct name *name)
{
	struct relay_link *link, *first = NULL, *next;

	FOREACH_OF_NAME(link, session, name)
	{
		if (!is_claim(link))
			continue;
		if (link->acts)
			return link;
		if (came_before(link, first))
			first = link;
	}
	next = first ? find_next_claim(session, name, NULL) : NULL;
	if (next)
		first = next;
	if (first)
		first->acts = true;
	return first;
}

static void pass_name_on(struct relay_link *from, struct relay_link *to)
{
	from->acts = false;
	from->told = false;
	to->acts = true;
}

static void take_name_over(struct relay_link *from, struct relay_link *to)
{
	pass_name_on(from, to);
	relay_event_claim(to, 0, "taken over: the other connection leaves requests unanswered");
}

static void refuse_claim(struct relay_link *link, const char *why)
{
	if (!link->told)
		relay_event_claim(link, MSRP_FORBIDDEN, why);
	link->told = true;
}

static bool share_address(const struct relay_link *a, const struct relay_link *b)
{
	return memcmp(a->peer->address, b->peer->address, RELAY_ADDRESS_LEN) == 0;
}

static struct name link_name(const struct relay_link *link)
{
	return (struct name){ &link->uri, link->hash };
}

void relay_claim_heard(struct relay_link *link)
{
	const struct name name = link_name(link);
	struct relay_link *acting;

	if (!is_claim(link))
		return;
	if (find_undisputed(link->session, &name)) {
		/* A relay that was reached by its domain may well give its own name. */
		if (!relay_hop_is_certified(link->peer, link->uri.host))
			refuse_claim(link, "refused: the next hop is known better");
		return;
	}
	acting = find_acting_claim(link->session, &name);
	if (acting == link)
		return;
	if (share_address(acting, link))
		pass_name_on(acting, link);
	else if (relay_quiet_is(acting->peer))
		take_name_over(acting, link);
	else
		refuse_claim(link, "refused: another connection has this name");
}

/* A connection that hangs while somebody else claims its name has to be made anew. */
static bool is_doubtful(const struct relay_link *ours, const struct name *name)
{
	return is_live(ours) && relay_quiet_is(ours->peer) &&
	       find_next_claim(ours->session, name, ours) != NULL;
}

static struct name name_for(const struct relay_session *session, const struct msrp_uri_slices *uri)
{
	return (struct name){ uri, msrp_uri_hash(uri, session->relay->uri_seed) };
}

struct relay_link *relay_claim_find_sibling(const struct relay_session *session,
					    const struct msrp_uri_slices *uri)
{
	const struct name name = name_for(session, uri);
	struct relay_link *link;

	FOREACH_OF_NAME(link, session, &name)
	{
		if (is_live(link) && is_inside(link))
			return link;
	}
	return NULL;
}

struct relay_link *relay_claim_find(struct relay_session *session,
				    const struct msrp_uri_slices *uri)
{
	const struct name name = name_for(session, uri);
	struct relay_link *link = find_undisputed(session, &name), *next;

	if (link && link->is_ours && (!is_live(link) || is_doubtful(link, &name)))
		return NULL;
	if (link)
		return link;
	link = find_acting_claim(session, &name);
	next = link && relay_quiet_is(link->peer) ? find_next_claim(session, &name, link) : NULL;
	if (!next)
		return link;
	take_name_over(link, next);
	return next;
}
