/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An incoming SEND: its head finds a route and begins a chunk, its body goes there as it comes, and
 * its end is answered. If it may not continue, it is refused in the middle.
 */
#include "relay/request/send.h"

#include <errno.h>

#include "msrp/report.h"
#include "msrp/result.h"
#include "relay/chunk.h"
#include "relay/flow/reply.h"
#include "relay/flow/size.h"
#include "relay/flow/slow.h"
#include "relay/flow/wait.h"
#include "relay/incoming.h"
#include "relay/peer.h"
#include "relay/route/reach.h"
#include "relay/route/route.h"
#include "relay/session/meter.h"
#include "relay/session/session.h"
#include "relay/settings.h"
#include "relay/state.h"

static void meter_session(struct relay_meter *meter, struct relay_session *session, bool from_owner)
{
	*(from_owner ? &session->messages_in : &session->messages_out) += 1;
	relay_meter_start(meter, &session->meters,
			  from_owner ? &session->bytes_in : &session->bytes_out);
	meter->hold = session->hold;
	meter->direction = from_owner ? RELAY_SENT : RELAY_RECEIVED;
}

static void start_meters(struct relay_incoming *in, const struct relay_route *route)
{
	if (route->passage)
		return; /* the sibling counts it */
	if (route->to) {
		relay_reach_meter(route, &in->meter[0]);
		return;
	}
	/* With two hops on this relay it leaves the first session and enters the second. */
	if (route->hops == 2) {
		meter_session(&in->meter[0], route->session[0], true);
		meter_session(&in->meter[1], route->session[1], false);
		in->meter[1].is_second = true;
	} else {
		meter_session(&in->meter[0], route->session[0], !route->to_owner);
	}
}

/* The rest of the chunk is not wanted: the sender gets an error, the receiver '#'. */
static int refuse_rest(struct relay_peer *peer, unsigned status, const char *comment)
{
	struct relay_chunk *chunk = peer->in.chunk;
	int err = relay_reply_break_off(peer, status, comment);

	relay_chunk_abort(chunk);
	return err;
}

/* The route is found: accepts the chunk, unless its receiver holds up another relay. */
static int begin_chunk(struct relay_peer *peer, const struct msrp_message *m,
		       const struct relay_route *route)
{
	struct relay_incoming *in = &peer->in;

	in->is_welcome = relay_route_is_welcome(peer, m, route);
	if (relay_peer_is_overrun(peer, route->dest))
		return relay_reply_refuse(peer, MSRP_TIMEOUT, RELAY_HOLDS_UP);
	in->size = relay_size_find(peer, m);
	in->chunk = relay_chunk_new(peer, m, route);
	if (!in->chunk)
		return -ENOMEM;
	in->intake = RELAY_STREAM;
	start_meters(in, route);
	if (!route->passage)
		relay_peer_prove(peer);
	/* A sender that was slow enough to be read may also begin a chunk. */
	if (peer->hop && !relay_slow_charge(peer, 0))
		return refuse_rest(peer, MSRP_TIMEOUT, RELAY_TOO_FAST);
	if (relay_peer_is_full(route->dest))
		relay_peer_wait(peer, route->dest);
	return 0;
}

static bool allows_content(const struct relay *relay, const struct msrp_message *m)
{
	return m->content_type.len == 0 ||
	       relay_settings_allow_type(relay->config, m->content_type);
}

int relay_send_head(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_route route;
	struct relay_refusal refusal;

	if (m->problem && relay_route_is_ours(peer->relay, m))
		return relay_reply_refuse(peer, MSRP_BAD_REQUEST, m->problem);
	/* Before connecting to a next hop, and before the body costs anything. */
	if (!allows_content(peer->relay, m) && relay_route_is_ours(peer->relay, m))
		return relay_reply_refuse(peer, MSRP_UNSUPPORTED_MEDIA,
					  "this media type is not relayed");
	switch (relay_route_find(peer, m, &route, &refusal)) {
	case RELAY_NOT_OURS:
		return MSRP_BAD;
	case RELAY_REFUSED_ROUTE:
		return relay_route_refuse(peer, &refusal);
	case RELAY_ROUTED:
		break;
	}
	return begin_chunk(peer, m, &route);
}

int relay_send_turn_away(struct relay_peer *peer, unsigned status, const char *comment)
{
	return peer->in.chunk ? refuse_rest(peer, status, comment) : 0;
}

void relay_send_stop(struct relay_meter_list *meters, unsigned status, const char *comment)
{
	while (!LIST_EMPTY(meters)) {
		struct relay_meter *meter = LIST_FIRST(meters);
		struct relay_peer *peer =
		    CONTAINER_OF(meter - meter->is_second, struct relay_peer, in.meter[0]);

		(void)refuse_rest(peer, status, comment);
	}
}

int relay_send_body(struct relay_peer *peer, const uint8_t *bytes, size_t len)
{
	struct relay_incoming *in = &peer->in;
	struct relay_peer *dest = in->chunk->dest;

	if (dest->closing)
		return refuse_rest(peer, MSRP_TIMEOUT, RELAY_HOP_LOST);
	if (!relay_size_add(peer, len))
		return refuse_rest(peer, MSRP_STOP_SENDING, "the message is too large");
	peer->counters->body_bytes += len;
	relay_meter_count(&in->meter[0], len);
	relay_meter_count(&in->meter[1], len);
	if (relay_chunk_write(in->chunk, bytes, len) != 0)
		return refuse_rest(peer, MSRP_TIMEOUT, "the relay is short of memory");
	if (!relay_slow_charge(peer, len))
		return refuse_rest(peer, MSRP_TIMEOUT, RELAY_TOO_FAST);
	if (relay_peer_is_overrun(peer, dest))
		return refuse_rest(peer, MSRP_TIMEOUT, RELAY_HOLDS_UP);
	if (relay_peer_is_full(dest))
		relay_peer_wait(peer, dest);
	return 0;
}

int relay_send_end(struct relay_peer *peer, char flag)
{
	struct relay_incoming *in = &peer->in;
	struct relay_chunk *chunk = in->chunk;

	in->chunk = NULL;
	relay_meter_stop_both(in->meter);
	if (flag != '+')
		relay_size_remove(in->size);
	relay_chunk_end(chunk, flag);
	return relay_reply(peer, MSRP_OK, msrp_status_comment(MSRP_OK));
}

void relay_send_abort(struct relay_peer *peer)
{
	struct relay_chunk *chunk = peer->in.chunk;

	peer->in.chunk = NULL;
	relay_meter_stop_both(peer->in.meter);
	relay_chunk_end(chunk, '#');
}
