/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The entry points of the relay for its host: each event on a connection comes in here, with the
 * time, and goes down to the file concerned. Nothing in this folder calls up to here; what lower
 * files have to trigger above is in a table of hooks.
 */
#include "relay/entry.h"

#include <string.h>

#include "msrp/report.h"
#include "relay/auth/auth.h"
#include "relay/auth/lifetime.h"
#include "relay/event.h"
#include "relay/flow/failure.h"
#include "relay/flow/reply.h"
#include "relay/flow/slow.h"
#include "relay/flow/wait.h"
#include "relay/hop.h"
#include "relay/link.h"
#include "relay/party/bind.h"
#include "relay/party/early.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/relay.h"
#include "relay/request/hold.h"
#include "relay/request/intake.h"
#include "relay/request/request.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"
#include "relay/watch/watch.h"

static void on_conn_room(void *arg)
{
	relay_peer_wake(arg);
}

/* Its current request ends, and so do its sessions, before anything more is sent to it. */
static void on_peer_closing(struct relay_peer *peer)
{
	relay_intake_abort(peer);
	relay_session_forget(peer, "the connection was closed");
}

const struct relay_hooks relay_entry_hooks = {
	.intake = &relay_intake_user,
	.request = relay_intake_request,
	.room = on_conn_room,
	.closing = on_peer_closing,
};

struct relay_peer *relay_peer_new(struct relay *relay, uint64_t now_ms, void *handle)
{
	struct relay_peer *peer = relay_peer_make(relay, handle);

	relay->now_ms = now_ms;
	if (peer)
		relay_idle_add(peer);
	return peer;
}

struct relay_peer *relay_peer_new_sibling(struct relay *relay, uint64_t now_ms, void *handle)
{
	struct relay_peer *peer = relay_peer_make(relay, handle);

	relay->now_ms = now_ms;
	if (peer)
		relay_peer_make_sibling(peer);
	return peer;
}

void *relay_peer_handle(const struct relay_peer *peer)
{
	return peer->handle;
}

void relay_peer_set_handle(struct relay_peer *peer, void *handle)
{
	peer->handle = handle;
}

bool relay_peer_is_proven(const struct relay_peer *peer)
{
	return peer->proven;
}

bool relay_peer_has_asked(const struct relay_peer *peer)
{
	return peer->has_asked;
}

/* A next hop that the relay has connected to may be a relay, as its certificate tells. */
static void recognize_next_hop(struct relay_peer *peer, uint16_t port)
{
	struct msrp_uri_slices uri = {
		.secure = peer->secure,
		.host = slice_from(peer->next_host),
		.port = port,
		.transport = SLICE("tcp"),
	};

	uri.host_is_ipv6 = slice_find(uri.host, ':') != uri.host.len;
	relay_hop_recognize(peer, &uri);
}

/*
 * The connection is not open, so nothing is sent. It may be slow to close, so the peers that
 * asked for something there are answered now.
 */
static void refuse_next_hop(struct relay_peer *peer, const char *why)
{
	peer->refusal = why;
	relay_event_peer(peer, RELAY_REFUSED, MSRP_FORBIDDEN, why);
	relay_request_forget(peer, RELAY_HOP_LOST);
	relay_peer_close(peer);
}

void relay_peer_opened(struct relay_peer *peer, uint64_t now_ms, const struct relay_peer_info *info)
{
	struct relay_refusal refusal;

	peer->relay->now_ms = now_ms;
	peer->secure = info->secure;
	peer->verified = info->verified;
	peer->as_it = info->as_it;
	msrp_conn_set_message_max(&peer->conn, info->message_max);
	memcpy(peer->address, info->address, sizeof(peer->address));
	if (peer->must_be_relay && !relay_hop_is_certified(peer, slice_from(peer->next_host))) {
		refuse_next_hop(peer, "the next hop's certificate does not verify");
		return;
	}
	/* Problems of a sibling's client are the sibling's business. */
	if (!peer->sibling && relay_watch_start(peer) != 0) {
		relay_peer_close(peer);
		return;
	}
	if (!relay_bind_admits_all(peer, &refusal)) {
		refuse_next_hop(peer, refusal.comment);
		return;
	}
	peer->is_open = true;
	/* A connection that the relay has made itself has a purpose already. */
	if (peer->next_hop)
		recognize_next_hop(peer, info->port);
	else if (!peer->sibling)
		relay_peer_start_probation(peer);
	relay_bind_opened(peer);
	relay_peer_kick(peer);
}

/* The framing is lost, or an answer could not be stored: nothing can be said any more. */
static int tell_broken(struct relay_peer *peer, int err)
{
	const char *problem = peer->conn.parser.problem;

	if (err < 0)
		problem = "out of memory";
	else if (!problem)
		problem = "not addressed to this relay";
	relay_event_peer(peer, RELAY_BAD_REQUEST, 0, problem);
	return err;
}

int relay_peer_recv(struct relay_peer *peer, uint64_t now_ms, const uint8_t *in, size_t len)
{
	int err;

	peer->relay->now_ms = now_ms;
	if (peer->closing)
		return 0;
	peer->counters->bytes_received += len;
	err = msrp_conn_recv(&peer->conn, in, len);
	if (err)
		return tell_broken(peer, err);
	relay_watch_heard(peer);
	return 0;
}

void relay_peer_eof(struct relay_peer *peer, uint64_t now_ms)
{
	peer->relay->now_ms = now_ms;
	relay_peer_close(peer);
}

size_t relay_peer_pull(struct relay_peer *peer, const uint8_t **ret_out)
{
	bool was_deaf = !relay_peer_want_read(peer);
	size_t len;

	if (!peer->is_open)
		return 0;
	len = msrp_conn_pull(&peer->conn, ret_out);
	if (len == 0)
		relay_watch_drained(peer);
	if (msrp_conn_failed(&peer->conn))
		relay_peer_close(peer);
	if (was_deaf && relay_peer_want_read(peer)) {
		relay_watch_resumed(peer);
		relay_peer_kick(peer); /* its replies are on their way */
	}
	return len;
}

void relay_peer_sent(struct relay_peer *peer, uint64_t now_ms, size_t len)
{
	peer->relay->now_ms = now_ms;
	peer->counters->bytes_sent += len;
	relay_watch_sent(peer);
	if (peer->tap)
		relay_tap_sent(peer, len);
	else
		msrp_conn_sent(&peer->conn, len);
}

void relay_peer_vouched(struct relay_peer *peer, uint64_t now_ms)
{
	peer->relay->now_ms = now_ms;
	if (peer->passage && peer->passage->peer)
		relay_peer_prove(peer->passage->peer);
}

void relay_peer_used(struct relay_peer *peer, uint64_t now_ms, unsigned use)
{
	peer->relay->now_ms = now_ms;
	relay_passage_told(peer, use);
}

void relay_peer_closed(struct relay_peer *peer, uint64_t now_ms, const char *why)
{
	const char *told = peer->next_hop ? RELAY_HOP_LOST : why;
	bool stood = peer->is_open;

	peer->relay->now_ms = now_ms;
	peer->closing = true;
	if (peer->refusal)
		why = peer->refusal;
	if (peer->next_hop &&
	    (!peer->is_open || !LIST_EMPTY(&peer->to) || !LIST_EMPTY(&peer->asked)))
		relay_event_peer(peer, RELAY_NEXT_HOP_FAILED, 0, why);
	peer->is_open = false; /* from here on it must not be kicked */
	relay_intake_abort(peer);
	relay_auth_forget(peer);
	relay_session_forget(peer, why);
	relay_request_forget(peer, told);
	relay_chunk_forget(peer, told);
	relay_early_forget(peer);
	relay_bind_forget(peer);
	relay_passage_forget(peer);
	relay_link_forget(peer, stood);
	relay_peer_stop_waiting(peer);
	relay_peer_wake_all(peer);
	relay_slow_forget(peer);
	relay_peer_free(peer);
}

void relay_peer_hurry(struct relay_peer *peer, uint64_t now_ms, bool is_welcome)
{
	peer->relay->now_ms = now_ms;
	relay_hold_hurry(peer, is_welcome);
}

void relay_peer_quiet(struct relay_peer *peer, uint64_t now_ms, bool on)
{
	peer->relay->now_ms = now_ms;
	relay_quiet_far(peer, on);
}
