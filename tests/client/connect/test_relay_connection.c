/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <string.h>

#include "client/auth_relay.h"
#include "support/expect.h"
#include "support/run.h"

static void prepare(struct auth_relay *r, const char *password, unsigned expires_s,
		    enum msrp_mode mode)
{
	auth_relay_prepare(r, NULL, password, expires_s, mode);
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
	struct auth_relay r;

	auth_relay_init(&r, cases[_i].letters, false, false);
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
	auth_relay_done(&r);
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
	struct auth_relay r;

	auth_relay_init(&r, proofs[_i].letters, trust == VERIFIED || trust == UNVERIFIED,
			trust == INSECURE || trust == UNVERIFIED);
	auth_relay_prepare(&r, proofs[_i].realm, "secret", 0, MSRP_MODE_PASSIVE);
	ck_assert_msg(r.pair.caller.connect_err == proofs[_i].want, "%s: %d", proofs[_i].what,
		      r.pair.caller.connect_err);
	ck_assert_msg(!*r.letters, "%s: the relay still had '%s' to say", proofs[_i].what,
		      r.letters);
	auth_relay_done(&r);
}
END_TEST

START_TEST(wrong_password_gives_a_wrong_digest)
{
	struct auth_relay r;

	auth_relay_init(&r, "mg", false, false);
	prepare(&r, "wrong", 0, MSRP_MODE_PASSIVE);
	ck_assert(!r.credentials_good);
	/* And if a relay accepts it nevertheless, its proof is not for ours. */
	ck_assert_int_eq(r.pair.caller.connect_err, MSRP_ERROR_AUTH);
	auth_relay_done(&r);
}
END_TEST

static void on_never(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	ck_abort_msg("nobody has bound");
}

/* Expires is 1 s, so it is renewed soon; the relay grants it only with nextnonce. */
START_TEST(address_is_renewed_with_nextnonce)
{
	struct auth_relay r;

	auth_relay_init(&r, "mgg", false, false);
	prepare(&r, "secret", 0, MSRP_MODE_PASSIVE);
	ck_assert_int_eq(msrp_connector_complete(r.pair.caller.connector, NULL, on_never, NULL), 0);
	PAIR_RUN_UNTIL(&r.pair, !*r.letters);
	ck_assert(r.credentials_good);
	auth_relay_done(&r);
}
END_TEST

START_TEST(failed_renewal_is_told_to_the_session)
{
	struct auth_relay r;

	auth_relay_init(&r, "mgf", false, false);
	prepare(&r, "secret", 0, MSRP_MODE_ACTIVE);
	ck_assert_int_eq(msrp_connector_complete(r.pair.caller.connector,
						 "msrp://192.0.2.1:9/bob;tcp", side_on_completed,
						 &r.pair.caller),
			 0);
	PAIR_RUN_UNTIL(&r.pair, r.pair.caller.session);
	PAIR_RUN_UNTIL(&r.pair, r.pair.caller.closed);
	ck_assert_int_eq(r.pair.caller.closed_err, MSRP_ERROR_AUTH);
	auth_relay_done(&r);
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
	struct auth_relay r;

	auth_relay_init(&r, "mg", false, false);
	settings.port = script_port(&r.script);
	side = &r.pair.caller;
	msrp_relay_connection_new(r.pair.context, &settings, MSRP_MODE_PASSIVE, &side->connector);
	ck_assert_int_eq(msrp_connector_prepare(side->connector, NULL, side_on_prepared, side), 0);
	for (int i = 0; i < _i; i++)
		uv_run(&r.pair.loop, UV_RUN_NOWAIT);
	side->connector = msrp_connector_cleanup(side->connector);
	auth_relay_done(&r);
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
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
