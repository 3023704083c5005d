/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns an event of the relay into a record with fields. worker/worker_host.c calls it for each
 * event, before the tally decides whether the record is logged.
 */
#include "daemon/log/event.h"

#include <assert.h>
#include <string.h>

#include "net/address/address.h"

/* The relay's event that becomes a record, or RECORD_OF_DAEMON. */
static const int events[RECORD_TYPE_COUNT] = {
#define RECORD_EVENT(type, event, ...) [type] = (event),
	RECORD_TYPES(RECORD_EVENT)
#undef RECORD_EVENT
};

static enum record_type type_of(enum relay_event_type event)
{
	size_t i = 0;

	while (i < RECORD_TYPE_COUNT && events[i] != (int)event)
		i++;
	assert(i < RECORD_TYPE_COUNT);
	return (enum record_type)i;
}

/* The usage of a session or call that has ended. */
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

/* An origin of AUTH, which is more or less specific than a peer, has a field of its own. */
static void add_where(const struct relay_event *event, const char *peer_name, struct record *record)
{
	if (event->type == RELAY_AUTH_PAUSED) {
		record_text(record, RECORD_PEER, event->host);
		record_duration(record, event->duration_ms);
		return;
	}
	record_text(record, RECORD_PEER, slice_from(peer_name));
	record_text(record, RECORD_NEXT_HOP, event->host);
	record_text(record, RECORD_RELAY, event->relay);
}

void event_record(const struct relay_event *event, const char *peer_name, int64_t now_s,
		  struct record *ret_record)
{
	record_init(ret_record, type_of(event->type));
	record_session(ret_record, event->session);
	record_text(ret_record, RECORD_CALL, event->call);
	record_text(ret_record, RECORD_USER, event->user);
	record_text(ret_record, RECORD_REALM, event->realm);
	add_where(event, peer_name, ret_record);
	if (event->failures > 0)
		record_number(ret_record, RECORD_FAILURES, event->failures);
	if (event->status > 0)
		record_number(ret_record, RECORD_STATUS, event->status);
	if (event->type == RELAY_SESSION_ENDED || event->type == RELAY_CALL_ENDED)
		add_usage(event, now_s, ret_record);
	record_text(ret_record, RECORD_REASON, slice_from(event->reason));
}

struct slice event_cause(const struct relay_event *event, const char *peer_name,
			 char text[EVENT_CAUSE_MAX])
{
	struct slice name = event->relay.len > 0 ? event->relay : event->host;
	size_t len = name.len < EVENT_CAUSE_MAX ? name.len : EVENT_CAUSE_MAX;

	_Static_assert((int)EVENT_CAUSE_MAX >= (int)NET_ADDRESS_TEXT_MAX, "an address fits");
	if (event->type == RELAY_MADE_ROOM)
		return slice_from(NULL); /* the victim is not the cause */
	if (*peer_name && event->relay.len == 0 && event->type != RELAY_AUTH_PAUSED) {
		net_address_network(peer_name, text);
		return slice_from(text);
	}
	if (len > 0)
		memcpy(text, name.p, len);
	return slice_make(text, len);
}
