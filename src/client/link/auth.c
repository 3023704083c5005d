/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * AUTH requests and their outcomes: challenges, other expiry times, refusals, silence.
 * auth_digest.c has the arithmetic.
 */
#include "client/link/auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "msrp/report.h"
#include "msrp/writer.h"

enum {
	WHY_MAX = 256,
	EXPIRES_MAX = 7 * 24 * 3600, /* if a relay grants more, ask again after a week */
	RENEW_AFTER_MIN_S = 1,	     /* if a relay grants less, it must not keep us busy */
	/*
	 * After this time, or half the time for an answer, ask again without uri: the relay has
	 * answered once already, and others answer that within a second.
	 */
	WITHOUT_URI_MS = 5000,
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
	bool denied;   /* failed because of username and password */

	struct client_digest digest; /* for the next Authorization */
	bool without_uri;	     /* the relay cannot handle a uri in it */
	bool must_prove;	     /* only the password proves that it is our relay */
	char *domain;
	char *host;  /* the relay's, or NULL */
	char *realm; /* the required one; NULL: any that fits domain or host */
	bool secure;

	unsigned challenges; /* answered since the last grant */
	bool expires_adjusted;

	char *use_path;
	unsigned expires_s;
};

static void send_auth(struct client_auth *auth);

static void finish_auth(struct client_auth *auth, int err, const char *why)
{
	auth->finished = true;
	client_timer_stop(auth->link->context, &auth->timer);
	client_link_forget(auth->link, &auth->request);
	auth->done(auth->arg, err, why);
}

/* ---- the request ---- */

/* The To-Path: a granted URI is renewed by an AUTH addressed to it. */
static const char *to_path(const struct client_auth *auth)
{
	return auth->use_path ? auth->use_path : auth->to_uri;
}

/* RFC 4976 9.1: the digest covers the rightmost URI of To-Path. */
static struct slice request_uri(const struct client_auth *auth)
{
	const char *path = to_path(auth);
	const char *space = strrchr(path, ' ');

	return slice_from(space ? space + 1 : path);
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

	client_digest_ask_nothing(&auth->digest);
	msrp_write_request(out, slice_from(id), SLICE("AUTH"));
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(to_path(auth)));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(auth->from_uri));
	add_expires(auth, out);
	if (auth->digest.nonce)
		err =
		    client_digest_answer(&auth->digest, &auth->link->context->random,
					 auth->username, request_uri(auth), auth->without_uri, out);
	msrp_write_end(out, slice_from(id), '$', false);
	if (err) {
		buf_truncate(out, before);
		return err;
	}
	return client_link_written(auth->link, before);
}

static void on_no_answer(void *arg)
{
	finish_auth(arg, MSRP_ERROR_RELAY_TIMEOUT, "the relay does not answer");
}

/* AG's relay chokes on a uri, which RFC 4976's own grammar does not have. */
static void on_no_answer_yet(void *arg)
{
	struct client_auth *auth = arg;

	client_link_forget(auth->link, &auth->request);
	auth->without_uri = true;
	send_auth(auth);
}

static void start_timer(struct client_auth *auth)
{
	struct msrp_context *context = auth->link->context;
	unsigned wait_ms = auth->answer_ms;
	unsigned half_ms = wait_ms / 2;

	if (auth->digest.nonce && !auth->without_uri && !auth->use_path)
		client_timer_start(context, &auth->timer,
				   half_ms < WITHOUT_URI_MS ? half_ms : WITHOUT_URI_MS,
				   on_no_answer_yet, auth);
	else
		client_timer_start(context, &auth->timer, wait_ms, on_no_answer, auth);
}

static void send_auth(struct client_auth *auth)
{
	struct msrp_context *context = auth->link->context;
	char id[MSRP_IDENT_LEN + 1];
	int err;

	msrp_ident_make(&context->random, id);
	client_link_await(auth->link, &auth->request, id);
	err = write_request(auth, id);
	if (err)
		finish_auth(auth, err, "out of memory");
	else
		start_timer(auth);
}

/* ---- 401 ---- */

/* Is A equal to B, or does it end with a dot and B? */
static bool is_within(const char *a, const char *b)
{
	size_t len_a = strlen(a), len_b = strlen(b);

	if (len_a < len_b || strcasecmp(a + len_a - len_b, b) != 0)
		return false;
	return len_a == len_b || a[len_a - len_b - 1] == '.';
}

static bool is_related(const char *realm, const char *host)
{
	return is_within(realm, host) || (strchr(realm, '.') && is_within(host, realm));
}

/*
 * RFC 4976 5.1: the relay chooses the realm. But an unproven relay gets no digest that is valid
 * elsewhere.
 */
static bool is_realm_right(const struct client_auth *auth)
{
	const char *realm = auth->digest.realm;

	if (auth->realm)
		return strcmp(realm, auth->realm) == 0;
	if (!auth->must_prove || is_related(realm, auth->domain))
		return true;
	return auth->host && is_related(realm, auth->host);
}

static void on_unauthorized(struct client_auth *auth, const struct msrp_message *m)
{
	bool answered = auth->digest.rspauth.len > 0 && auth->challenges > 0;
	int err = client_digest_take(&auth->digest, m, auth->username, auth->password);

	if (err)
		finish_auth(auth, err,
			    err < 0 ? "out of memory" : "the relay's challenge cannot be answered");
	else if (answered && (!auth->digest.stale || auth->challenges > 1)) {
		auth->denied = true;
		finish_auth(auth, MSRP_ERROR_AUTH,
			    "the relay does not accept username and password");
	} else if (!is_realm_right(auth)) {
		finish_auth(auth, MSRP_ERROR_RELAY,
			    "the relay asks for the password of another realm than ours");
	} else {
		auth->challenges++;
		send_auth(auth);
	}
}

/* ---- 423 ---- */

static bool header_number(const struct msrp_message *m, enum msrp_header_id id, unsigned *ret_value)
{
	const struct msrp_header_slices *h = msrp_message_find(m, id);
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
		finish_auth(auth, MSRP_ERROR_RELAY,
			    "the relay accepts no duration that we could ask for");
		return;
	}
	auth->expires_adjusted = true;
	auth->expires_wanted_s = wanted;
	send_auth(auth);
}

/* ---- 200 ---- */

/*
 * Returns NULL, or why it may not be our relay. Kamailio proves nothing: its certificate has to,
 * unless the user does not care.
 */
static const char *find_doubt(struct client_auth *auth, const struct msrp_message *m)
{
	switch (client_digest_prove(&auth->digest, m)) {
	case CLIENT_PROOF_RIGHT:
		return NULL;
	case CLIENT_PROOF_WRONG:
		return "the relay does not know our password: not the right relay";
	default:
		return auth->must_prove ? "the relay does not prove that it knows our password"
					: NULL;
	}
}

static void on_renewal_due(void *arg)
{
	send_auth(arg);
}

/* Renews at 4/5 of the time, which leaves time to notice a lost answer. */
static void plan_renewal(struct client_auth *auth)
{
	uint64_t after_s = (uint64_t)auth->expires_s * 4 / 5;

	if (after_s < RENEW_AFTER_MIN_S)
		after_s = RENEW_AFTER_MIN_S;
	client_timer_start(auth->link->context, &auth->timer, after_s * 1000, on_renewal_due, auth);
}

/* If a renewal yields another URI, our peers have a wrong path. */
static const char *take_use_path(struct client_auth *auth, const struct msrp_message *m)
{
	const struct msrp_header_slices *h = msrp_message_find(m, MSRP_H_USE_PATH);
	struct msrp_path_slices path;

	if (!h && auth->use_path)
		return NULL;
	if (!h || msrp_path_parse(h->value, &path) != 0)
		return "the relay's answer has no Use-Path that can be read";
	for (size_t i = 0; i < path.n && auth->secure; i++)
		if (!path.uri[i].secure) /* otherwise our peers would come without TLS */
			return "the relay gives us an address without TLS";
	if (auth->use_path)
		return slice_equal(h->value, slice_from(auth->use_path))
			   ? NULL
			   : "the relay has given us another address";
	return slice_replace(&auth->use_path, h->value) == 0 ? NULL : "out of memory";
}

static void on_ok(struct client_auth *auth, const struct msrp_message *m)
{
	bool renewal = auth->use_path != NULL;
	const char *problem = find_doubt(auth, m);

	if (problem) {
		finish_auth(auth, MSRP_ERROR_AUTH, problem);
		return;
	}
	problem = take_use_path(auth, m);
	if (problem) {
		finish_auth(auth, MSRP_ERROR_RELAY, problem);
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
	finish_auth(auth, m->status == MSRP_FORBIDDEN ? MSRP_ERROR_AUTH : MSRP_ERROR_RELAY, why);
}

static void on_auth_answered(struct client_request *request, const struct msrp_message *m)
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

static void free_discarded_auth(struct client_garbage *garbage)
{
	struct client_auth *auth = CONTAINER_OF(garbage, struct client_auth, garbage);

	free_secret(auth->password);
	client_digest_done(&auth->digest);
	free(auth->username);
	free(auth->to_uri);
	free(auth->from_uri);
	free(auth->domain);
	free(auth->host);
	free(auth->realm);
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
		.domain = strdup(settings->domain),
		.host = settings->host ? strdup(settings->host) : NULL,
		.realm = settings->realm ? strdup(settings->realm) : NULL,
		.secure = net_conn_peer(link->net)->secure,
		.must_prove = !settings->trusts_any && !net_conn_peer(link->net)->verified,
		.request.answered = on_auth_answered,
	};
	if (!auth->username || !auth->password || !auth->to_uri || !auth->from_uri ||
	    !auth->domain || (settings->host && !auth->host) || (settings->realm && !auth->realm)) {
		free_discarded_auth(&auth->garbage);
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
	client_discard(auth->link->context, &auth->garbage, free_discarded_auth);
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
