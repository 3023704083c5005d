/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Implements the host of the relay (struct relay_host) with the worker's connections, the users,
 * the shared tables and the log.
 */
#include "daemon/worker/worker_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "daemon/log/event.h"
#include "sdp/message.h"

static struct worker_conn *host_conn_of(const struct relay_peer *peer)
{
	return relay_peer_handle(peer);
}

const char *worker_transport_name(enum worker_transport transport)
{
	static const char *const names[] = {
		[WORKER_TCP] = "tcp",
		[WORKER_TLS] = "tls",
		[WORKER_WS] = "ws",
		[WORKER_WSS] = "wss",
	};

	return names[transport];
}

enum worker_transport worker_peer_transport(const struct relay_peer *peer)
{
	const struct worker_conn *self = relay_peer_handle(peer);

	return self->transport;
}

const char *worker_peer_name(const struct relay_peer *peer)
{
	const struct worker_conn *conn = host_conn_of(peer);

	return conn ? conn->name : "";
}

static void host_kick(void *arg, struct relay_peer *peer)
{
	struct worker_conn *conn = host_conn_of(peer);

	if (conn->end)
		worker_bridge_kick(conn);
	else
		net_conn_kick(conn->conn);
}

static int host_connect(void *arg, struct relay_peer *peer, const struct relay_peer *from,
			const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	return worker_connect(arg, peer, from ? worker_peer_name(from) : "", uri, trust);
}

static int host_join(void *arg, struct relay_peer *peer, unsigned worker,
		     const struct relay_peer *from, bool as_it)
{
	return worker_join_sibling(arg, peer, worker, from, as_it);
}

static void host_close(void *arg, struct relay_peer *peer)
{
	struct worker_conn *conn = host_conn_of(peer);

	if (conn->end) {
		worker_bridge_close(conn);
		return;
	}
	if (conn->worker->stage >= WORKER_CLOSES)
		net_conn_go_away(conn->conn);
	net_conn_close(conn->conn);
}

static void host_hurry(void *arg, struct relay_peer *peer, bool welcome)
{
	worker_bridge_hurry(host_conn_of(peer), welcome);
}

static void host_vouch(void *arg, struct relay_peer *peer)
{
	worker_bridge_vouch(host_conn_of(peer));
}

static void host_use(void *arg, struct relay_peer *peer, unsigned use)
{
	worker_bridge_use(host_conn_of(peer), use);
}

static void host_quiet(void *arg, struct relay_peer *peer, bool on)
{
	worker_bridge_quiet(host_conn_of(peer), on);
}

static bool host_is_certified(void *arg, struct relay_peer *peer, struct slice host)
{
	const struct worker_conn *conn = host_conn_of(peer);
	char name[WORKER_HOST_MAX + 1];

	if (host.len > WORKER_HOST_MAX)
		return false;
	memcpy(name, host.p, host.len);
	name[host.len] = '\0';
	return conn->end ? net_certificate_names(conn->end->bridge->certificate, name)
			 : net_conn_peer_is(conn->conn, name);
}

static bool has_digest(const struct net_certificate *certificate,
		       const struct sdp_fingerprint *fingerprint)
{
	enum net_hash hash = fingerprint->hash == SDP_SHA1 ? NET_SHA1 : NET_SHA256;
	uint8_t digest[NET_DIGEST_MAX];

	return net_certificate_digest(certificate, hash, digest) &&
	       memcmp(digest, fingerprint->digest, sdp_hash_len(fingerprint->hash)) == 0;
}

static bool host_has_fingerprint(void *arg, struct relay_peer *peer,
				 const struct sdp_fingerprint *fingerprint)
{
	const struct worker_conn *conn = host_conn_of(peer);
	struct net_certificate *shown;
	bool has;

	if (conn->end)
		return has_digest(conn->end->bridge->certificate, fingerprint);
	shown = net_conn_certificate(conn->conn);
	has = has_digest(shown, fingerprint);
	net_certificate_free(shown);
	return has;
}

/* Predictable ids and nonces would be worse than no relay at all. */
static void host_random(void *arg, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(out, len, 0);

		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			out += n;
			len -= (size_t)n;
		}
	}
}

static void host_secret(void *arg, uint8_t *out)
{
	const struct worker *worker = arg;

	memcpy(out, worker->parts.secret, MSRP_MAC_LEN);
}

/* A look-up of a user that is under way. */
struct worker_lookup {
	struct worker *worker;
	struct relay_lookup *lookup;
	struct users *users; /* the back end that was asked; a reload may replace it */
	uint64_t asked_ns;
};

static void on_found(void *arg, const struct msrp_ha1_answer *answer)
{
	struct worker_lookup *self = arg;
	struct worker_lookup copy = *self;

	free(self);
	copy.worker->counters.lookups[answer->result]++;
	copy.worker->counters.lookups_remembered += answer->from_memory;
	copy.worker->counters.lookup_ns += uv_hrtime() - copy.asked_ns;
	relay_lookup_answer(copy.lookup, worker_now_ms(copy.worker), answer);
	users_unref(copy.users);
	copy.worker->n_lookups--;
	worker_on_gone(copy.worker);
}

static void host_lookup(void *arg, struct relay_lookup *lookup)
{
	struct users_question question = {
		.user = relay_lookup_user(lookup),
		.realm = relay_lookup_realm(lookup),
		.algorithm = relay_lookup_algorithm(lookup),
		.renewal = relay_lookup_renews(lookup),
		.anew = relay_lookup_is_anew(lookup),
	};
	char network[NET_ADDRESS_TEXT_MAX];
	struct worker *worker = arg;
	struct worker_lookup *self = malloc(sizeof(*self));

	if (!self) {
		const struct msrp_ha1_answer failed = { .result = MSRP_HA1_FAILED };

		relay_lookup_answer(lookup, worker_now_ms(worker), &failed);
		return;
	}
	*self = (struct worker_lookup){
		.worker = worker,
		.lookup = lookup,
		.users = users_ref(worker->snapshot->users),
		.asked_ns = uv_hrtime(),
	};
	net_address_network(worker_peer_name(relay_lookup_peer(lookup)), network);
	question.origin = slice_from(network);
	worker->n_lookups++;
	users_find(self->users, &worker->loop, &question, on_found, self);
}

static int host_hold(void *arg, struct slice user, struct slice realm, size_t max, void **ret_hold)
{
	struct worker *worker = arg;
	struct relay_share *share;
	int err = quota_take(worker->parts.quota, user, realm, max, worker_now_ms(worker), &share);

	if (!err)
		*ret_hold = share;
	return err;
}

static void host_release(void *arg, void *hold)
{
	struct worker *worker = arg;

	quota_give_back(worker->parts.quota, hold, worker_now_ms(worker));
}

static int host_hold_hop(void *arg, void *hold, size_t max)
{
	struct worker *worker = arg;

	return quota_take_hop(worker->parts.quota, hold, max, worker_now_ms(worker));
}

static void host_release_hop(void *arg, void *hold)
{
	struct worker *worker = arg;

	quota_give_back_hop(worker->parts.quota, hold, worker_now_ms(worker));
}

static size_t host_count_hops(void *arg, const void *hold)
{
	struct worker *worker = arg;

	return quota_count_hops(worker->parts.quota, hold);
}

static void host_set_rate(void *arg, void *hold, uint64_t rate)
{
	struct worker *worker = arg;

	quota_set_rate(worker->parts.quota, hold, rate);
}

static uint64_t host_use_rate(void *arg, void *hold, enum relay_direction direction, size_t bytes,
			      uint64_t usual)
{
	struct worker *worker = arg;

	return quota_use(worker->parts.quota, hold, direction, bytes, usual, worker_now_ms(worker));
}

static void host_usage(void *arg, const void *hold, uint64_t usual, struct relay_usage *ret_usage)
{
	struct worker *worker = arg;

	quota_usage(worker->parts.quota, hold, usual, worker_now_ms(worker), ret_usage);
}

static int host_hold_call(void *arg, size_t max)
{
	struct worker *worker = arg;

	return quota_take_call(worker->parts.quota, max);
}

static void host_release_call(void *arg)
{
	struct worker *worker = arg;

	quota_give_back_call(worker->parts.quota);
}

static int host_enrol(void *arg, struct slice id, struct slice hop)
{
	struct worker *worker = arg;

	return roll_add(worker->parts.roll, id, hop);
}

static void host_strike(void *arg, struct slice id)
{
	struct worker *worker = arg;

	roll_remove(worker->parts.roll, id);
}

static bool host_is_anothers(void *arg, struct slice id, struct slice hop)
{
	struct worker *worker = arg;

	return roll_is_anothers(worker->parts.roll, id, hop);
}

void worker_log_limited(struct worker *worker, const struct record *record, struct slice from)
{
	if (tally_add(&worker->tally, record->type, from, worker_now_ms(worker)))
		log_write(worker->parts.log, record);
}

/* ORIGIN with the address of its peer, which is written to NETWORK. */
static struct relay_origin with_address(const struct relay_origin *origin,
					char network[NET_ADDRESS_TEXT_MAX])
{
	struct relay_origin copy = *origin;

	net_address_network(worker_peer_name(origin->peer), network);
	copy.address = slice_from(network);
	return copy;
}

static bool host_may_try(void *arg, const struct relay_origin *origin)
{
	char network[NET_ADDRESS_TEXT_MAX];
	const struct relay_origin own = with_address(origin, network);
	struct worker *worker = arg;

	return throttle_may_try(worker->parts.throttle, &own);
}

static void host_wrong(void *arg, const struct relay_origin *origin, struct relay_pause *ret_pause)
{
	char network[NET_ADDRESS_TEXT_MAX];
	const struct relay_origin own = with_address(origin, network);
	struct worker *worker = arg;

	throttle_wrong(worker->parts.throttle, &own, ret_pause);
}

static uint64_t host_right(void *arg, const struct relay_origin *origin)
{
	char network[NET_ADDRESS_TEXT_MAX];
	const struct relay_origin own = with_address(origin, network);
	struct worker *worker = arg;

	return throttle_right(worker->parts.throttle, &own);
}

static bool host_is_vouched(void *arg, const struct relay_origin *origin)
{
	struct worker *worker = arg;

	return throttle_is_vouched(worker->parts.throttle, origin);
}

static void host_event(void *arg, const struct relay_event *event)
{
	struct worker *worker = arg;
	const struct worker_conn *conn = event->peer ? host_conn_of(event->peer) : NULL;
	char cause[EVENT_CAUSE_MAX];
	struct record record;

	event_record(event, conn ? conn->name : "", time(NULL), &record);
	worker_log_limited(worker, &record, event_cause(event, conn ? conn->name : "", cause));
}

static void host_trace(void *arg, const struct relay_peer *peer, bool incoming, struct slice line)
{
	const struct worker *worker = arg;
	struct record record;

	record_init(&record, RECORD_TRACE);
	record_say(&record, "%c %" SLICE_FMT, incoming ? '<' : '>', SLICE_ARG(line));
	record_text(&record, RECORD_PEER, slice_from(worker_peer_name(peer)));
	log_write(worker->parts.log, &record);
}

const struct relay_host worker_host = {
	.kick = host_kick,
	.connect = host_connect,
	.join = host_join,
	.close = host_close,
	.hurry = host_hurry,
	.quiet = host_quiet,
	.vouch = host_vouch,
	.use = host_use,
	.is_certified = host_is_certified,
	.has_fingerprint = host_has_fingerprint,
	.random = host_random,
	.secret = host_secret,
	.lookup = host_lookup,
	.hold = host_hold,
	.release = host_release,
	.hold_hop = host_hold_hop,
	.release_hop = host_release_hop,
	.count_hops = host_count_hops,
	.set_rate = host_set_rate,
	.use_rate = host_use_rate,
	.usage = host_usage,
	.hold_call = host_hold_call,
	.release_call = host_release_call,
	.may_try = host_may_try,
	.wrong = host_wrong,
	.right = host_right,
	.is_vouched = host_is_vouched,
	.enrol = host_enrol,
	.strike = host_strike,
	.is_anothers = host_is_anothers,
	.event = host_event,
	.trace = host_trace,
};
