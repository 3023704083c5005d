/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that are forwarded whole: a REPORT, an AUTH for a relay further on, and methods that
 * this relay does not know. Their responses come back here, or are answered here after 30 s.
 */
#include "relay/request/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/credentials.h"
#include "msrp/report.h"
#include "msrp/result.h"
#include "msrp/transaction.h"
#include "msrp/writer.h"
#include "relay/auth/auth.h"
#include "relay/auth/trial.h"
#include "relay/event.h"
#include "relay/flow/account.h"
#include "relay/flow/reply.h"
#include "relay/flow/wait.h"
#include "relay/hop.h"
#include "relay/incoming.h"
#include "relay/passage.h"
#include "relay/peer.h"
#include "relay/route/route.h"
#include "relay/state.h"
#include "relay/transaction.h"
#include "relay/watch/quiet.h"

static void write_forwarded_headers(const struct msrp_message *m, struct buf *out)
{
	const struct msrp_header_slices *type = NULL;

	for (size_t i = 0; i < m->n_headers; i++) {
		if (m->header[i].id == MSRP_H_CONTENT_TYPE)
			type = &m->header[i];
		else
			msrp_write_line(out, m->header[i].line);
	}
	if (type)
		msrp_write_line(out, type->line);
}

/* Writes the new head at once; the body is added as it comes. */
static int begin_gathering(struct relay_peer *peer, const struct msrp_message *m,
			   const struct relay_route *route)
{
	struct relay_incoming *in = &peer->in;

	in->is_welcome = relay_route_is_welcome(peer, m, route);
	/* A REPORT cannot be refused. */
	if (m->method != MSRP_REPORT && relay_peer_is_overrun(peer, route->dest))
		return relay_reply_refuse(peer, MSRP_TIMEOUT, RELAY_HOLDS_UP);
	msrp_ident_make(&peer->relay->random, in->new_id);
	buf_clear(&in->whole);
	msrp_write_request(&in->whole, slice_from(in->new_id), m->method_name);
	relay_route_write_paths(route, m, &in->whole);
	write_forwarded_headers(m, &in->whole);
	if (m->has_body)
		msrp_write_body_start(&in->whole);
	if (buf_failed(&in->whole))
		return -ENOMEM;
	in->intake = RELAY_GATHER;
	in->body_len = 0;
	in->has_body = m->has_body;
	in->has_credentials = msrp_message_find(m, MSRP_H_AUTHORIZATION);
	in->dest = route->dest;
	in->is_replaced = route->to != NULL;
	LIST_INSERT_HEAD(&route->dest->gathering, peer, in.in_gathering);
	if (!route->passage)
		relay_peer_prove(peer);
	if (relay_peer_is_full(route->dest))
		relay_peer_wait(peer, route->dest);
	return 0;
}

/*
 * Credentials go only to a next hop whose certificate has the name in To-Path; a connection in the
 * making has yet to show it. A certificate of another relay is not good enough.
 */
static bool may_authenticate_at(const struct relay_route *route, const struct msrp_message *m)
{
	const struct msrp_uri_slices *next = &m->to.uri[route->hops];
	struct relay_peer *dest = route->dest;

	if (dest->sibling && !dest->as_it)
		return true; /* which asks for itself */
	if (!dest->is_open)
		dest->must_be_relay = true;
	return !dest->is_open || (next->secure && relay_hop_is_certified(dest, next->host));
}

/*
 * An AUTH that is forwarded to another relay is a password attempt, too, unless it is addressed to
 * a session there, which only its owner can renew.
 */
static bool may_authenticate(const struct relay_peer *peer, const struct msrp_message *m)
{
	if (peer->hop || peer->sibling || !msrp_message_find(m, MSRP_H_AUTHORIZATION) ||
	    m->to.uri[m->to.n - 1].session_id.len > 0)
		return true;
	return relay_trial_may(peer, slice_from(NULL), slice_from(NULL));
}

int relay_request_head(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_route route;
	struct relay_refusal refusal;

	if (m->problem && relay_route_is_ours(peer->relay, m))
		return relay_reply_refuse(peer, MSRP_BAD_REQUEST, m->problem);
	if (m->method == MSRP_OTHER && !peer->relay->config->session.other_methods &&
	    relay_route_is_ours(peer->relay, m))
		return relay_reply_refuse(peer, MSRP_UNKNOWN_METHOD, "this method is not relayed");
	switch (relay_route_find(peer, m, &route, &refusal)) {
	case RELAY_NOT_OURS:
		return m->method == MSRP_AUTH ? relay_auth_refuse_host(peer, m) : MSRP_BAD;
	case RELAY_REFUSED_ROUTE:
		return relay_route_refuse(peer, &refusal);
	case RELAY_ROUTED:
		break;
	}
	if (m->method == MSRP_AUTH && !may_authenticate(peer, m))
		return relay_trial_refuse(peer);
	if (m->method == MSRP_AUTH && !may_authenticate_at(&route, m))
		return relay_reply_refuse(peer, MSRP_FORBIDDEN,
					  "the next hop is not an authenticated relay");
	return begin_gathering(peer, m, &route);
}

static void leave_gathering(struct relay_peer *peer)
{
	struct relay_peer *dest = peer->in.dest;

	if (!dest)
		return;
	LIST_REMOVE(peer, in.in_gathering);
	peer->in.dest = NULL;
	relay_peer_release(dest);
}

int relay_request_body(struct relay_peer *peer, const uint8_t *bytes, size_t len)
{
	struct relay_incoming *in = &peer->in;

	in->body_len += len;
	if (in->body_len > MSRP_OTHER_BODY_MAX) {
		leave_gathering(peer);
		return relay_reply_refuse(peer, MSRP_STOP_SENDING,
					  "the body of such a request is at most 10240 octets");
	}
	buf_add(&in->whole, bytes, len);
	return buf_failed(&in->whole) ? -ENOMEM : 0;
}

static void request_transaction_free(struct relay_transaction *t)
{
	struct relay_peer *dest = t->dest;

	relay_quiet_end(t);
	msrp_transactions_remove(&t->dest->relay->transactions, &t->wait);
	LIST_REMOVE(t, in_dest);
	if (t->source)
		LIST_REMOVE(t, in_source);
	relay_account_close(&t->entry, t->source, dest);
	buf_done(&t->reply);
	free(t);
	relay_peer_release(dest);
}

/* RFC 4976 6.4.3: the response will come back with our id and go on with the old one. */
static int await_response(struct relay_peer *peer, struct relay_peer *dest)
{
	struct relay *relay = peer->relay;
	struct relay_transaction *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->dest = dest;
	t->source = peer;
	memcpy(t->source_id, peer->in.id.p, peer->in.id.len);
	t->source_id_len = peer->in.id.len;
	t->has_credentials = peer->in.method == MSRP_AUTH && peer->in.has_credentials;
	memcpy(t->wait.id, peer->in.new_id, sizeof(peer->in.new_id));
	t->wait.id_len = MSRP_IDENT_LEN;
	buf_add_slice(&t->reply, buf_slice(&peer->in.reply));
	t->paths_len = peer->in.is_replaced ? peer->in.paths_len : 0;
	if (buf_failed(&t->reply)) {
		buf_done(&t->reply);
		free(t);
		return -ENOMEM;
	}
	msrp_transactions_add(&relay->transactions, &t->wait);
	relay_account_open(&t->entry, peer, dest, sizeof(*t) + t->reply.size, true);
	LIST_INSERT_HEAD(&dest->asked, t, in_dest);
	LIST_INSERT_HEAD(&peer->asking, t, in_source);
	msrp_transactions_start(&relay->transactions, &t->wait, relay->now_ms);
	return 0;
}

/* The request has ended: sends it to DEST. */
static int forward_whole(struct relay_peer *peer, struct relay_peer *dest, char flag)
{
	struct relay_incoming *in = &peer->in;
	struct buf *out = msrp_conn_control(&dest->conn);
	size_t before = out->len;

	msrp_write_end(&in->whole, slice_from(in->new_id), flag, in->has_body);
	buf_add_slice(out, buf_slice(&in->whole));
	if (buf_failed(out) || buf_failed(&in->whole) ||
	    (in->method != MSRP_REPORT && await_response(peer, dest) != 0)) {
		buf_truncate(out, before);
		return -ENOMEM;
	}
	relay_peer_kick(dest);
	return 0;
}

int relay_request_end(struct relay_peer *peer, char flag)
{
	int err;

	if (!peer->in.dest)
		return relay_reply_refuse(peer, MSRP_TIMEOUT, RELAY_HOP_LOST);
	err = forward_whole(peer, peer->in.dest, flag);
	leave_gathering(peer);
	return err;
}

void relay_request_abort(struct relay_peer *peer)
{
	leave_gathering(peer);
}

/*
 * Forwards a response to T's source, with the id that the source knows. Without memory it is lost.
 */
static void write_response(struct relay_transaction *t, const struct msrp_message *m)
{
	bool is_passage = t->source->passage || t->dest->passage;
	struct relay_route route = {
		.hops = is_passage ? 0 : relay_route_own_hops(t->dest->relay, m),
	};
	struct slice id = slice_make(t->source_id, t->source_id_len);
	struct buf *out = msrp_conn_control(&t->source->conn);
	size_t before = out->len;

	if (!is_passage && t->paths_len == 0 && (route.hops == 0 || route.hops == m->to.n))
		return; /* not ours, or its source is gone: RFC 4976 6.4.3 drops it */
	msrp_write_response(out, id, m->status, m->comment);
	if (t->paths_len > 0)
		buf_add_slice(out, slice_first(buf_slice(&t->reply), t->paths_len));
	else
		relay_route_write_paths(&route, m, out);
	write_forwarded_headers(m, out);
	msrp_write_end(out, id, '$', false);
	if (buf_failed(out))
		buf_truncate(out, before);
	relay_peer_kick(t->source);
}

/* Does a 401 say that the nonce was the only fault (RFC 2617 3.2.1)? */
static bool is_stale(const struct msrp_message *m)
{
	bool stale = false;

	for (size_t i = 0; i < m->n_headers; i++) {
		struct msrp_challenge challenge;
		struct buf scratch = { 0 };

		if (m->header[i].id == MSRP_H_WWW_AUTHENTICATE &&
		    msrp_challenge_parse(m->header[i].value, &scratch, &challenge) == 0)
			stale |= challenge.stale;
		buf_done(&scratch);
	}
	return stale;
}

/*
 * RFC 4976 6.3: a client that guesses passwords at a relay further on is cut off here, by its own
 * connection.
 */
static void count_failure(struct relay_transaction *t, const struct msrp_message *m)
{
	struct relay_peer *source = t->source;

	if (!t->has_credentials || source->hop || source->sibling)
		return;
	if (m->status / 100 == 2) {
		source->failures = 0;
		relay_trial_right(source, slice_from(NULL), slice_from(NULL));
	}
	if (m->status != MSRP_UNAUTHORIZED || is_stale(m))
		return;
	relay_event_peer(source, RELAY_AUTH_FAILED, m->status, "refused by the next relay");
	relay_trial_wrong(source, slice_from(NULL), slice_from(NULL));
	relay_trial_failed(source);
}

void relay_request_answered(struct relay_transaction *t, const struct msrp_message *m)
{
	if (t->source) {
		relay_passage_judge(t->source, t->dest, m->status);
		write_response(t, m);
		count_failure(t, m);
	}
	request_transaction_free(t);
}

/* No response will come: answers the source, so that it need not wait for its own timer. */
static void answer_lost(struct relay_transaction *t, const char *why)
{
	if (!t->is_knock)
		relay_event_peer(t->dest, RELAY_NOT_DELIVERED, MSRP_TIMEOUT, why);
	if (t->source)
		relay_reply_write(t->source, slice_make(t->source_id, t->source_id_len), &t->reply,
				  MSRP_TIMEOUT, why);
	request_transaction_free(t);
}

void relay_request_timed_out(struct relay_transaction *t)
{
	answer_lost(t, "no response from the next hop");
}

void relay_request_give_up(struct relay_peer *peer, const char *why)
{
	while (!LIST_EMPTY(&peer->asked))
		answer_lost(LIST_FIRST(&peer->asked), why);
}

void relay_request_forget(struct relay_peer *peer, const char *why)
{
	while (!LIST_EMPTY(&peer->gathering))
		leave_gathering(LIST_FIRST(&peer->gathering));
	relay_request_give_up(peer, why);
	while (!LIST_EMPTY(&peer->asking)) {
		LIST_FIRST(&peer->asking)->source = NULL;
		LIST_REMOVE(LIST_FIRST(&peer->asking), in_source);
	}
}
