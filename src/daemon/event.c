/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/event.h"

#include <string.h>

static const enum record_type types[RELAY_EVENT_TYPES] = {
	[RELAY_SESSION_OPENED] = RECORD_SESSION_OPENED,
	[RELAY_SESSION_RENEWED] = RECORD_SESSION_RENEWED,
	[RELAY_SESSION_ENDED] = RECORD_SESSION_ENDED,
	[RELAY_AUTH_FAILED] = RECORD_AUTH_FAILED,
	[RELAY_BAD_REQUEST] = RECORD_BAD_REQUEST,
	[RELAY_REFUSED] = RECORD_REFUSED,
	[RELAY_NEXT_HOP_FAILED] = RECORD_NEXT_HOP_FAILED,
	[RELAY_NOT_DELIVERED] = RECORD_NOT_DELIVERED,
	[RELAY_TIMED_OUT] = RECORD_TIMED_OUT,
	[RELAY_MADE_ROOM] = RECORD_MADE_ROOM,
};

/* The account of a session that is over. */
static void add_usage(const struct relay_event *event, int64_t now_s, struct record *record)
{
	record_number(record, RECORD_BYTES_IN, event->bytes_in);
	record_number(record, RECORD_BYTES_OUT, event->bytes_out);
	record_number(record, RECORD_MESSAGES_IN, event->messages_in);
	record_number(record, RECORD_MESSAGES_OUT, event->messages_out);
	record_started(record, now_s - (int64_t)(event->duration_ms / 1000));
	record_duration(record, event->duration_ms);
	record_text(record, RECORD_PEERS, event->hosts);
}

void event_record(const struct relay_event *event, const char *peer_name, int64_t now_s,
		  struct record *ret_record)
{
	record_init(ret_record, types[event->type]);
	record_session(ret_record, event->session);
	record_text(ret_record, RECORD_USER, event->user);
	record_text(ret_record, RECORD_REALM, event->realm);
	record_text(ret_record, RECORD_PEER, slice_from(peer_name));
	record_text(ret_record, RECORD_NEXT_HOP, event->host);
	if (event->status > 0)
		record_number(ret_record, RECORD_STATUS, event->status);
	if (event->type == RELAY_SESSION_ENDED)
		add_usage(event, now_s, ret_record);
	record_text(ret_record, RECORD_REASON, slice_from(event->reason));
}

/* Behind the last colon stands the port, also of "[2001:db8::1]:2855". */
static struct slice without_port(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? slice_make(name, (size_t)(colon - name)) : slice_from(name);
}

struct slice event_cause(const struct relay_event *event, const char *peer_name)
{
	if (event->type == RELAY_MADE_ROOM)
		return slice_from(NULL); /* whom it hits is no cause */
	return *peer_name ? without_port(peer_name) : event->host;
}
