/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "msrp/credentials.h"
#include "msrp/report.h"
#include "msrp/writer.h"

enum {
	WHY_MAX = 256,
	CNONCE_BYTES = 16,	     /* the server must not be able to choose both nonces */
	EXPIRES_MAX = 7 * 24 * 3600, /* a relay that names more is asked again after a week */
	RENEW_AFTER_MIN_S = 1,	     /* a relay that names less must not keep us busy */
};

struct client_auth {
	struct client_link *link;
	client_auth_fn done;
	void *arg;
	char *username;
	char *password;
	char *to_uri;
	char *from_uri;
	unsigned expires_wanted_s;
	unsigned answer_ms;

	struct client_request request;
	struct client_timer timer; /* for the answer, and then for the renewal */
	struct client_garbage garbage;
	bool finished; /* failed or freed */
	bool denied;   /* failed for username and password */

	/* What the next Authorization is made of; nonce is NULL before there was a challenge. */
	enum msrp_digest_algorithm algorithm;
	char *realm;
	char *nonce;
	char *opaque;
	uint32_t nc;
	char cnonce[2 * CNONCE_BYTES + 1];
	struct msrp_digest_hex ha1;
	struct msrp_digest_hex rspauth; /* that the relay has to know; empty: none was asked for */
	bool algorithm_said;		/* the challenge named it, so the answer does */

	unsigned challenges; /* answered since the last grant */
	bool expires_adjusted;

	char *use_path;
	unsigned expires_s;
};

static void send_auth(struct client_auth *auth);

static void finish(struct client_auth *auth, int err, const char *why)
{
	auth->finished = true;
	client_timer_stop(auth->link->context, &auth->timer);
	client_link_forget(auth->link, &auth->request);
	auth->done(auth->arg, err, why);
}

/* Replaces the string at *AT by a copy of S. */
static int set_string(char **at, struct slice s)
{
	char *copy = slice_dup(s);

	if (!copy)
		return -ENOMEM;
	free(*at);
	*at = copy;
	return 0;
}

/* ---- the request ---- */

/* To whom: a URI that was granted is renewed by an AUTH addressed to it. */
static const char *to_path(const struct client_auth *auth)
{
	return auth->use_path ? auth->use_path : auth->to_uri;
}

/* RFC 4976 9.1: the digest is about the rightmost URI of To-Path. */
static struct slice request_uri(const struct client_auth *auth)
{
	const char *path = to_path(auth);
	const char *space = strrchr(path, ' ');

	return slice_from(space ? space + 1 : path);
}

static void make_cnonce(struct client_auth *auth)
{
	uint8_t bytes[CNONCE_BYTES];

	msrp_random_bytes(&auth->link->context->random, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(auth->cnonce + 2 * i, 3, "%02x", bytes[i]);
}

/* The digests of the request, and of the answer that proves the relay knows the secret, too. */
static int compute(struct client_auth *auth, struct slice nc, struct msrp_digest_hex *ret_response)
{
	struct msrp_digest_input input = {
		.algorithm = auth->algorithm,
		.ha1 = slice_make(auth->ha1.text, auth->ha1.len),
		.nonce = slice_from(auth->nonce),
		.nc = nc,
		.cnonce = slice_from(auth->cnonce),
		.method = SLICE("AUTH"),
		.uri = request_uri(auth),
	};
	int err = msrp_digest_response(&input, ret_response);

	if (err)
		return err;
	input.method = SLICE("");
	return msrp_digest_response(&input, &auth->rspauth);
}

static int add_authorization(struct client_auth *auth, struct buf *out)
{
	struct msrp_digest_hex response;
	struct buf value = { 0 };
	char nc[9];
	int err;

	make_cnonce(auth);
	snprintf(nc, sizeof(nc), "%08x", ++auth->nc);
	err = compute(auth, slice_from(nc), &response);
	if (err)
		return err;
	msrp_credentials_format(
	    &(struct msrp_credentials){
		.username = slice_from(auth->username),
		.realm = slice_from(auth->realm),
		.nonce = slice_from(auth->nonce),
		.uri = request_uri(auth),
		.response = slice_make(response.text, response.len),
		.algorithm = auth->algorithm_said ? slice_from(msrp_digest_name(auth->algorithm))
						  : SLICE(""),
		.cnonce = slice_from(auth->cnonce),
		.opaque = slice_from(auth->opaque),
		.qop = SLICE("auth"),
		.nc = slice_from(nc),
		.nc_value = auth->nc,
	    },
	    &value);
	msrp_write_header(out, MSRP_H_AUTHORIZATION, buf_slice(&value));
	err = buf_failed(&value) ? -ENOMEM : 0;
	buf_done(&value);
	return err;
}

static void add_expires(const struct client_auth *auth, struct buf *out)
{
	char text[16];

	if (auth->expires_wanted_s == 0)
		return;
	snprintf(text, sizeof(text), "%u", auth->expires_wanted_s);
	msrp_write_header(out, MSRP_H_EXPIRES, slice_from(text));
}

static int write_request(struct client_auth *auth, const char *id)
{
	struct buf *out = msrp_conn_control(&auth->link->conn);
	size_t before = out->len;
	int err = 0;

	auth->rspauth.len = 0;
	msrp_write_request(out, slice_from(id), SLICE("AUTH"));
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(to_path(auth)));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(auth->from_uri));
	add_expires(auth, out);
	if (auth->nonce)
		err = add_authorization(auth, out);
	msrp_write_end(out, slice_from(id), '$', false);
	if (err) {
		buf_truncate(out, before);
		return err;
	}
	return client_link_written(auth->link, before);
}

static void on_no_answer(void *arg)
{
	finish(arg, MSRP_ERROR_RELAY_TIMEOUT, "the relay does not answer");
}

static void send_auth(struct client_auth *auth)
{
	struct msrp_context *context = auth->link->context;
	char id[MSRP_IDENT_LEN + 1];
	int err;

	msrp_ident_make(&context->random, id);
	err = client_link_await(auth->link, &auth->request, id);
	if (!err)
		err = write_request(auth, id);
	if (err)
		finish(auth, err, "out of memory");
	else
		client_timer_start(context, &auth->timer, auth->answer_ms, on_no_answer, auth);
}

/* ---- 401 ---- */

static int take_challenge(struct client_auth *auth, const struct msrp_challenge *c,
			  enum msrp_digest_algorithm algorithm)
{
	int err;

	auth->algorithm = algorithm;
	auth->algorithm_said = c->algorithm.len > 0;
	auth->nc = 0;
	err = set_string(&auth->realm, c->realm);
	if (!err)
		err = set_string(&auth->nonce, c->nonce);
	if (!err)
		err = set_string(&auth->opaque, c->opaque);
	if (!err)
		err = msrp_digest_ha1(algorithm, slice_from(auth->username), c->realm,
				      slice_from(auth->password), &auth->ha1);
	return err;
}

/* Looks at every challenge and takes the strongest that we can answer. */
static int choose_challenge(struct client_auth *auth, const struct msrp_message *m, bool *ret_stale)
{
	enum msrp_digest_algorithm best = MSRP_DIGEST_COUNT;
	int err = 0;

	for (size_t i = 0; i < m->n_headers && !err; i++) {
		enum msrp_digest_algorithm algorithm;
		struct msrp_challenge c;
		struct buf scratch = { 0 };

		if (m->header[i].id != MSRP_H_WWW_AUTHENTICATE)
			continue;
		err = msrp_challenge_parse(m->header[i].value, &scratch, &c);
		if (!err && c.qop_auth && msrp_digest_find(c.algorithm, &algorithm) &&
		    (best == MSRP_DIGEST_COUNT || algorithm > best)) {
			best = algorithm;
			*ret_stale = c.stale;
			err = take_challenge(auth, &c, algorithm);
		}
		buf_done(&scratch);
		if (err > 0) /* the relay's other challenges may be better */
			err = 0;
	}
	if (!err && best == MSRP_DIGEST_COUNT)
		err = MSRP_ERROR_RELAY;
	return err;
}

static void on_unauthorized(struct client_auth *auth, const struct msrp_message *m)
{
	bool stale = false;
	bool answered = auth->rspauth.len > 0 && auth->challenges > 0;
	int err = choose_challenge(auth, m, &stale);

	if (err)
		finish(auth, err,
		       err < 0 ? "out of memory" : "the relay's challenge cannot be answered");
	else if (answered && (!stale || auth->challenges > 1)) {
		auth->denied = true;
		finish(auth, MSRP_ERROR_AUTH, "the relay does not accept username and password");
	} else {
		auth->challenges++;
		send_auth(auth);
	}
}

/* ---- 423 ---- */

static bool header_number(const struct msrp_message *m, enum msrp_header_id id, unsigned *ret_value)
{
	const struct msrp_header *h = msrp_message_find(m, id);
	uint64_t value;

	if (!h || !slice_to_u64(h->value, &value))
		return false;
	*ret_value = value < EXPIRES_MAX ? (unsigned)value : EXPIRES_MAX;
	return true;
}

static void on_out_of_bounds(struct client_auth *auth, const struct msrp_message *m)
{
	unsigned wanted;

	if (auth->expires_adjusted || (!header_number(m, MSRP_H_MIN_EXPIRES, &wanted) &&
				       !header_number(m, MSRP_H_MAX_EXPIRES, &wanted))) {
		finish(auth, MSRP_ERROR_RELAY,
		       "the relay accepts no duration that we could ask for");
		return;
	}
	auth->expires_adjusted = true;
	auth->expires_wanted_s = wanted;
	send_auth(auth);
}

/* ---- 200 ---- */

/* RFC 2617 3.2.3: a relay that cannot tell rspauth does not know the secret. */
static bool relay_is_proven(struct client_auth *auth, const struct msrp_message *m)
{
	const struct msrp_header *h = msrp_message_find(m, MSRP_H_AUTHENTICATION_INFO);
	struct msrp_authentication_info info;
	struct buf scratch = { 0 };
	bool proven = true;

	if (!h || auth->rspauth.len == 0)
		return true;
	if (msrp_authentication_info_parse(h->value, &scratch, &info) != 0) {
		proven = false;
	} else {
		if (info.rspauth.len > 0)
			proven = msrp_digest_equal(
			    info.rspauth, slice_make(auth->rspauth.text, auth->rspauth.len));
		if (proven && info.nextnonce.len > 0 &&
		    set_string(&auth->nonce, info.nextnonce) == 0)
			auth->nc = 0;
	}
	buf_done(&scratch);
	return proven;
}

static void on_renewal_due(void *arg)
{
	send_auth(arg);
}

/* Renews at 4/5 of the time: a lost answer then still leaves time to notice. */
static void plan_renewal(struct client_auth *auth)
{
	uint64_t after_s = (uint64_t)auth->expires_s * 4 / 5;

	if (after_s < RENEW_AFTER_MIN_S)
		after_s = RENEW_AFTER_MIN_S;
	client_timer_start(auth->link->context, &auth->timer, after_s * 1000, on_renewal_due, auth);
}

/* A renewal that yields another URI would leave our peers with a wrong path. */
static const char *take_use_path(struct client_auth *auth, const struct msrp_message *m)
{
	const struct msrp_header *h = msrp_message_find(m, MSRP_H_USE_PATH);
	struct msrp_path path;

	if (!h && auth->use_path)
		return NULL;
	if (!h || msrp_path_parse(h->value, &path) != 0)
		return "the relay's answer has no Use-Path that can be read";
	if (auth->use_path)
		return slice_equal(h->value, slice_from(auth->use_path))
			   ? NULL
			   : "the relay has given us another address";
	return set_string(&auth->use_path, h->value) == 0 ? NULL : "out of memory";
}

static void on_ok(struct client_auth *auth, const struct msrp_message *m)
{
	bool renewal = auth->use_path != NULL;
	const char *problem;

	if (!relay_is_proven(auth, m)) {
		finish(auth, MSRP_ERROR_AUTH,
		       "the relay does not know our password: not the right relay");
		return;
	}
	problem = take_use_path(auth, m);
	if (problem) {
		finish(auth, MSRP_ERROR_RELAY, problem);
		return;
	}
	auth->challenges = 0;
	auth->expires_adjusted = false;
	auth->answer_ms = auth->link->context->options.relay_timeout_ms;
	auth->expires_s = 0;
	client_timer_stop(auth->link->context, &auth->timer);
	if (header_number(m, MSRP_H_EXPIRES, &auth->expires_s))
		plan_renewal(auth);
	if (!renewal)
		auth->done(auth->arg, 0, "");
}

static void on_refused(struct client_auth *auth, const struct msrp_message *m)
{
	char why[WHY_MAX];

	snprintf(why, sizeof(why), "the relay answers %u %" SLICE_FMT, m->status,
		 SLICE_ARG(m->comment));
	finish(auth, m->status == MSRP_FORBIDDEN ? MSRP_ERROR_AUTH : MSRP_ERROR_RELAY, why);
}

static void on_answered(struct client_request *request, const struct msrp_message *m)
{
	struct client_auth *auth = CONTAINER_OF(request, struct client_auth, request);

	if (auth->finished || !m)
		return;
	if (m->status == MSRP_OK)
		on_ok(auth, m);
	else if (m->status == MSRP_UNAUTHORIZED)
		on_unauthorized(auth, m);
	else if (m->status == MSRP_INTERVAL_OUT_OF_BOUNDS)
		on_out_of_bounds(auth, m);
	else
		on_refused(auth, m);
}

/* ---- making and freeing ---- */

static void free_secret(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

static void free_garbage(struct client_garbage *garbage)
{
	struct client_auth *auth = CONTAINER_OF(garbage, struct client_auth, garbage);

	free_secret(auth->password);
	explicit_bzero(&auth->ha1, sizeof(auth->ha1));
	free(auth->username);
	free(auth->to_uri);
	free(auth->from_uri);
	free(auth->realm);
	free(auth->nonce);
	free(auth->opaque);
	free(auth->use_path);
	free(auth);
}

int client_auth_new(struct client_link *link, const struct client_auth_settings *settings,
		    client_auth_fn done, void *arg, struct client_auth **ret_auth)
{
	struct client_auth *auth = calloc(1, sizeof(*auth));

	if (!auth)
		return -ENOMEM;
	*auth = (struct client_auth){
		.link = link,
		.done = done,
		.arg = arg,
		.username = strdup(settings->username),
		.password = strdup(settings->password),
		.to_uri = strdup(settings->to_uri),
		.from_uri = strdup(settings->from_uri),
		.expires_wanted_s = settings->expires_s,
		.answer_ms = settings->first_answer_ms,
		.request.answered = on_answered,
	};
	if (!auth->username || !auth->password || !auth->to_uri || !auth->from_uri) {
		free_garbage(&auth->garbage);
		return -ENOMEM;
	}
	*ret_auth = auth;
	return 0;
}

bool client_auth_is_denied(const struct client_auth *auth)
{
	return auth->denied;
}

struct client_auth *client_auth_free(struct client_auth *auth)
{
	if (!auth)
		return NULL;
	auth->finished = true;
	client_timer_stop(auth->link->context, &auth->timer);
	client_link_forget(auth->link, &auth->request);
	client_discard(auth->link->context, &auth->garbage, free_garbage);
	return NULL;
}

void client_auth_start(struct client_auth *auth)
{
	send_auth(auth);
}

const char *client_auth_use_path(const struct client_auth *auth)
{
	return auth->use_path;
}

unsigned client_auth_expires(const struct client_auth *auth)
{
	return auth->expires_s;
}

void client_auth_set_done(struct client_auth *auth, client_auth_fn done, void *arg)
{
	auth->done = done;
	auth->arg = arg;
}
