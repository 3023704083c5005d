/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How sessions begin, with a right AUTH, and how they end: with their owner, on expiry, or by an
 * operator's command. Everything that belongs to a session ends here.
 */
#include "relay/auth/lifetime.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "relay/event.h"
#include "relay/hop.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session/charge.h"
#include "relay/session/meter.h"
#include "relay/session/session.h"
#include "relay/session/sibling.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/trace/walk.h"

/* RFC 4976 4.2: a name, not an address, and an explicit port. */
static char *make_session_uri(const struct relay *relay, const char *id)
{
	const struct relay_identity *own = &relay->config->identity[0];
	struct msrp_uri_slices uri = {
		.secure = own->secure,
		.host = slice_from(own->host),
		.port = own->port,
		.session_id = slice_from(id),
		.transport = SLICE("tcp"),
	};
	struct buf text = { 0 };
	char *copy;

	msrp_uri_format(&uri, &text);
	copy = buf_failed(&text) ? NULL : slice_dup(buf_slice(&text));
	buf_done(&text);
	return copy;
}

static void session_free(struct relay *relay, struct relay_session *session)
{
	if (session->enrolled)
		relay->host->strike(relay->arg, slice_from(session->id));
	if (session->hold)
		relay->host->release(relay->arg, session->hold);
	free(session->uri);
	free(session->user);
	free(session->realm);
	free(session->client);
	free(session->hosts);
	free(session);
}

static uint64_t expiry_from_now(const struct relay *relay, uint64_t expires_s)
{
	return relay->now_ms + expires_s * 1000;
}

/* From here on it can be found, and expires. */
static int add_session(struct relay *relay, struct relay_session *session)
{
	int err = heap_add(&relay->expiries, &session->expiry);

	if (err)
		return err;
	relay_session_add(relay, session);
	return 0;
}

static int enrol_session(struct relay_session *session, const struct relay_hop *hop)
{
	struct relay *relay = session->relay;

	if (relay->host->enrol(relay->arg, slice_from(session->id), relay_hop_name(hop)) != 0)
		return -ENOMEM;
	session->enrolled = true;
	return 0;
}

/* Fills in SESSION, which is zeroed, and makes it findable. */
static int start_session(struct relay *relay, struct relay_session *session,
			 const struct relay_holder *holder, const struct relay_hop *hop,
			 uint64_t expires_s)
{
	int err = relay->host->hold(relay->arg, holder->user, holder->realm,
				    relay->config->session.per_user, &session->hold);

	if (err)
		return err;
	relay_sibling_make_id(relay, session->id);
	session->relay = relay;
	session->started_ms = relay->now_ms;
	session->uri = make_session_uri(relay, session->id);
	session->user = slice_dup(holder->user);
	session->realm = slice_dup(holder->realm);
	session->client = slice_dup(holder->client);
	session->expiry.deadline = expiry_from_now(relay, expires_s);
	LIST_INIT(&session->links);
	LIST_INIT(&session->charged);
	LIST_INIT(&session->meters);
	if (!session->uri || !session->user || !session->realm || !session->client ||
	    enrol_session(session, hop) != 0)
		return -ENOMEM;
	return add_session(relay, session);
}

int relay_session_new(struct relay_peer *owner, const struct relay_holder *holder,
		      uint64_t expires_s, struct relay_session **ret_session)
{
	struct relay *relay = owner->relay;
	struct relay_session *session = calloc(1, sizeof(*session));
	int err;

	if (!session)
		return -ENOMEM;
	err = start_session(relay, session, holder, owner->hop, expires_s);
	if (err) {
		session_free(relay, session);
		return err;
	}
	relay_session_set_owner(session, owner);
	if (owner->hop)
		relay_hop_add_session(owner->hop, session);
	relay_tap_session(session);
	relay_event_session(session, RELAY_SESSION_OPENED, "authenticated");
	*ret_session = session;
	return 0;
}

void relay_session_renew(struct relay_session *session, uint64_t expires_s)
{
	struct relay *relay = session->relay;

	heap_move(&relay->expiries, &session->expiry, expiry_from_now(relay, expires_s));
	relay_event_session(session, RELAY_SESSION_RENEWED, "authenticated");
}

void relay_session_end(struct relay_session *session, const char *why)
{
	struct relay *relay = session->relay;

	while (!LIST_EMPTY(&session->meters))
		relay_meter_stop(LIST_FIRST(&session->meters));
	relay_event_session(session, RELAY_SESSION_ENDED, why);
	while (!LIST_EMPTY(&session->links))
		relay_link_free(LIST_FIRST(&session->links));
	relay_charge_leave(session);
	relay_walk_skip_session(session);
	relay_tap_ended(session);
	relay_session_remove(relay, session);
	heap_remove(&relay->expiries, &session->expiry);
	relay_session_set_owner(session, NULL);
	relay_hop_remove_session(session);
	session_free(relay, session);
}

void relay_session_forget(struct relay_peer *peer, const char *why)
{
	relay_hop_leave(peer);
	while (!LIST_EMPTY(&peer->sessions)) {
		struct relay_session *session = LIST_FIRST(&peer->sessions);

		assert(!session->hop);
		relay_session_end(session, why);
	}
}
