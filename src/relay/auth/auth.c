/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides on AUTH requests for this relay: intake.c hands them in, the host looks the user up, now
 * or later, and lifetime.c opens the session. RFC 4976 6.3 and 9.1.
 */
#include "relay/auth/auth.h"

#include <errno.h>

#include "msrp/report.h"
#include "relay/auth/answer.h"
#include "relay/auth/lifetime.h"
#include "relay/auth/lookup.h"
#include "relay/auth/nonce.h"
#include "relay/auth/renewal.h"
#include "relay/auth/trial.h"
#include "relay/event.h"
#include "relay/flow/reply.h"
#include "relay/incoming.h"
#include "relay/peer.h"
#include "relay/route/route.h"
#include "relay/session/session.h"
#include "relay/settings.h"
#include "relay/state.h"
#include "relay/trace/tap.h"
#include "relay/watch/watch.h"

/* A session stays in the realm in which it was opened. */
static struct slice realm_of(const struct relay_peer *peer, const struct msrp_uri_slices *uri)
{
	const struct relay_session *session = relay_renewal_find(peer, uri);

	return session ? slice_from(session->realm)
		       : relay_settings_realm(peer->relay->config, uri->host);
}

static int add_challenge(struct relay_lookup *lookup, enum msrp_digest_algorithm algorithm,
			 bool stale, struct buf *out)
{
	char nonce[RELAY_NONCE_LEN + 1];
	struct msrp_challenge challenge = {
		.realm = lookup->realm,
		.nonce = slice_make(nonce, RELAY_NONCE_LEN),
		.opaque = SLICE("msrp"), /* clients in the field expect one; it carries nothing */
		.algorithm = slice_from(msrp_digest_name(algorithm)),
		.stale = stale,
		.qop_auth = true,
	};

	if (relay_nonce_make(lookup->peer, nonce) != 0)
		return -ENOMEM;
	buf_add_slice(out, SLICE("WWW-Authenticate: "));
	msrp_challenge_format(&challenge, out);
	buf_add_slice(out, SLICE("\r\n"));
	return 0;
}

/*
 * 401 with a challenge for each algorithm, the preferred one first (RFC 7616 3.7). The operator
 * should put MD5 last: clients that read only one header read the last, and assume MD5.
 */
static int send_challenge(struct relay_lookup *lookup, bool stale)
{
	const struct relay_config *config = lookup->peer->relay->config;
	struct buf *out = relay_answer_begin(lookup, MSRP_UNAUTHORIZED, "Unauthorized");
	int err = 0;

	for (size_t i = 0; !err && i < config->auth.n_algorithms; i++)
		err = add_challenge(lookup, config->auth.algorithm[i], stale, out);
	return relay_answer_end(lookup, err);
}

/* RFC 4976 6.3: several failures end the connection, after the answer to the last one. */
static int fail_auth(struct relay_lookup *lookup, const char *why)
{
	struct relay_peer *peer = lookup->peer;
	int err;

	relay_event_auth(peer, relay_lookup_account(lookup), lookup->realm, MSRP_UNAUTHORIZED, why);
	err = send_challenge(lookup, false); /* which frees the lookup */
	relay_trial_failed(peer);
	return err;
}

/* A wrong password. It does not count on a connection that has shown the right one before. */
static int fail_password(struct relay_lookup *lookup, const char *why)
{
	if (!lookup->renews)
		relay_trial_wrong(lookup->peer, relay_lookup_account(lookup), lookup->realm);
	return fail_auth(lookup, why);
}

static int refuse_auth(struct relay_lookup *lookup, unsigned status, const char *why)
{
	relay_event_auth(lookup->peer, relay_lookup_account(lookup), lookup->realm, status, why);
	relay_answer_begin(lookup, status, why);
	return relay_answer_end(lookup, 0);
}

/* Questions without an answer are as much work as wrong passwords. */
static int refuse_busy_lookup(struct relay_lookup *lookup)
{
	if (!lookup->renews)
		relay_trial_wrong(lookup->peer, relay_lookup_account(lookup), lookup->realm);
	return refuse_auth(lookup, MSRP_TIMEOUT, "too many AUTH requests at a time");
}

static bool may_try_password(const struct relay_lookup *lookup)
{
	return lookup->renews ||
	       relay_trial_may(lookup->peer, relay_lookup_account(lookup), lookup->realm);
}

/* The origin was reported when the pause began, and each of these is counted there. */
static int refuse_paused_origin(struct relay_lookup *lookup)
{
	struct relay_peer *peer = lookup->peer;
	int err;

	relay_answer_begin(lookup, MSRP_FORBIDDEN, RELAY_TRIAL_REFUSAL);
	err = relay_answer_end(lookup, 0);
	relay_peer_count_refusal(peer);
	return err;
}

static bool is_offered(const struct relay_config *config, enum msrp_digest_algorithm algorithm)
{
	for (size_t i = 0; i < config->auth.n_algorithms; i++) {
		if (config->auth.algorithm[i] == algorithm)
			return true;
	}
	return false;
}

/* RFC 4976 9.1: the digest covers the rightmost To-Path URI; uri, if given, must be that one. */
static bool uri_fits(const struct relay_lookup *lookup)
{
	struct msrp_uri_slices to, given;

	if (lookup->credentials.uri.len == 0 || slice_equal(lookup->credentials.uri, lookup->to))
		return true;
	return msrp_uri_parse(lookup->to, &to) == 0 &&
	       msrp_uri_parse(lookup->credentials.uri, &given) == 0 &&
	       msrp_uri_slices_equal(&to, &given);
}

static int ask_host(struct relay_lookup *lookup)
{
	lookup->peer->n_lookups++;
	lookup->peer->relay->host->lookup(lookup->peer->relay->arg, lookup);
	return 0;
}

/* Checks everything that needs no user look-up. */
static int check_claims(struct relay_lookup *lookup)
{
	const struct relay_config *config = lookup->peer->relay->config;
	const struct msrp_credentials *c = &lookup->credentials;

	if (!msrp_digest_find(c->algorithm, &lookup->algorithm) ||
	    !is_offered(config, lookup->algorithm))
		return fail_auth(lookup, "an algorithm that was not offered");
	if (!slice_equal(c->realm, lookup->realm))
		return fail_auth(lookup, "another realm");
	if (!uri_fits(lookup))
		return refuse_auth(lookup, MSRP_BAD_REQUEST,
				   "uri is not the rightmost To-Path URI");
	switch (relay_nonce_use(lookup->peer, c->nonce, c->nc_value)) {
	case RELAY_NONCE_FORGED:
		return fail_auth(lookup, "a nonce that this relay has not given");
	case RELAY_NONCE_REPLAYED:
		return fail_auth(lookup, "a nonce count that was used before");
	case RELAY_NONCE_STALE:
		lookup->stale = true; /* but only a client that knows the password is told */
		break;
	case RELAY_NONCE_FINE:
		break;
	}
	return ask_host(lookup);
}

/* Is the AUTH for this relay, or for a session that its connection owns? */
static bool is_addressed_here(const struct relay_peer *peer, const struct msrp_uri_slices *uri)
{
	return relay_settings_is_auth_target(peer->relay->config, uri) ||
	       relay_renewal_find(peer, uri);
}

int relay_auth_refuse_host(struct relay_peer *peer, const struct msrp_message *m)
{
	static const char why[] = "AUTH for a host that is not this relay";
	int err;

	relay_event_host(peer, RELAY_BAD_REQUEST, MSRP_FORBIDDEN, msrp_path_first(&m->to), why);
	peer->in.intake = RELAY_DISCARD;
	err = relay_reply(peer, MSRP_FORBIDDEN, why);
	relay_peer_count_refusal(peer);
	return err;
}

int relay_auth_request(struct relay_peer *peer, const struct msrp_message *m)
{
	const struct relay_config *config = peer->relay->config;
	const struct msrp_uri_slices *to = msrp_path_first(&m->to);
	struct relay_lookup *lookup;
	int err;

	if (!is_addressed_here(peer, to)) {
		if (!relay_route_is_ours(peer->relay, m))
			return relay_auth_refuse_host(peer, m);
		return relay_reply_refuse(peer, MSRP_NO_SESSION,
					  "no such session of this connection");
	}
	if (m->problem)
		return relay_reply_refuse(peer, MSRP_BAD_REQUEST, m->problem);
	if (relay_route_is_impostor(peer, m))
		return relay_reply_refuse(peer, MSRP_FORBIDDEN, RELAY_IMPOSTOR);
	if (!peer->secure && !config->auth.allow_without_tls)
		return relay_reply_refuse(peer, MSRP_FORBIDDEN, "AUTH needs TLS");
	if (peer->n_lookups >= RELAY_LOOKUPS_MAX)
		return relay_reply_refuse(peer, MSRP_BAD_REQUEST, "AUTH cannot be pipelined");
	err = relay_lookup_new(peer, m, realm_of(peer, to), &lookup);
	if (err > 0)
		return relay_reply_refuse(peer, MSRP_BAD_REQUEST, "Authorization is malformed");
	if (err)
		return err;
	lookup->renews = relay_renewal_is(lookup, to);
	if (!may_try_password(lookup))
		return refuse_paused_origin(lookup);
	if (lookup->authorization.len == 0)
		return send_challenge(lookup, false);
	relay_tap_user(peer, lookup->credentials.username, m);
	return check_claims(lookup);
}

/* Expires is in seconds; absent means the default. False: it is not a number. */
static bool wanted_expiry(const struct relay_lookup *lookup, uint64_t *ret_expires)
{
	*ret_expires = lookup->peer->relay->config->auth.expires_default;
	return lookup->expires.len == 0 || slice_to_u64(lookup->expires, ret_expires);
}

/* RFC 4976 6.3: 423 states the limit that was violated. */
static int refuse_expiry(struct relay_lookup *lookup, enum msrp_header_id limit, uint64_t seconds)
{
	struct buf *out = relay_answer_begin(lookup, MSRP_INTERVAL_OUT_OF_BOUNDS,
					     msrp_status_comment(MSRP_INTERVAL_OUT_OF_BOUNDS));

	relay_answer_number(out, limit, seconds);
	return relay_answer_end(lookup, 0);
}

/* Answers 200 with the session that the AUTH has opened or renewed. */
static int grant_session(struct relay_lookup *lookup, struct relay_session *session,
			 uint64_t expires, struct slice ha1)
{
	struct relay_peer *peer = lookup->peer;
	struct buf *out;
	int err;

	peer->failures = 0;
	peer->relay->host->set_rate(peer->relay->arg, session->hold, lookup->rate);
	relay_peer_prove(peer);
	out = relay_answer_begin(lookup, MSRP_OK, msrp_status_comment(MSRP_OK));
	relay_answer_use_path(out, lookup->from, slice_from(session->uri));
	err = relay_answer_authentication_info(lookup, ha1, out);
	relay_answer_number(out, MSRP_H_EXPIRES, expires);
	return relay_answer_end(lookup, err);
}

/* Opens a new session, if the user may have one more. */
static int open_new_session(struct relay_lookup *lookup, const struct relay_holder *holder,
			    uint64_t expires, struct slice ha1)
{
	struct relay_peer *peer = lookup->peer;
	struct relay_session *session;
	int err;

	/* Not 403, which says that trying again is useless: another relay may accept it. */
	if (peer->relay->draining)
		return refuse_auth(lookup, MSRP_TIMEOUT, "the relay takes no new sessions");
	err = relay_session_new(peer, holder, expires, &session);
	if (err == -EDQUOT)
		return refuse_auth(lookup, MSRP_FORBIDDEN, "too many sessions of this user");
	if (err)
		return refuse_auth(lookup, MSRP_TIMEOUT, "the relay is short of memory");
	return grant_session(lookup, session, expires, ha1);
}

/* The credentials are right: opens a session, or extends one. */
static int admit_user(struct relay_lookup *lookup, struct slice ha1)
{
	const struct relay_config *config = lookup->peer->relay->config;
	const struct relay_holder holder = { relay_lookup_account(lookup), lookup->realm,
					     lookup->from };
	struct relay_session *session;
	struct msrp_uri_slices to = { 0 };
	uint64_t expires;

	if (!wanted_expiry(lookup, &expires) || msrp_uri_parse(lookup->to, &to) != 0)
		return refuse_auth(lookup, MSRP_BAD_REQUEST, "Expires is not a number of seconds");
	if (expires < config->auth.expires_min)
		return refuse_expiry(lookup, MSRP_H_MIN_EXPIRES, config->auth.expires_min);
	if (expires > config->auth.expires_max)
		return refuse_expiry(lookup, MSRP_H_MAX_EXPIRES, config->auth.expires_max);
	/* Expires is the most that a client wants (RFC 4976 5.1); less is no error. */
	if (expires > lookup->valid_s)
		expires = lookup->valid_s;
	session = relay_renewal_choose(lookup, &to, &holder);
	if (!session && to.session_id.len > 0)
		return refuse_auth(lookup, MSRP_NO_SESSION, "the session has ended");
	if (!session)
		return open_new_session(lookup, &holder, expires, ha1);
	if (!slice_equal(slice_from(session->user), holder.user))
		return refuse_auth(lookup, MSRP_FORBIDDEN, "the session is another user's");
	relay_session_renew(session, expires);
	return grant_session(lookup, session, expires, ha1);
}

/* Was the response made with HA1? */
static bool response_fits(const struct relay_lookup *lookup, struct slice ha1)
{
	struct msrp_digest_hex want;

	return relay_lookup_digest(lookup, ha1, SLICE("AUTH"), &want) == 0 &&
	       msrp_digest_equal(slice_make(want.text, want.len), lookup->credentials.response);
}

/*
 * The HA1 that the response was made with, or NULL. An unknown user costs the same computation and
 * gets the same answer as a wrong password, so that nobody can find out which names exist.
 */
static const struct slice *fitting_ha1(const struct relay_lookup *lookup,
				       const struct msrp_ha1_answer *found)
{
	static const char nobody[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";

	if (found->result != MSRP_HA1_FOUND) {
		response_fits(lookup,
			      slice_make(nobody, lookup->algorithm == MSRP_DIGEST_MD5 ? 32 : 64));
		return NULL;
	}
	for (size_t i = 0; i < found->n_ha1; i++) {
		if (response_fits(lookup, found->ha1[i]))
			return &found->ha1[i];
	}
	return NULL;
}

/* The host's answer FOUND decides; but what others have tried meanwhile counts, too. */
static int answer_auth(struct relay_lookup *lookup, const struct msrp_ha1_answer *found)
{
	static const char *const why[] = {
		[MSRP_HA1_FOUND] = "wrong password",
		[MSRP_HA1_UNKNOWN] = "unknown user",
		[MSRP_HA1_EXPIRED] = "expired credentials",
	};
	const struct slice *ha1;

	lookup->account = found->account;
	lookup->valid_s = found->valid_s;
	lookup->rate = found->rate;
	/*
	 * Others may have been wrong since the look-up began: many parallel attempts must gain
	 * nothing.
	 */
	if (!may_try_password(lookup))
		return refuse_paused_origin(lookup);
	if (found->result == MSRP_HA1_FAILED)
		return refuse_auth(lookup, MSRP_TIMEOUT,
				   "credentials cannot be looked up at present");
	if (found->result == MSRP_HA1_BUSY)
		return refuse_busy_lookup(lookup);
	ha1 = fitting_ha1(lookup, found);
	if (!ha1 && found->from_memory && !lookup->anew) {
		lookup->anew = true;
		return ask_host(lookup);
	}
	if (!ha1)
		return fail_password(lookup, why[found->result]);
	relay_trial_right(lookup->peer, relay_lookup_account(lookup), lookup->realm);
	if (lookup->stale)
		return send_challenge(lookup, true);
	return admit_user(lookup, *ha1);
}

void relay_lookup_answer(struct relay_lookup *lookup, uint64_t now_ms,
			 const struct msrp_ha1_answer *found)
{
	struct relay_peer *peer = lookup->peer;

	if (!peer) {
		relay_lookup_free(lookup);
		return;
	}
	peer->relay->now_ms = now_ms;
	peer->n_lookups--;
	if (peer->closing) {
		relay_lookup_free(lookup);
		return;
	}
	if (answer_auth(lookup, found) != 0)
		relay_peer_close(peer);
	relay_watch_resumed(peer);
	relay_peer_kick(peer);
}

void relay_auth_forget(struct relay_peer *peer)
{
	while (!LIST_EMPTY(&peer->lookups)) {
		LIST_FIRST(&peer->lookups)->peer = NULL;
		LIST_REMOVE(LIST_FIRST(&peer->lookups), in_peer);
	}
}
