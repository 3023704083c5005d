/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes what the parser of a conn finds, and hands heads, bodies and ends on: a SEND to send.c, an
 * AUTH for this relay to auth.c, other requests to request.c, and responses to response.c.
 */
#include "relay/request/intake.h"

#include "relay/auth/auth.h"
#include "relay/event.h"
#include "relay/flow/reply.h"
#include "relay/hop.h"
#include "relay/incoming.h"
#include "relay/party/early.h"
#include "relay/peer.h"
#include "relay/request/request.h"
#include "relay/request/response.h"
#include "relay/request/send.h"
#include "relay/route/route.h"
#include "relay/session/token.h"
#include "relay/trace/tap.h"
#include "relay/watch/watch.h"

/* An AUTH with more than one URI, from a sibling, or to a leg, is not for this relay. */
static bool is_auth_for_us(const struct relay_peer *peer, const struct msrp_message *m)
{
	return m->method == MSRP_AUTH && m->to.n == 1 && !relay_route_is_passage(peer, m) &&
	       !relay_token_is(peer->relay, msrp_path_first(&m->to));
}

/*
 * A request is answered from what reply.c keeps of its head, so that comes first, unless it waits.
 */
int relay_intake_request(struct relay_peer *peer, const struct msrp_message *m)
{
	int err;

	peer->in.intake = RELAY_DISCARD;
	if (relay_early_is_due(peer, m))
		return relay_early_head(peer, m);
	err = relay_reply_prepare(peer, m);
	if (err)
		return err;
	peer->counters->requests[m->method]++;
	peer->has_asked |= m->method == MSRP_AUTH;
	relay_hop_recognize(peer, msrp_path_first(&m->from));
	if (m->method == MSRP_SEND)
		return relay_send_head(peer, m);
	if (is_auth_for_us(peer, m))
		return relay_auth_request(peer, m);
	return relay_request_head(peer, m);
}

static int on_incoming_head(void *arg, const struct msrp_message *m)
{
	struct relay_peer *peer = arg;

	peer->in.intake = RELAY_DISCARD;
	relay_watch_head_done(peer);
	if (peer->tap)
		relay_tap_received(peer, m);
	if (peer->closing)
		return 0; /* it follows the request that closed the connection */
	return m->is_request ? relay_intake_request(peer, m) : relay_response(peer, m);
}

static int on_incoming_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct relay_peer *peer = arg;

	if (peer->in.intake == RELAY_STREAM)
		return relay_send_body(peer, bytes, len);
	if (peer->in.intake == RELAY_GATHER)
		return relay_request_body(peer, bytes, len);
	if (peer->in.intake == RELAY_TAPE)
		return relay_early_body(peer, bytes, len);
	return 0;
}

static int end_incoming(struct relay_peer *peer, char flag)
{
	enum relay_intake intake = peer->in.intake;

	peer->in.intake = RELAY_DISCARD;
	if (intake == RELAY_STREAM)
		return relay_send_end(peer, flag);
	if (intake == RELAY_GATHER)
		return relay_request_end(peer, flag);
	if (intake == RELAY_TAPE)
		return relay_early_end(peer, flag);
	return 0;
}

static int on_incoming_end(void *arg, char flag)
{
	struct relay_peer *peer = arg;
	int err = end_incoming(peer, flag);

	/* Between requests a peer holds no memory for them. */
	buf_done(&peer->in.reply);
	buf_done(&peer->in.whole);
	/* Its connection may have no other purpose any more. */
	relay_peer_release(peer);
	return err;
}

/* Nobody can be answered; others share the connection, so only this message is dropped. */
static int on_incoming_unreadable(void *arg, const char *problem)
{
	struct relay_peer *peer = arg;

	peer->in.intake = RELAY_DISCARD;
	relay_watch_head_done(peer);
	if (peer->closing)
		return 0;
	relay_event_peer(peer, RELAY_BAD_REQUEST, 0, problem);
	relay_peer_count_refusal(peer);
	return 0;
}

const struct msrp_parser_user relay_intake_user = {
	.head = on_incoming_head,
	.body = on_incoming_body,
	.end = on_incoming_end,
	.unreadable = on_incoming_unreadable,
};

void relay_intake_abort(struct relay_peer *peer)
{
	enum relay_intake intake = peer->in.intake;

	peer->in.intake = RELAY_DISCARD;
	if (intake == RELAY_STREAM)
		relay_send_abort(peer);
	else if (intake == RELAY_GATHER)
		relay_request_abort(peer);
}
