/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/auth_relay.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "msrp/credentials.h"
#include "msrp/digest.h"
#include "support/expect.h"

#define CHALLENGE(realm, nonce, algorithm)                                                         \
	"WWW-Authenticate: Digest realm=\"" realm "\", nonce=\"" nonce "\", "                      \
	"qop=\"auth\"" algorithm "\r\n"

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

static void grant_as(struct auth_relay *r, const struct msrp_message *m, const char *use_path,
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

static void grant(struct auth_relay *r, const struct msrp_message *m, bool knows_password)
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

static void challenge(struct auth_relay *r, const struct msrp_message *m, const char *nonce,
		      const char *headers)
{
	r->realm = "example.com";
	snprintf(r->nonce, sizeof(r->nonce), "%s", nonce);
	script_respond(&r->script, m, 401, headers);
}

/* False: the letter is no challenge. */
static bool challenge_by_letter(struct auth_relay *r, const struct msrp_message *m, char letter)
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
static void grant_by_letter(struct auth_relay *r, const struct msrp_message *m, char letter)
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

static void on_auth(struct auth_relay *r, const struct msrp_message *m)
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
	struct auth_relay *r = s->data;

	if (!m->is_request)
		return;
	if (m->method == MSRP_AUTH)
		on_auth(r, m);
	else if (m->method == MSRP_SEND)
		script_respond(s, m, 200, "");
}

void auth_relay_start(struct auth_relay *r, uv_loop_t *loop, const char *letters)
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

void auth_relay_init(struct auth_relay *r, const char *letters, bool tls, bool insecure)
{
	/* Long where an answer comes, so that a busy machine is not taken for a silent relay. */
	struct msrp_context_options options = { .relay_timeout_ms =
						    strpbrk(letters, "-i") ? 1000 : 20000,
						.insecure = insecure };

	*r = (struct auth_relay){ .tls = tls };
	pair_init(&r->pair, tls ? WITH_TLS : WITH_TCP, &options);
	auth_relay_start(r, &r->pair.loop, letters);
}

void auth_relay_done(struct auth_relay *r)
{
	script_done(&r->script);
	pair_done(&r->pair);
}

void auth_relay_prepare(struct auth_relay *r, const char *realm, const char *password,
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
