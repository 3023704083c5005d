/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/report.h"
#include "relay/account.h"
#include "relay/auth.h"
#include "relay/charge.h"
#include "relay/chunk.h"
#include "relay/event.h"
#include "relay/hop.h"
#include "relay/idle.h"
#include "relay/intake.h"
#include "relay/link.h"
#include "relay/passage.h"
#include "relay/request.h"
#include "relay/session.h"
#include "relay/sibling.h"
#include "relay/tap.h"
#include "relay/wait.h"
#include "relay/walk.h"
#include "relay/watch.h"

static void on_room(void *arg)
{
	relay_peer_wake(arg);
}

static struct relay_peer *peer_new(struct relay *relay, void *handle)
{
	struct relay_peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->relay = relay;
	peer->counters = &relay->counters;
	peer->handle = handle;
	peer->number = ++relay->peer_count;
	TAILQ_INIT(&peer->silent);
	msrp_conn_init(&peer->conn, &relay_intake_user, on_room, peer, &relay->random);
	LIST_INSERT_HEAD(&relay->peers, peer, in_relay);
	relay->n_peers++;
	return peer;
}

struct relay_peer *relay_peer_new(struct relay *relay, uint64_t now_ms, void *handle)
{
	struct relay_peer *peer = peer_new(relay, handle);

	relay->now_ms = now_ms;
	if (peer)
		relay_idle_add(peer);
	return peer;
}

/* It neither has to prove itself nor does it go to make room. */
static void make_sibling(struct relay_peer *peer)
{
	peer->sibling = true;
	peer->counters = &peer->relay->inside;
	peer->proven = true;
	peer->relay->n_peers--;
	peer->relay->n_siblings++;
}

struct relay_peer *relay_peer_new_sibling(struct relay *relay, uint64_t now_ms, void *handle)
{
	struct relay_peer *peer = peer_new(relay, handle);

	relay->now_ms = now_ms;
	if (peer)
		make_sibling(peer);
	return peer;
}

static void start_probation(struct relay_peer *peer)
{
	peer->probation_ms = peer->relay->now_ms + RELAY_PROBATION_MS;
	TAILQ_INSERT_TAIL(&peer->relay->probation, peer, in_probation);
}

static void end_probation(struct relay_peer *peer)
{
	if (peer->probation_ms == 0)
		return;
	TAILQ_REMOVE(&peer->relay->probation, peer, in_probation);
	peer->probation_ms = 0;
}

static char *authority(const struct msrp_uri *uri)
{
	struct buf text = { 0 };
	char *copy;

	if (uri->host_is_ipv6)
		buf_add_char(&text, '[');
	buf_add_slice(&text, uri->host);
	if (uri->host_is_ipv6)
		buf_add_char(&text, ']');
	buf_add_char(&text, ':');
	buf_add_u64(&text, uri->port);
	copy = buf_failed(&text) ? NULL : slice_dup(buf_slice(&text));
	buf_done(&text);
	return copy;
}

static void peer_free(struct relay_peer *peer)
{
	end_probation(peer);
	relay_charge_end(peer);
	relay_watch_stop(peer);
	relay_idle_remove(peer);
	relay_walk_skip_peer(peer);
	relay_tap_free(peer);
	LIST_REMOVE(peer, in_relay);
	peer->relay->n_siblings -= peer->sibling;
	peer->relay->n_peers -= !peer->sibling;
	msrp_conn_done(&peer->conn);
	buf_done(&peer->in.reply);
	buf_done(&peer->in.whole);
	free(peer->next_hop);
	free(peer->next_host);
	free(peer->sizes);
	free(peer);
}

static int start_connect(struct relay_peer *peer, const struct relay_peer *from,
			 const struct msrp_uri *uri)
{
	struct relay *relay = peer->relay;
	unsigned worker;

	if (relay_sibling_find(relay, uri, &worker)) {
		make_sibling(peer);
		return relay->host->join(relay->arg, peer, worker, from, false);
	}
	relay_idle_add(peer);
	relay_idle_prove(peer);
	return relay->host->connect(relay->arg, peer, from, uri);
}

int relay_peer_connect(struct relay *relay, const struct relay_peer *from,
		       const struct msrp_uri *uri, struct relay_peer **ret_peer)
{
	struct relay_peer *peer = peer_new(relay, NULL);
	int err = -ENOMEM;

	if (!peer)
		return err;
	peer->next_hop = authority(uri);
	peer->next_host = slice_dup(uri->host);
	if (peer->next_hop && peer->next_host)
		err = start_connect(peer, from, uri);
	if (err)
		peer_free(peer);
	else
		*ret_peer = peer;
	return err;
}

int relay_peer_join(struct relay_peer *like, unsigned worker, struct relay_peer **ret_peer)
{
	struct relay *relay = like->relay;
	struct relay_peer *peer = peer_new(relay, NULL);
	int err;

	if (!peer)
		return -ENOMEM;
	make_sibling(peer);
	err = relay->host->join(relay->arg, peer, worker, like, true);
	if (err)
		peer_free(peer);
	else
		*ret_peer = peer;
	return err;
}

/* One to another relay stays, for other sessions to share. */
void relay_peer_release(struct relay_peer *peer)
{
	if (peer->hop && LIST_EMPTY(&peer->links))
		relay_charge_end(peer);
	if (peer->next_hop && !peer->hop && peer->in.intake == RELAY_DISCARD &&
	    LIST_EMPTY(&peer->links) && LIST_EMPTY(&peer->to) && LIST_EMPTY(&peer->asked) &&
	    LIST_EMPTY(&peer->gathering) && LIST_EMPTY(&peer->sessions))
		relay_peer_close(peer);
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

/* Whom the relay has connected to may be a relay, which only its certificate can tell. */
static void recognize_next_hop(struct relay_peer *peer, uint16_t port)
{
	struct msrp_uri uri = {
		.secure = peer->secure,
		.host = slice_from(peer->next_host),
		.port = port,
		.transport = SLICE("tcp"),
	};

	uri.host_is_ipv6 = slice_find(uri.host, ':') != uri.host.len;
	relay_hop_recognize(peer, &uri);
}

/* It is not open, so nothing is sent to it. It may be slow to close; who asked is told now. */
static void refuse_next_hop(struct relay_peer *peer, const char *why)
{
	peer->refusal = why;
	relay_event_peer(peer, RELAY_REFUSED, MSRP_FORBIDDEN, why);
	relay_request_forget(peer, RELAY_HOP_LOST);
	relay_peer_close(peer);
}

void relay_peer_opened(struct relay_peer *peer, uint64_t now_ms, const struct relay_peer_info *info)
{
	peer->relay->now_ms = now_ms;
	peer->secure = info->secure;
	peer->verified = info->verified;
	peer->as_it = info->as_it;
	memcpy(peer->address, info->address, sizeof(peer->address));
	if (peer->must_be_relay && !relay_hop_is_certified(peer, slice_from(peer->next_host))) {
		refuse_next_hop(peer, "the next hop's certificate does not verify");
		return;
	}
	/* Whatever is wrong with a sibling's client is the sibling's business. */
	if (!peer->sibling && relay_watch_start(peer) != 0) {
		relay_peer_close(peer);
		return;
	}
	peer->is_open = true;
	/* A connection that the relay has made itself has a purpose already. */
	if (peer->next_hop)
		recognize_next_hop(peer, info->port);
	else if (!peer->sibling)
		start_probation(peer);
	relay_peer_kick(peer);
}

/* The framing is lost, or an answer could not be stored: nothing can be said any more. */
static int give_up(struct relay_peer *peer, int err)
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
		return give_up(peer, err);
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

bool relay_peer_want_read(struct relay_peer *peer)
{
	return !peer->waits_for && !peer->is_overdrawn && peer->n_lookups == 0 && !peer->closing &&
	       msrp_conn_control(&peer->conn)->len < RELAY_REPLIES_MAX;
}

void relay_peer_kick(struct relay_peer *peer)
{
	if (!peer->is_open)
		return;
	relay_watch_kicked(peer);
	peer->relay->host->kick(peer->relay->arg, peer);
}

void relay_peer_close(struct relay_peer *peer)
{
	if (peer->closing)
		return;
	peer->closing = true;
	end_probation(peer);
	relay_watch_stop(peer);
	relay_idle_remove(peer);
	relay_intake_abort(peer);
	relay_session_forget(peer, "the connection was closed");
	peer->relay->host->close(peer->relay->arg, peer);
}

static void vouch(struct relay_peer *peer)
{
	if (!peer->as_it || peer->has_vouched)
		return;
	peer->has_vouched = true;
	peer->relay->host->vouch(peer->relay->arg, peer);
}

void relay_peer_vouched(struct relay_peer *peer, uint64_t now_ms)
{
	peer->relay->now_ms = now_ms;
	if (peer->passage && peer->passage->peer)
		relay_peer_prove(peer->passage->peer);
}

void relay_peer_prove(struct relay_peer *peer)
{
	vouch(peer);
	if (peer->proven)
		return;
	peer->proven = true;
	end_probation(peer);
	relay_idle_prove(peer);
}

void relay_peer_count_refusal(struct relay_peer *peer)
{
	if (peer->probation_ms == 0 || ++peer->refusals < RELAY_PROBATION_REFUSALS)
		return;
	relay_event_peer(peer, RELAY_REFUSED, MSRP_FORBIDDEN, "too many unsuccessful requests");
	relay_peer_close(peer);
}

bool relay_peer_is_full(struct relay_peer *peer)
{
	return msrp_conn_is_full(&peer->conn) || relay_account_is_full(peer);
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
	peer->is_open = false; /* from here on it is not to be kicked */
	relay_intake_abort(peer);
	relay_auth_forget(peer);
	relay_session_forget(peer, why);
	relay_request_forget(peer, told);
	relay_chunk_forget(peer, told);
	relay_passage_forget(peer);
	relay_link_forget(peer, stood);
	relay_peer_stop_waiting(peer);
	relay_peer_wake_all(peer);
	peer_free(peer);
}
