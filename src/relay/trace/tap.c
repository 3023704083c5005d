/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies the heads that a traced peer sends and gets to the host, masked. When trace.c names a
 * session or a user, this makes taps of the peers concerned.
 */
#include "relay/trace/tap.h"

#include <stdlib.h>

#include "msrp/tap.h"
#include "relay/leg.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/session/token.h"
#include "relay/state.h"
#include "relay/trace/mask.h"
#include "relay/trace/trace.h"

struct relay_tap {
	struct relay_peer *peer;
	LIST_ENTRY(relay_tap) in_relay;
	struct slice user;    /* traced, as named by a target; empty: sessions only */
	struct msrp_tap sent; /* for the heads that go to it */
};

static struct relay_target *find_user_target(const struct relay *relay, struct slice user)
{
	struct relay_target *target;

	LIST_FOREACH (target, &relay->targets, in_relay) {
		if (target->kind == RELAY_TRACE_USER && slice_equal(slice_from(target->name), user))
			return target;
	}
	return NULL;
}

static struct relay_target *find_session_target(const struct relay *relay, struct slice id)
{
	struct relay_target *target;

	LIST_FOREACH (target, &relay->targets, in_relay) {
		if (target->kind == RELAY_TRACE_SESSION &&
		    slice_equal(slice_from(target->name), id))
			return target;
	}
	return NULL;
}

static struct relay_target *of_session(const struct relay_session *session)
{
	struct relay_target *target = find_session_target(session->relay, slice_from(session->id));

	return target ? target : find_user_target(session->relay, slice_from(session->user));
}

static struct relay_target *find_call_target(const struct relay_call *call)
{
	struct slice id = slice_make(call->id, call->id_len);
	struct relay_target *target;

	LIST_FOREACH (target, &call->relay->targets, in_relay) {
		if (target->kind == RELAY_TRACE_CALL && slice_equal(slice_from(target->name), id))
			return target;
	}
	return NULL;
}

static struct relay_target *of_uri(const struct relay *relay, const struct msrp_uri_slices *uri)
{
	const struct relay_session *session = relay_session_find(relay, uri);
	const struct relay_leg *leg = session ? NULL : relay_leg_find(relay, uri);

	if (session)
		return of_session(session);
	return leg ? find_call_target(leg->section->call) : NULL;
}

/* A traced session in PATH, or one of a traced user; or a leg of a traced call. */
static struct relay_target *find_in_path(const struct relay *relay,
					 const struct msrp_path_slices *path)
{
	for (size_t i = 0; i < path->n; i++) {
		struct relay_target *target = of_uri(relay, &path->uri[i]);

		if (target)
			return target;
	}
	return NULL;
}

/* The trace that M belongs to, or NULL. */
static struct relay_target *find_target(const struct relay_tap *tap, const struct msrp_message *m)
{
	const struct relay *relay = tap->peer->relay;
	struct relay_target *target = NULL;

	if (tap->user.len > 0)
		target = find_user_target(relay, tap->user);
	if (!target)
		target = find_in_path(relay, &m->to);
	return target ? target : find_in_path(relay, &m->from);
}

struct direction {
	const struct relay_peer *peer;
	bool incoming;
};

static void tell_head_line(void *arg, struct slice line)
{
	const struct direction *way = arg;
	const struct relay *relay = way->peer->relay;

	relay->host->trace(relay->arg, way->peer, way->incoming, line);
}

static void tell_tapped_head(struct relay_tap *tap, bool incoming, const struct msrp_message *m)
{
	struct relay_target *target = find_target(tap, m);
	struct direction way = { .peer = tap->peer, .incoming = incoming };

	if (!target || target->heads == 0)
		return;
	relay_mask_head(m, tell_head_line, &way);
	if (--target->heads == 0)
		tell_head_line(&way, SLICE("(these were as many heads as were asked for)"));
}

static int on_sent_head(void *arg, const struct msrp_message *m)
{
	tell_tapped_head(arg, false, m);
	return 0;
}

static int on_sent_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_sent_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user sent_user = {
	.head = on_sent_head,
	.body = on_sent_body,
	.end = on_sent_end,
};

/* Without memory it is not traced. */
static struct relay_tap *get_tap(struct relay_peer *peer)
{
	struct relay_tap *tap = peer->tap;

	if (tap)
		return tap;
	tap = calloc(1, sizeof(*tap));
	if (!tap)
		return NULL;
	tap->peer = peer;
	msrp_tap_init(&tap->sent, &peer->conn, &sent_user, tap);
	peer->tap = tap;
	LIST_INSERT_HEAD(&peer->relay->taps, tap, in_relay);
	return tap;
}

void relay_tap_received(struct relay_peer *peer, const struct msrp_message *m)
{
	tell_tapped_head(peer->tap, true, m);
}

void relay_tap_sent(struct relay_peer *peer, size_t len)
{
	msrp_tap_sent(&peer->tap->sent, len);
}

static void set_user(struct relay_tap *tap, const struct relay_target *target)
{
	tap->user = slice_from(target->name);
}

void relay_tap_user(struct relay_peer *peer, struct slice user, const struct msrp_message *m)
{
	const struct relay_target *target = find_user_target(peer->relay, user);
	struct relay_tap *tap = target ? get_tap(peer) : NULL;

	if (!tap || tap->user.len > 0)
		return; /* the tap reported M when it came */
	set_user(tap, target);
	tell_tapped_head(tap, true, m);
}

/* Another relay's connection is not its user's alone: only heads for the session are reported. */
static void tap_owner(struct relay_session *session, const struct relay_target *user)
{
	struct relay_tap *tap = session->owner ? get_tap(session->owner) : NULL;

	if (tap && user && !session->hop)
		set_user(tap, user);
}

void relay_tap_session(struct relay_session *session)
{
	const struct relay *relay = session->relay;
	const struct relay_target *user = find_user_target(relay, slice_from(session->user));
	const struct relay_target *own = find_session_target(relay, slice_from(session->id));
	struct relay_link *link;

	if (user || own)
		tap_owner(session, user);
	LIST_FOREACH (link, &session->links, in_session) {
		if (own && link->peer)
			get_tap(link->peer);
	}
}

void relay_tap_stranger(struct relay_session *session, struct relay_peer *peer)
{
	if (find_session_target(session->relay, slice_from(session->id)))
		get_tap(peer);
}

void relay_tap_party(const struct relay_call *call, struct relay_peer *peer)
{
	if (find_call_target(call))
		get_tap(peer);
}

static void tap_leg(const struct relay_leg *leg)
{
	const struct relay_party *party;

	TAILQ_FOREACH (party, &leg->parties, in_leg) {
		if (party->peer)
			get_tap(party->peer);
	}
}

void relay_tap_call(const struct relay_call *call)
{
	if (!find_call_target(call))
		return;
	for (size_t i = 0; i < call->n_sections; i++) {
		for (unsigned side = 0; side < 2; side++) {
			if (call->section[i]->leg[side])
				tap_leg(call->section[i]->leg[side]);
		}
	}
}

void relay_tap_ended(const struct relay_session *session)
{
	struct relay_target *target = find_session_target(session->relay, slice_from(session->id));

	if (target)
		target->heads = 0;
}

void relay_tap_free(struct relay_peer *peer)
{
	if (!peer->tap)
		return;
	LIST_REMOVE(peer->tap, in_relay);
	msrp_tap_done(&peer->tap->sent);
	free(peer->tap);
	peer->tap = NULL;
}

void relay_tap_free_all(struct relay *relay)
{
	while (!LIST_EMPTY(&relay->taps))
		relay_tap_free(LIST_FIRST(&relay->taps)->peer);
}
