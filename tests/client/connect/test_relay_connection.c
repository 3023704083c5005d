/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "client/link/context.h"
#include "client/pair.h"
#include "client/script.h"
#include "msrp/credentials.h"
#include "msrp/digest.h"
#include "net/address/resolver.h"
#include "net/name_server.h"
#include "support/expect.h"
#include "support/run.h"

#define CHALLENGE(realm, nonce, algorithm)                                                         \
	"WWW-Authenticate: Digest realm=\"" realm "\", nonce=\"" nonce "\", "                      \
	"qop=\"auth\"" algorithm "\r\n"

/*
 * A relay with one user, alice, whose password is "secret": checks what it gets, and does what the
 * letters of its script say, one for each AUTH:
 *
 *   m  401 with MD5        b  401 with MD5 and SHA-256, the weak one last
 *   s  401, stale          n  401 with an unknown algorithm only
 *   l  423, Min-Expires    h  423, Max-Expires      f  403
 *   d  408: it drains      x  closes the connection
 *   g  200                 w  200 from a relay that does not know the password
 *   p  200 without Use-Path
 *   -  silence             i  silence if there is a uri, otherwise 200
 *   k  200, whatever was asked, with no proof       e  200 with an empty rspauth
 *   u  200 with an unreadable Authentication-Info
 *   c  200 with an address without TLS
 *   o  401 of another realm                         y  401 of a realm below ours
 */
struct relay {
	struct script script;
	struct pair pair;
	const char *letters;
	const char *algorithm; /* the client's choice, "" if not named */
	char nonce[32];
	unsigned expires; /* the client's request */
	bool credentials_good;
	bool tls;
	bool pathless;	   /* it grants without saying what */
	const char *realm; /* of the last challenge */
	char use_path[128];
};

static struct msrp_digest_hex compute(const struct msrp_credentials *c, const char *password,
				      const char *method)
{
	struct msrp_digest_hex ha1, result;
	struct msrp_digest_input input = { .nonce = c->nonce,
					   .nc = c->nc,
					   .cnonce = c->cnonce,
					   .method = slice_from(method),
					   .uri = c->uri };

	ck_assert(msrp_digest_find(c->algorithm, &input.algorithm));
	ck_assert_int_eq(
	    msrp_digest_ha1(input.algorithm, c->username, c->realm, slice_from(password), &ha1), 0);
	input.ha1 = slice_make(ha1.text, ha1.len);
	ck_assert_int_eq(msrp_digest_response(&input, &result), 0);
	return result;
}

static void grant_as(struct relay *r, const struct msrp_message *m, const char *use_path,
		     const char *info)
{
	char headers[512];

	snprintf(headers, sizeof(headers), "Use-Path: %s\r\nExpires: 1\r\n%s", use_path, info);
	script_respond(&r->script, m, 200, headers);
}

static bool has_uri(const struct msrp_message *m)
{
	const struct msrp_header_slices *h = msrp_message_find(m, MSRP_H_AUTHORIZATION);
	struct buf scratch = { 0 };
	struct msrp_credentials c;
	bool has;

	ck_assert_ptr_nonnull(h);
	ck_assert_int_eq(msrp_credentials_parse(h->value, &scratch, &c), 0);
	has = c.uri.len > 0;
	buf_done(&scratch);
	return has;
}

static void grant(struct relay *r, const struct msrp_message *m, bool knows_password)
{
	const struct msrp_header_slices *h = msrp_message_find(m, MSRP_H_AUTHORIZATION);
	struct msrp_digest_hex digest;
	struct msrp_credentials c;
	struct buf scratch = { 0 };
	char headers[1024];

	ck_assert_ptr_nonnull(h);
	ck_assert_int_eq(msrp_credentials_parse(h->value, &scratch, &c), 0);
	if (c.uri.len == 0)
		c.uri = msrp_path_last(&m->to)->text;
	digest = compute(&c, "secret", "AUTH");
	r->credentials_good = slice_equal(c.response, slice_make(digest.text, digest.len));
	expect_slice(c.username, "alice");
	expect_slice(c.realm, r->realm);
	expect_slice(c.nonce, r->nonce);
	ck_assert(slice_equal(c.uri, msrp_path_last(&m->to)->text));
	r->algorithm = c.algorithm.len == 0 ? "" : c.algorithm.len == 3 ? "MD5" : "SHA-256";
	digest = compute(&c, knows_password ? "secret" : "guess", "");
	snprintf(r->nonce, sizeof(r->nonce), "next");
	snprintf(headers, sizeof(headers),
		 "%s%s\r\nExpires: 1\r\n"
		 "Authentication-Info: nextnonce=\"next\", rspauth=\"%s\", cnonce=\"%" SLICE_FMT
		 "\", nc=%" SLICE_FMT ", qop=auth\r\n",
		 r->pathless ? "X-Path: " : "Use-Path: ", r->use_path, digest.text,
		 SLICE_ARG(c.cnonce), SLICE_ARG(c.nc));
	buf_done(&scratch);
	script_respond(&r->script, m, 200, headers);
}

static void challenge(struct relay *r, const struct msrp_message *m, const char *nonce,
		      const char *headers)
{
	r->realm = "example.com";
	snprintf(r->nonce, sizeof(r->nonce), "%s", nonce);
	script_respond(&r->script, m, 401, headers);
}

/* False: the letter is no challenge. */
static bool challenge_by_letter(struct relay *r, const struct msrp_message *m, char letter)
{
	switch (letter) {
	case 'm':
		challenge(r, m, "one", CHALLENGE("example.com", "one", ""));
		return true;
	case 'b':
		challenge(r, m, "two",
			  CHALLENGE("example.com", "two", ", algorithm=SHA-256")
			      CHALLENGE("example.com", "one", ", algorithm=MD5"));
		return true;
	case 's':
		challenge(r, m, "new", CHALLENGE("example.com", "new", ", stale=true"));
		return true;
	case 'n':
		challenge(r, m, "one", CHALLENGE("example.com", "one", ", algorithm=MD5-sess"));
		return true;
	case 'o':
		challenge(r, m, "one", CHALLENGE("example.net", "one", ""));
		r->realm = "example.net";
		return true;
	case 'y':
		challenge(r, m, "one", CHALLENGE("sip.example.com", "one", ""));
		r->realm = "sip.example.com";
		return true;
	default:
		return false;
	}
}

/* Grants as an odd relay does. */
static void grant_by_letter(struct relay *r, const struct msrp_message *m, char letter)
{
	switch (letter) {
	case 'i':
		if (has_uri(m))
			r->letters--; /* this AUTH is still to be answered */
		else
			grant(r, m, true);
		break;
	case 'w':
		grant(r, m, false);
		break;
	case 'p':
		r->pathless = true;
		grant(r, m, true);
		break;
	case 'k':
		grant_as(r, m, r->use_path, "");
		break;
	case 'e':
		grant_as(r, m, r->use_path,
			 "Authentication-Info: rspauth=\"\", nextnonce=\"n\"\r\n");
		break;
	case 'u':
		grant_as(r, m, r->use_path, "Authentication-Info: Digest ; rspauth=\"\r\n");
		break;
	case 'c':
		grant_as(r, m, "msrp://localhost:9/s3ss10n;tcp", "");
		break;
	}
}

static void on_auth(struct relay *r, const struct msrp_message *m)
{
	const struct msrp_header_slices *expires = msrp_message_find(m, MSRP_H_EXPIRES);
	uint64_t value;
	char letter;

	if (expires && slice_to_u64(expires->value, &value))
		r->expires = (unsigned)value;
	ck_assert_msg(*r->letters, "one AUTH too many");
	letter = *r->letters++;
	if (challenge_by_letter(r, m, letter))
		return;
	if (letter == 'l')
		script_respond(&r->script, m, 423, "Min-Expires: 100\r\n");
	else if (letter == 'h')
		script_respond(&r->script, m, 423, "Max-Expires: 5\r\n");
	else if (letter == 'f')
		script_respond(&r->script, m, 403, "");
	else if (letter == 'd')
		script_respond(&r->script, m, 408, "");
	else if (letter == 'x')
		net_conn_abort(r->script.net);
	else if (letter == 'g')
		grant(r, m, true);
	else
		grant_by_letter(r, m, letter);
}

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct relay *r = s->data;

	if (!m->is_request)
		return;
	if (m->method == MSRP_AUTH)
		on_auth(r, m);
	else if (m->method == MSRP_SEND)
		script_respond(s, m, 200, "");
}

static void start_relay(struct relay *r, uv_loop_t *loop, const char *letters)
{
	const struct support_certificate *own = &r->pair.certificate;

	r->letters = letters;
	if (r->tls)
		script_init_tls(&r->script, loop, own->certificate, own->key, on_message, r);
	else
		script_init(&r->script, loop, on_message, r);
	snprintf(r->use_path, sizeof(r->use_path), "msrp%s://localhost:%u/s3ss10n;tcp",
		 r->tls ? "s" : "", script_port(&r->script));
}

static void relay_init(struct relay *r, const char *letters, bool tls, bool insecure)
{
	/* Long where an answer comes, so that a busy machine is not taken for a silent relay. */
	struct msrp_context_options options = { .relay_timeout_ms =
						    strpbrk(letters, "-i") ? 1000 : 20000,
						.insecure = insecure };

	*r = (struct relay){ .tls = tls };
	pair_init(&r->pair, tls ? WITH_TLS : WITH_TCP, &options);
	start_relay(r, &r->pair.loop, letters);
}

static void relay_done(struct relay *r)
{
	script_done(&r->script);
	pair_done(&r->pair);
}

static void prepare_for(struct relay *r, const char *realm, const char *password,
			unsigned expires_s, enum msrp_mode mode)
{
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.host = "127.0.0.1",
		.port = script_port(&r->script),
		.username = "alice",
		.password = password,
		.expires_s = expires_s,
		.without_tls = !r->tls,
		.realm = realm,
	};
	struct side *side = &r->pair.caller;

	ck_assert_int_eq(
	    msrp_relay_connection_new(r->pair.context, &settings, mode, &side->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(side->connector, NULL, side_on_prepared, side), 0);
	PAIR_RUN_UNTIL(&r->pair, side->connect_err != INT_MIN);
}

static void prepare(struct relay *r, const char *password, unsigned expires_s, enum msrp_mode mode)
{
	prepare_for(r, NULL, password, expires_s, mode);
}

static const struct {
	const char *what;
	const char *letters;
	unsigned expires_s;
	int want;
	const char *algorithm;
	unsigned want_expires; /* the last one requested */
} cases[] = {
	{ "the usual", "mg", 0, 0, "", 0 },
	{ "a duration", "mg", 300, 0, "", 300 },
	{ "the strongest algorithm, not the last", "bg", 0, 0, "SHA-256", 0 },
	{ "a nonce that was too old", "msg", 0, 0, "", 0 },
	{ "too old forever", "mss", 0, MSRP_ERROR_AUTH, NULL, 0 },
	{ "wrong password", "mm", 0, MSRP_ERROR_AUTH, NULL, 0 },
	{ "forbidden", "mf", 0, MSRP_ERROR_AUTH, NULL, 0 },
	{ "forbidden at once", "f", 0, MSRP_ERROR_AUTH, NULL, 0 },
	{ "no challenge that we know", "n", 0, MSRP_ERROR_RELAY, NULL, 0 },
	{ "too short", "lmg", 10, 0, "", 100 },
	{ "too long", "mhg", 10, 0, "", 5 },
	{ "too short and too long", "lh", 10, MSRP_ERROR_RELAY, NULL, 100 },
	{ "a relay that does not know the password", "mw", 0, MSRP_ERROR_AUTH, NULL, 0 },
	{ "no Use-Path", "mp", 0, MSRP_ERROR_RELAY, NULL, 0 },
	{ "silence", "-", 0, MSRP_ERROR_RELAY_TIMEOUT, NULL, 0 },
	/* Once more without uri. */
	{ "silence after the challenge", "m--", 0, MSRP_ERROR_RELAY_TIMEOUT, NULL, 0 },
	{ "a relay that is lost when it reads a uri", "mi", 0, 0, "", 0 },
	{ "that, with the wrong password", "m-m", 0, MSRP_ERROR_AUTH, NULL, 0 },
};

START_TEST(client_authenticates)
{
	struct relay r;

	relay_init(&r, cases[_i].letters, false, false);
	prepare(&r, "secret", cases[_i].expires_s, MSRP_MODE_PASSIVE);
	ck_assert_msg(r.pair.caller.connect_err == cases[_i].want, "%s: %d", cases[_i].what,
		      r.pair.caller.connect_err);
	ck_assert_msg(!*r.letters, "%s: the relay still had '%s' to say", cases[_i].what,
		      r.letters);
	ck_assert_uint_eq(r.expires, cases[_i].want_expires);
	if (cases[_i].want == 0) {
		size_t len = strlen(r.use_path);

		ck_assert(r.credentials_good);
		ck_assert_str_eq(r.algorithm, cases[_i].algorithm);
		/* The path for SDP is the relay's, then our own. */
		ck_assert(strncmp(r.pair.caller.path, r.use_path, len) == 0);
		ck_assert(strncmp(r.pair.caller.path + len, " msrp://127.0.0.1:", 18) == 0);
		ck_assert_uint_eq(msrp_connector_expires(r.pair.caller.connector), 1);
	}
	relay_done(&r);
}
END_TEST

enum trust {
	NO_TLS,	  /* no certificate at all */
	INSECURE, /* neither this nor any other check */
	VERIFIED,
	UNVERIFIED, /* not verified */
};

/* What a relay that is none, or an odd one, may do: it depends on how we know it. */
static const struct {
	const char *what;
	enum trust trust;
	const char *letters;
	const char *realm; /* from the settings */
	int want;
} proofs[] = {
	{ "no Authentication-Info", NO_TLS, "mk", NULL, MSRP_ERROR_AUTH },
	{ "no Authentication-Info", INSECURE, "mk", NULL, 0 },
	{ "no Authentication-Info", VERIFIED, "mk", NULL, 0 },
	{ "no Authentication-Info", UNVERIFIED, "mk", NULL, 0 },
	{ "one that cannot be read", NO_TLS, "mu", NULL, MSRP_ERROR_AUTH },
	{ "one that cannot be read", INSECURE, "mu", NULL, 0 },
	{ "one that cannot be read", VERIFIED, "mu", NULL, 0 },
	{ "an empty rspauth", NO_TLS, "me", NULL, MSRP_ERROR_AUTH },
	{ "an empty rspauth", INSECURE, "me", NULL, MSRP_ERROR_AUTH },
	{ "an empty rspauth", VERIFIED, "me", NULL, MSRP_ERROR_AUTH },
	{ "a wrong rspauth", INSECURE, "mw", NULL, MSRP_ERROR_AUTH },
	{ "a wrong rspauth", VERIFIED, "mw", NULL, MSRP_ERROR_AUTH },
	{ "no challenge", NO_TLS, "k", NULL, MSRP_ERROR_AUTH },
	{ "no challenge", VERIFIED, "k", NULL, 0 },
	{ "the right rspauth", VERIFIED, "mg", NULL, 0 },
	{ "another realm", NO_TLS, "o", NULL, MSRP_ERROR_RELAY },
	{ "another realm", INSECURE, "og", NULL, 0 },
	{ "another realm", VERIFIED, "og", NULL, 0 },
	{ "another realm, which is named", NO_TLS, "og", "example.net", 0 },
	{ "another realm than is named", VERIFIED, "m", "example.net", MSRP_ERROR_RELAY },
	{ "a realm below ours", NO_TLS, "yg", NULL, 0 },
	{ "an address without TLS", NO_TLS, "mg", NULL, 0 },
	{ "an address without TLS", VERIFIED, "mc", NULL, MSRP_ERROR_RELAY },
	{ "an address without TLS", UNVERIFIED, "mc", NULL, MSRP_ERROR_RELAY },
};

START_TEST(relay_is_the_one_that_was_asked_for)
{
	enum trust trust = proofs[_i].trust;
	struct relay r;

	relay_init(&r, proofs[_i].letters, trust == VERIFIED || trust == UNVERIFIED,
		   trust == INSECURE || trust == UNVERIFIED);
	prepare_for(&r, proofs[_i].realm, "secret", 0, MSRP_MODE_PASSIVE);
	ck_assert_msg(r.pair.caller.connect_err == proofs[_i].want, "%s: %d", proofs[_i].what,
		      r.pair.caller.connect_err);
	ck_assert_msg(!*r.letters, "%s: the relay still had '%s' to say", proofs[_i].what,
		      r.letters);
	relay_done(&r);
}
END_TEST

START_TEST(wrong_password_gives_a_wrong_digest)
{
	struct relay r;

	relay_init(&r, "mg", false, false);
	prepare(&r, "wrong", 0, MSRP_MODE_PASSIVE);
	ck_assert(!r.credentials_good);
	/* And if a relay accepts it nevertheless, its proof is not for ours. */
	ck_assert_int_eq(r.pair.caller.connect_err, MSRP_ERROR_AUTH);
	relay_done(&r);
}
END_TEST

static void on_never(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	ck_abort_msg("nobody has bound");
}

/* Expires is 1 s, so it is renewed soon; the relay grants it only with nextnonce. */
START_TEST(address_is_renewed_with_nextnonce)
{
	struct relay r;

	relay_init(&r, "mgg", false, false);
	prepare(&r, "secret", 0, MSRP_MODE_PASSIVE);
	ck_assert_int_eq(msrp_connector_complete(r.pair.caller.connector, NULL, on_never, NULL), 0);
	PAIR_RUN_UNTIL(&r.pair, !*r.letters);
	ck_assert(r.credentials_good);
	relay_done(&r);
}
END_TEST

START_TEST(failed_renewal_is_told_to_the_session)
{
	struct relay r;

	relay_init(&r, "mgf", false, false);
	prepare(&r, "secret", 0, MSRP_MODE_ACTIVE);
	ck_assert_int_eq(msrp_connector_complete(r.pair.caller.connector,
						 "msrp://192.0.2.1:9/bob;tcp", side_on_completed,
						 &r.pair.caller),
			 0);
	PAIR_RUN_UNTIL(&r.pair, r.pair.caller.session);
	PAIR_RUN_UNTIL(&r.pair, r.pair.caller.closed);
	ck_assert_int_eq(r.pair.caller.closed_err, MSRP_ERROR_AUTH);
	relay_done(&r);
}
END_TEST

/* Clean-up is allowed at any time: after each number of turns of the loop. */
START_TEST(connector_can_be_cleaned_up_at_any_moment)
{
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.host = "127.0.0.1",
		.username = "alice",
		.password = "secret",
		.without_tls = true,
	};
	struct side *side;
	struct relay r;

	relay_init(&r, "mg", false, false);
	settings.port = script_port(&r.script);
	side = &r.pair.caller;
	msrp_relay_connection_new(r.pair.context, &settings, MSRP_MODE_PASSIVE, &side->connector);
	ck_assert_int_eq(msrp_connector_prepare(side->connector, NULL, side_on_prepared, side), 0);
	for (int i = 0; i < _i; i++)
		uv_run(&r.pair.loop, UV_RUN_NOWAIT);
	side->connector = msrp_connector_cleanup(side->connector);
	relay_done(&r);
}
END_TEST

/* Two relays of one domain. The pair belongs to the first one. */
struct domain {
	struct relay first;
	struct relay second;
	struct name_server dns;
	struct name_record record[4];
};

static void domain_init(struct domain *d, const char *first, const char *second)
{
	*d = (struct domain){ 0 };
	relay_init(&d->first, first, false, false);
	if (strchr(second, '-'))
		d->first.pair.context->options.relay_timeout_ms = 1000;
	start_relay(&d->second, &d->first.pair.loop, second);
	for (uint16_t i = 0; i < 2; i++) {
		const struct relay *r = i == 0 ? &d->first : &d->second;
		const char *target = i == 0 ? "one.test" : "two.test";

		d->record[i] = (struct name_record){ .name = "_msrps._tcp.example.com",
						     .target = target,
						     .port = script_port(&r->script),
						     .priority = i };
		d->record[2 + i] = (struct name_record){ .name = target, .address = "127.0.0.1" };
	}
	name_server_start(&d->dns, &d->first.pair.loop, d->record, 4);
	ck_assert_int_eq(net_context_set_dns_servers(d->first.pair.context->net, d->dns.text), 0);
}

static void domain_done(struct domain *d)
{
	name_server_stop(&d->dns);
	script_done(&d->second.script);
	relay_done(&d->first);
}

static void prepare_by_domain(struct domain *d)
{
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.username = "alice",
		.password = "secret",
		.without_tls = true,
	};
	struct side *side = &d->first.pair.caller;

	ck_assert_int_eq(msrp_relay_connection_new(d->first.pair.context, &settings,
						   MSRP_MODE_PASSIVE, &side->connector),
			 0);
	ck_assert_int_eq(msrp_connector_prepare(side->connector, NULL, side_on_prepared, side), 0);
	PAIR_RUN_UNTIL(&d->first.pair, side->connect_err != INT_MIN);
}

static const struct {
	const char *what;
	const char *first;
	const char *second;
	int want;
} failovers[] = {
	{ "the first one serves", "mg", "", 0 },
	{ "it drains", "d", "mg", 0 },
	{ "it drains once it knows who asks", "md", "mg", 0 },
	{ "a limit", "mf", "mg", 0 },
	{ "it hangs", "-", "mg", 0 },
	{ "it hangs after the challenge", "m--", "mg", 0 },
	{ "it dies", "x", "mg", 0 },
	{ "it is none of ours", "mw", "mg", 0 },
	{ "it talks nonsense", "n", "mg", 0 },
	{ "it gives no address", "mp", "mg", 0 },
	{ "wrong password", "mm", "", MSRP_ERROR_AUTH },
	{ "wrong password at the second", "d", "mm", MSRP_ERROR_AUTH },
	{ "both hang", "-", "x", MSRP_ERROR_RELAY_TIMEOUT },
	{ "both drain", "d", "-", MSRP_ERROR_RELAY },
};

START_TEST(the_next_relay_is_tried_whatever_the_first_does)
{
	struct domain d;
	const struct side *side = &d.first.pair.caller;

	domain_init(&d, failovers[_i].first, failovers[_i].second);
	prepare_by_domain(&d);
	ck_assert_msg(side->connect_err == failovers[_i].want, "%s: %d, %s", failovers[_i].what,
		      side->connect_err, side->why);
	ck_assert_msg(!*d.first.letters && !*d.second.letters, "%s: '%s' and '%s' left",
		      failovers[_i].what, d.first.letters, d.second.letters);
	if (failovers[_i].want == 0) {
		const struct relay *r = *failovers[_i].second ? &d.second : &d.first;

		ck_assert_ptr_nonnull(strstr(side->path, r->use_path));
	}
	domain_done(&d);
}
END_TEST

START_TEST(connector_can_be_cleaned_up_while_it_goes_on)
{
	struct domain d;
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.username = "alice",
		.password = "secret",
		.without_tls = true,
	};
	struct msrp_connector *connector;

	domain_init(&d, "x", "mg");
	msrp_relay_connection_new(d.first.pair.context, &settings, MSRP_MODE_PASSIVE, &connector);
	ck_assert_int_eq(
	    msrp_connector_prepare(connector, NULL, side_on_prepared, &d.first.pair.caller), 0);
	PAIR_RUN_UNTIL(&d.first.pair, !*d.first.letters);
	for (int i = 0; i < _i; i++)
		uv_run(&d.first.pair.loop, UV_RUN_NOWAIT);
	msrp_connector_cleanup(connector);
	domain_done(&d);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/relay_connection");
	TCase *tcase = tcase_create("relay_connection");

	tcase_add_loop_test(tcase, client_authenticates, 0, SUPPORT_COUNT(cases));
	tcase_add_loop_test(tcase, relay_is_the_one_that_was_asked_for, 0, SUPPORT_COUNT(proofs));
	tcase_add_test(tcase, wrong_password_gives_a_wrong_digest);
	tcase_add_test(tcase, address_is_renewed_with_nextnonce);
	tcase_add_test(tcase, failed_renewal_is_told_to_the_session);
	tcase_add_loop_test(tcase, connector_can_be_cleaned_up_at_any_moment, 0, 12);
	tcase_add_loop_test(tcase, the_next_relay_is_tried_whatever_the_first_does, 0,
			    SUPPORT_COUNT(failovers));
	tcase_add_loop_test(tcase, connector_can_be_cleaned_up_while_it_goes_on, 0, 8);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
