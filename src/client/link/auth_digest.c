/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes a challenge, answers it, and asks the relay for a proof in return (rspauth), without which
 * a relay that has no verified certificate is not trusted.
 */
#include "client/link/auth_digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/msrp/link.h"
#include "msrp/credentials.h"
#include "msrp/writer.h"

void client_digest_done(struct client_digest *d)
{
	explicit_bzero(&d->ha1, sizeof(d->ha1));
	free(d->realm);
	free(d->nonce);
	free(d->opaque);
}

/* ---- the challenge ---- */

static int take_challenge(struct client_digest *d, const struct msrp_challenge *c,
			  enum msrp_digest_algorithm algorithm, const char *username,
			  const char *password)
{
	int err;

	d->algorithm = algorithm;
	d->algorithm_said = c->algorithm.len > 0;
	d->stale = c->stale;
	d->nc = 0;
	err = slice_replace(&d->realm, c->realm);
	if (!err)
		err = slice_replace(&d->nonce, c->nonce);
	if (!err)
		err = slice_replace(&d->opaque, c->opaque);
	if (!err)
		err = msrp_digest_ha1(algorithm, slice_from(username), c->realm,
				      slice_from(password), &d->ha1);
	return err;
}

int client_digest_take(struct client_digest *d, const struct msrp_message *m, const char *username,
		       const char *password)
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
			err = take_challenge(d, &c, algorithm, username, password);
		}
		buf_done(&scratch);
		if (err > 0) /* the relay's other challenges may be better */
			err = 0;
	}
	if (!err && best == MSRP_DIGEST_COUNT)
		err = MSRP_ERROR_RELAY;
	return err;
}

/* ---- the answer ---- */

static void make_cnonce(struct client_digest *d, struct msrp_random *random)
{
	uint8_t bytes[CLIENT_CNONCE_BYTES];

	msrp_random_bytes(random, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(d->cnonce + 2 * i, 3, "%02x", bytes[i]);
}

/*
 * The digest of the request, and that of the answer, which proves that the relay knows the secret,
 * too.
 */
static int compute(struct client_digest *d, struct slice uri, struct slice nc,
		   struct msrp_digest_hex *ret_response)
{
	struct msrp_digest_input input = {
		.algorithm = d->algorithm,
		.ha1 = slice_make(d->ha1.text, d->ha1.len),
		.nonce = slice_from(d->nonce),
		.nc = nc,
		.cnonce = slice_from(d->cnonce),
		.method = SLICE("AUTH"),
		.uri = uri,
	};
	int err = msrp_digest_response(&input, ret_response);

	if (err)
		return err;
	input.method = SLICE("");
	return msrp_digest_response(&input, &d->rspauth);
}

int client_digest_answer(struct client_digest *d, struct msrp_random *random, const char *username,
			 struct slice uri, bool without_uri, struct buf *out)
{
	struct msrp_digest_hex response;
	struct buf value = { 0 };
	char nc[9];
	int err;

	make_cnonce(d, random);
	snprintf(nc, sizeof(nc), "%08x", ++d->nc);
	err = compute(d, uri, slice_from(nc), &response);
	if (err)
		return err;
	msrp_credentials_format(
	    &(struct msrp_credentials){
		.username = slice_from(username),
		.realm = slice_from(d->realm),
		.nonce = slice_from(d->nonce),
		.uri = without_uri ? SLICE("") : uri,
		.response = slice_make(response.text, response.len),
		.algorithm =
		    d->algorithm_said ? slice_from(msrp_digest_name(d->algorithm)) : SLICE(""),
		.cnonce = slice_from(d->cnonce),
		.opaque = slice_from(d->opaque),
		.qop = SLICE("auth"),
		.nc = slice_from(nc),
		.nc_value = d->nc,
	    },
	    &value);
	msrp_write_header(out, MSRP_H_AUTHORIZATION, buf_slice(&value));
	err = buf_failed(&value) ? -ENOMEM : 0;
	buf_done(&value);
	return err;
}

void client_digest_ask_nothing(struct client_digest *d)
{
	d->rspauth.len = 0;
}

/* ---- the proof ---- */

enum client_proof client_digest_prove(struct client_digest *d, const struct msrp_message *m)
{
	const struct msrp_header_slices *h = msrp_message_find(m, MSRP_H_AUTHENTICATION_INFO);
	enum client_proof proof = CLIENT_PROOF_NONE;
	struct msrp_authentication_info info;
	struct buf scratch = { 0 };

	if (!h || d->rspauth.len == 0)
		return CLIENT_PROOF_NONE;
	if (msrp_authentication_info_parse(h->value, &scratch, &info) == 0) {
		struct slice want = slice_make(d->rspauth.text, d->rspauth.len);

		if (info.rspauth.p) /* an empty one is wrong */
			proof = msrp_digest_equal(info.rspauth, want) ? CLIENT_PROOF_RIGHT
								      : CLIENT_PROOF_WRONG;
		if (proof != CLIENT_PROOF_WRONG && info.nextnonce.len > 0 &&
		    slice_replace(&d->nonce, info.nextnonce) == 0)
			d->nc = 0;
	}
	buf_done(&scratch);
	return proof;
}
