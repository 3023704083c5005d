/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the events from which the host writes the log and the counters of the metrics. Any file of
 * the relay may report one.
 */
#include "relay/event.h"

#include "relay/hop.h"
#include "relay/leg.h"
#include "relay/link.h"
#include "relay/peer.h"
#include "relay/session/session.h"
#include "relay/state.h"

static void tell_host(const struct relay *relay, const struct relay_event *event)
{
	relay->host->event(relay->arg, event);
}

void relay_event_peer(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const char *reason)
{
	struct relay_event event = {
		.type = type,
		.peer = peer,
		.host = slice_from(peer->next_hop),
		.status = status,
		.reason = reason,
	};

	tell_host(peer->relay, &event);
}

void relay_event_host(const struct relay_peer *peer, enum relay_event_type type, unsigned status,
		      const struct msrp_uri_slices *uri, const char *reason)
{
	struct relay_event event = {
		.type = type,
		.peer = peer,
		.host = uri->host,
		.status = status,
		.reason = reason,
	};

	tell_host(peer->relay, &event);
}

void relay_event_session(const struct relay_session *session, enum relay_event_type type,
			 const char *reason)
{
	const struct relay *relay = session->relay;
	struct relay_event event = {
		.type = type,
		.peer = session->owner,
		.session = slice_from(session->id),
		.user = slice_from(session->user),
		.realm = slice_from(session->realm),
		.reason = reason,
		.bytes_in = session->bytes_in,
		.bytes_out = session->bytes_out,
		.messages_in = session->messages_in,
		.messages_out = session->messages_out,
		.duration_ms = relay->now_ms - session->started_ms,
		.hosts = slice_from(session->hosts),
	};

	tell_host(relay, &event);
}

void relay_event_call(const struct relay_call *call, enum relay_event_type type, const char *reason)
{
	const struct relay *relay = call->relay;
	struct relay_event event = {
		.type = type,
		.call = slice_make(call->id, call->id_len),
		.reason = reason,
		.bytes_in = call->bytes[0],
		.bytes_out = call->bytes[1],
		.messages_in = call->chunks[0],
		.messages_out = call->chunks[1],
		.duration_ms = relay->now_ms - call->started_ms,
	};

	tell_host(relay, &event);
}

void relay_event_auth(const struct relay_peer *peer, struct slice user, struct slice realm,
		      unsigned status, const char *reason)
{
	struct relay_event event = {
		.type = RELAY_AUTH_FAILED,
		.peer = peer,
		.user = user,
		.realm = realm,
		.relay = relay_hop_name(peer->hop),
		.status = status,
		.reason = reason,
	};

	tell_host(peer->relay, &event);
}

void relay_event_right(const struct relay_origin *origin, uint64_t failures)
{
	struct relay_event event = {
		.type = RELAY_AUTH_RIGHT,
		.peer = origin->peer,
		.user = origin->user,
		.realm = origin->realm,
		.relay = origin->hop,
		.reason = "the right password after wrong ones",
		.failures = failures,
	};

	tell_host(origin->peer->relay, &event);
}

void relay_event_pause(const struct relay_origin *origin, const struct relay_pause *pause)
{
	struct relay_event event = {
		.type = RELAY_AUTH_PAUSED,
		.peer = origin->peer,
		.host = slice_from(pause->name),
		.reason = "too many wrong passwords",
		.duration_ms = pause->ms,
	};

	tell_host(origin->peer->relay, &event);
}

void relay_event_claim(const struct relay_link *link, unsigned status, const char *reason)
{
	const struct relay_session *session = link->session;
	struct relay_event event = {
		.type = RELAY_CLAIMED,
		.peer = link->peer,
		.session = slice_from(session->id),
		.user = slice_from(session->user),
		.realm = slice_from(session->realm),
		.host = link->uri.host,
		.status = status,
		.reason = reason,
	};

	tell_host(session->relay, &event);
}
