/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A relay as a whole: made, configured, drained, ended, and called when something is due. It is at
 * the top, beside entry.c, and goes through the queues of all others.
 */
#include "relay/relay.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "msrp/report.h"
#include "msrp/transaction.h"
#include "relay/anchor/call.h"
#include "relay/anchor/overdue.h"
#include "relay/auth/lifetime.h"
#include "relay/entry.h"
#include "relay/event.h"
#include "relay/flow/account.h"
#include "relay/flow/failure.h"
#include "relay/flow/slow.h"
#include "relay/flow/spare.h"
#include "relay/party/bind.h"
#include "relay/peer.h"
#include "relay/request/hold.h"
#include "relay/request/request.h"
#include "relay/session/session.h"
#include "relay/settings.h"
#include "relay/state.h"
#include "relay/trace/trace.h"
#include "relay/transaction.h"
#include "relay/watch/idle.h"
#include "relay/watch/quiet.h"
#include "relay/watch/stuck.h"

int relay_new(const struct relay_config *config, const struct relay_host *host, void *arg,
	      struct relay **ret_relay)
{
	struct relay *relay = calloc(1, sizeof(*relay));

	if (!relay)
		return -ENOMEM;
	relay->config = relay_settings_copy(config);
	if (!relay->config) {
		free(relay);
		return -ENOMEM;
	}
	relay->is_anchor = config->anchor.on;
	relay->host = host;
	relay->arg = arg;
	relay->hooks = &relay_entry_hooks;
	msrp_random_init(&relay->random, host->random, arg);
	host->secret(arg, relay->nonce_key);
	host->random(arg, (uint8_t *)&relay->uri_seed, sizeof(relay->uri_seed));
	host->random(arg, relay->seed, sizeof(relay->seed));
	msrp_transactions_init(&relay->transactions, relay->seed);
	/* They come and go with each chunk. */
	relay->transactions.by_id.n_kept = RELAY_TRANSACTIONS_MAX;
	LIST_INIT(&relay->peers);
	LIST_INIT(&relay->spare_chunks);
	LIST_INIT(&relay->walks);
	LIST_INIT(&relay->targets);
	LIST_INIT(&relay->taps);
	TAILQ_INIT(&relay->sessions);
	TAILQ_INIT(&relay->calls);
	TAILQ_INIT(&relay->probation);
	TAILQ_INIT(&relay->held);
	for (unsigned i = 0; i < RELAY_STANDINGS; i++)
		TAILQ_INIT(&relay->idle[i].peers);
	*ret_relay = relay;
	return 0;
}

/* Sessions of other relays outlive their connections. */
static void end_all_sessions(struct relay *relay, const char *why)
{
	struct heap_node *node;

	while ((node = heap_first(&relay->expiries)))
		relay_session_end(CONTAINER_OF(node, struct relay_session, expiry), why);
}

struct relay *relay_free(struct relay *relay)
{
	if (!relay)
		return NULL;
	assert(relay->n_peers == 0 && relay->n_siblings == 0);
	end_all_sessions(relay, "the relay stops");
	relay_call_end_all(relay, "the relay stops");
	relay_spare_free(relay);
	store_done(&relay->blocks);
	hash_table_done(&relay->transactions.by_id);
	relay_trace_stop(relay);
	heap_done(&relay->expiries);
	heap_done(&relay->slowed);
	heap_done(&relay->looks);
	heap_done(&relay->dues);
	relay->config = relay_settings_free(relay->config);
	explicit_bzero(relay->nonce_key, sizeof(relay->nonce_key));
	free(relay);
	return NULL;
}

struct relay_config *relay_prepare(const struct relay *relay, const struct relay_config *config)
{
	return relay_settings_succeed(relay->config, config);
}

void relay_configure(struct relay *relay, struct relay_config *prepared)
{
	relay_settings_free(relay->config);
	relay->config = prepared;
	relay->is_anchor |= prepared->anchor.on;
}

struct relay_config *relay_discard(struct relay_config *prepared)
{
	return relay_settings_free(prepared);
}

void relay_drain(struct relay *relay, bool on)
{
	relay->draining = on;
}

/* Reports go out before anybody's connection is closed: all are senders, too. */
void relay_end(struct relay *relay, uint64_t now_ms, const char *why)
{
	struct relay_peer *peer;

	relay->now_ms = now_ms;
	relay->draining = true;
	LIST_FOREACH (peer, &relay->peers, in_relay) {
		relay_request_give_up(peer, why);
		relay_chunk_give_up(peer, why);
	}
	end_all_sessions(relay, why);
	relay_call_end_all(relay, why);
	LIST_FOREACH (peer, &relay->peers, in_relay)
		relay_peer_close(peer);
}

static void end_transactions(struct relay *relay)
{
	struct msrp_transaction *wait;

	while ((wait = msrp_transactions_overdue(&relay->transactions, relay->now_ms))) {
		struct relay_transaction *t = CONTAINER_OF(wait, struct relay_transaction, wait);

		relay_quiet_timed_out(t);
		if (t->chunk)
			relay_chunk_timed_out(t);
		else
			relay_request_timed_out(t);
	}
}

static void note_late(struct relay *relay)
{
	struct msrp_transaction *wait;

	while ((wait = msrp_transactions_late(&relay->transactions, relay->now_ms))) {
		struct relay_transaction *t = CONTAINER_OF(wait, struct relay_transaction, wait);

		relay_quiet_late(t);
		if (relay_quiet_is(t->dest))
			relay_bind_doubt(t->dest);
	}
}

/*
 * The number of sessions, and of peers of each kind, that one relay_tick() ends. Those of a hundred
 * thousand clients that came back together expire together, and others must not wait for all of
 * that: this many take a millisecond, with a line in the log for each. Transactions end together
 * only if they began together, which is never more than one turn sends.
 */
enum { TURN_MAX = 128 };

static void end_sessions(struct relay *relay)
{
	struct heap_node *node;
	unsigned n = 0;

	while (n++ < TURN_MAX && (node = heap_first(&relay->expiries)) &&
	       node->deadline <= relay->now_ms)
		relay_session_end(CONTAINER_OF(node, struct relay_session, expiry), "expired");
}

static void end_probations(struct relay *relay)
{
	struct relay_peer *peer;
	unsigned n = 0;

	while (n++ < TURN_MAX && (peer = TAILQ_FIRST(&relay->probation)) &&
	       peer->probation_ms <= relay->now_ms) {
		relay_event_peer(peer, RELAY_REFUSED, MSRP_TIMEOUT,
				 "no successful request in time");
		relay_peer_close(peer);
	}
}

static void end_holds(struct relay *relay)
{
	struct relay_peer *peer;
	unsigned n = 0;

	while (n++ < TURN_MAX && (peer = TAILQ_FIRST(&relay->held)) &&
	       peer->held_ms <= relay->now_ms)
		relay_hold_end(peer);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When something is due next, at OTHER at the latest. */
static uint64_t next_due(const struct relay *relay, uint64_t other)
{
	const struct heap_node *session = heap_first(&relay->expiries);
	const struct relay_peer *probation = TAILQ_FIRST(&relay->probation);
	const struct relay_peer *held = TAILQ_FIRST(&relay->held);
	uint64_t next = earlier(other, msrp_transactions_deadline(&relay->transactions));

	next = earlier(next, msrp_transactions_next_late(&relay->transactions));
	if (session)
		next = earlier(next, session->deadline);
	if (probation)
		next = earlier(next, probation->probation_ms);
	return held ? earlier(next, held->held_ms) : next;
}

uint64_t relay_tick(struct relay *relay, uint64_t now_ms)
{
	uint64_t slow, look, due;

	relay->now_ms = now_ms;
	note_late(relay);
	end_transactions(relay);
	end_sessions(relay);
	end_probations(relay);
	end_holds(relay);
	slow = relay_slow_end(relay, TURN_MAX);
	due = relay_overdue_run(relay);
	look = relay_stuck_close(relay, TURN_MAX);
	return relay_trace_go_on(relay) ? now_ms
					: next_due(relay, earlier(slow, earlier(look, due)));
}

const struct relay_counters *relay_counters(const struct relay *relay)
{
	return &relay->counters;
}

void relay_count(const struct relay *relay, struct relay_totals *ret_totals)
{
	ret_totals->peers = relay->n_peers;
	ret_totals->sessions = relay->by_id.n;
	ret_totals->calls = relay->by_call_id.n;
	ret_totals->legs = relay->legs.n;
	ret_totals->chunks = relay->n_chunks;
	ret_totals->transactions = msrp_transactions_count(&relay->transactions);
}
