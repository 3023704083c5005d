/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WWW-Authenticate, Authorization and Authentication-Info as text. digest.h computes with their
 * values, and relay and client judge them.
 */
#ifndef MSRP_CREDENTIALS_H
#define MSRP_CREDENTIALS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"
#include "msrp/digest.h"

/*
 * The three headers of digest authentication (RFC 4976 section 7). Parsing accepts what clients in
 * the field send: every parameter quoted or not, commas with or without a space, parameters in any
 * order and names in any case, unknown ones ignored. A repeated parameter is bad, and so is a
 * quoted string that does not end. Backslash escapes are undone in SCRATCH, which the caller owns
 * and into which slices of the result may then point; a string without an escape stays a slice of
 * VALUE. Do not pass a SCRATCH that slices still point into to a second call, which may move its
 * bytes.
 *
 * Formatting leaves out empty values.
 */

/* WWW-Authenticate. */
struct msrp_challenge {
	struct slice realm;
	struct slice nonce;
	struct slice opaque;	/* empty: none */
	struct slice algorithm; /* as written; empty: none, which means MD5 */
	bool stale;
	bool qop_auth; /* "auth" is in the list of qop values */
};

/* Returns 0; MSRP_BAD without Digest, realm or nonce; or -ENOMEM. */
int msrp_challenge_parse(struct slice value, struct buf *scratch,
			 struct msrp_challenge *ret_challenge);

/* Appends the value: qop="auth" always, stale only if true. */
void msrp_challenge_format(const struct msrp_challenge *challenge, struct buf *out);

/* Authorization. */
struct msrp_credentials {
	struct slice username;
	struct slice realm;
	struct slice nonce;
	struct slice uri; /* empty: absent, which RFC 4976's own grammar permits */
	struct slice response;
	struct slice algorithm; /* as written; empty: none */
	struct slice cnonce;
	struct slice opaque;
	struct slice qop;
	struct slice nc;   /* as written: eight hexadecimal digits */
	uint32_t nc_value; /* nc as a number; format() ignores it */
};

/*
 * Returns 0; MSRP_BAD unless it is Digest with username, realm, nonce, response, cnonce, a qop of
 * "auth" and an nc of eight hexadecimal digits (RFC 4976 9.1); or -ENOMEM.
 */
int msrp_credentials_parse(struct slice value, struct buf *scratch,
			   struct msrp_credentials *ret_credentials);
void msrp_credentials_format(const struct msrp_credentials *credentials, struct buf *out);

/* Authentication-Info. */
struct msrp_authentication_info {
	struct slice nextnonce; /* empty: none */
	struct slice rspauth;
	struct slice cnonce;
	struct slice nc;
	struct slice qop;
};

/* Returns 0, MSRP_BAD or -ENOMEM. Absent parameters are empty. */
int msrp_authentication_info_parse(struct slice value, struct buf *scratch,
				   struct msrp_authentication_info *ret_info);
void msrp_authentication_info_format(const struct msrp_authentication_info *info, struct buf *out);

#endif
