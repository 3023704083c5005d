/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/event.h"

static void tell(const struct relay *relay, const struct relay_event *event)
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

	tell(peer->relay, &event);
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

	tell(relay, &event);
}

void relay_event_auth(const struct relay_peer *peer, struct slice user, struct slice realm,
		      unsigned status, const char *reason)
{
	struct relay_event event = {
		.type = RELAY_AUTH_FAILED,
		.peer = peer,
		.user = user,
		.realm = realm,
		.status = status,
		.reason = reason,
	};

	tell(peer->relay, &event);
}
