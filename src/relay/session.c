/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/session.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "relay/event.h"
#include "relay/charge.h"
#include "relay/hop.h"
#include "relay/idle.h"
#include "relay/link.h"
#include "relay/settings.h"
#include "relay/sibling.h"
#include "relay/tap.h"
#include "relay/walk.h"

/* RFC 4976 4.2: a name, not an address, and an explicit port. */
static char *make_uri(const struct relay *relay, const char *id)
{
	const struct relay_identity *own = &relay->config->identity[0];
	struct msrp_uri uri = {
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

static int add_session(struct relay *relay, struct relay_session *session)
{
	int err = heap_add(&relay->expiries, &session->expiry);

	if (err)
		return err;
	HASH_ADD_SEEDED(relay->seed, relay->sessions, session->id, RELAY_SESSION_LEN, session);
	if (session->hh.tbl)
		return 0;
	heap_remove(&relay->expiries, &session->expiry);
	return -ENOMEM;
}

static int enrol(struct relay_session *session, const struct relay_hop *hop)
{
	struct relay *relay = session->relay;

	if (relay->host->enrol(relay->arg, slice_from(session->id), relay_hop_name(hop)) != 0)
		return -ENOMEM;
	session->enrolled = true;
	return 0;
}

/* Fills in SESSION, which is zeroed, and puts it where it is found. */
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
	session->uri = make_uri(relay, session->id);
	session->user = slice_dup(holder->user);
	session->realm = slice_dup(holder->realm);
	session->client = slice_dup(holder->client);
	session->expiry.deadline = expiry_from_now(relay, expires_s);
	LIST_INIT(&session->links);
	LIST_INIT(&session->charged);
	LIST_INIT(&session->meters);
	if (!session->uri || !session->user || !session->realm || !session->client ||
	    enrol(session, hop) != 0)
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

void relay_session_forget(struct relay_peer *peer, const char *why)
{
	relay_hop_leave(peer);
	while (!LIST_EMPTY(&peer->sessions)) {
		struct relay_session *session = LIST_FIRST(&peer->sessions);

		assert(!session->hop);
		relay_session_end(session, why);
	}
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
	HASH_DEL(relay->sessions, session);
	heap_remove(&relay->expiries, &session->expiry);
	relay_session_set_owner(session, NULL);
	relay_hop_remove_session(session);
	session_free(relay, session);
}

struct relay_session *relay_session_find(const struct relay *relay, const struct msrp_uri *uri)
{
	struct relay_session *session;

	if (uri->session_id.len != RELAY_SESSION_LEN)
		return NULL;
	HASH_FIND_SEEDED(relay->seed, relay->sessions, uri->session_id.p, RELAY_SESSION_LEN,
			 session);
	if (!session || relay->config->session.sessmatch ||
	    relay_settings_is_own(relay->config, uri))
		return session;
	return NULL;
}

/* The words of HOSTS are names, so none is found as a part of another one. */
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

void relay_meter_start(struct relay_meter *meter, struct relay_session *session, bool from_owner)
{
	meter->session = session;
	meter->from_owner = from_owner;
	LIST_INSERT_HEAD(&session->meters, meter, in_session);
	*(from_owner ? &session->messages_in : &session->messages_out) += 1;
}

void relay_meter_count(struct relay_meter *meter, size_t bytes)
{
	struct relay_session *session = meter->session;

	if (session)
		*(meter->from_owner ? &session->bytes_in : &session->bytes_out) += bytes;
}

void relay_meter_stop(struct relay_meter *meter)
{
	if (!meter->session)
		return;
	LIST_REMOVE(meter, in_session);
	meter->session = NULL;
}
