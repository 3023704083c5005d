/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of an AUTH, without connection or clock.
 */
#ifndef CLIENT_LINK_AUTH_DIGEST_H
#define CLIENT_LINK_AUTH_DIGEST_H

#include "base/buf.h"
#include "msrp/digest.h"
#include "msrp/ident.h"
#include "msrp/message.h"

enum {
	CLIENT_CNONCE_BYTES = 16, /* the server must not be able to choose both nonces */
};

/*
 * The relay's challenge, and ours to it: digest authentication according to RFC 4976 9.1. A zeroed
 * one has not been challenged.
 */
struct client_digest {
	enum msrp_digest_algorithm algorithm;
	char *realm;
	char *nonce; /* NULL before the first challenge */
	char *opaque;
	uint32_t nc;
	char cnonce[2 * CLIENT_CNONCE_BYTES + 1];
	struct msrp_digest_hex ha1;
	struct msrp_digest_hex rspauth; /* the expected proof; empty: none was requested */
	bool algorithm_said;		/* the challenge named it, so the answer does too */
	bool stale;
};

void client_digest_done(struct client_digest *d);

/*
 * Examines every challenge of a 401 and takes the strongest that we can answer. Returns 0,
 * MSRP_ERROR_RELAY or -ENOMEM.
 */
int client_digest_take(struct client_digest *d, const struct msrp_message *m, const char *username,
		       const char *password);

/*
 * Appends Authorization for an AUTH of URI, which it names unless WITHOUT_URI. Returns 0 or
 * -ENOMEM.
 */
int client_digest_answer(struct client_digest *d, struct msrp_random *random, const char *username,
			 struct slice uri, bool without_uri, struct buf *out);

/* The last request asks the relay for no proof. */
void client_digest_ask_nothing(struct client_digest *d);

enum client_proof {
	CLIENT_PROOF_NONE, /* the relay sent nothing readable */
	CLIENT_PROOF_RIGHT,
	CLIENT_PROOF_WRONG, /* it does not know the password */
};

/*
 * RFC 2617 3.2.3: does a 200 prove that the relay knows the secret? Takes its next nonce, unless
 * the proof is wrong.
 */
enum client_proof client_digest_prove(struct client_digest *d, const struct msrp_message *m);

#endif
