/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WWW-Authenticate, Authorization and Authentication-Info as texts. What the values in them are
 * worth is computed in digest.h and judged by relay and client.
 */
#ifndef MSRP_CREDENTIALS_H
#define MSRP_CREDENTIALS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"
#include "msrp/digest.h"

/*
 * The three headers of digest authentication (RFC 4976 section 7). Parsing
 * takes what clients in the field send: every parameter quoted or not, commas
 * with or without a space, parameters in any order and names in any case,
 * unknown ones ignored. A parameter given twice is bad, as is a quoted string
 * that does not end. Backslash escapes are undone in SCRATCH, which the
 * caller owns and into which slices of the result may then point; a string
 * without an escape stays a slice of VALUE. A SCRATCH that other slices still
 * point into must not be given to a second call, which may move its bytes.
 *
 * Formatting leaves out what is empty.
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

/* 0; MSRP_BAD without Digest, realm or nonce; or -ENOMEM. */
int msrp_challenge_parse(struct slice value, struct buf *scratch,
			 struct msrp_challenge *ret_challenge);

/* Appends the value: qop="auth" always, stale only when true. */
void msrp_challenge_format(const struct msrp_challenge *challenge, struct buf *out);

/* Authorization. */
struct msrp_credentials {
	struct slice username;
	struct slice realm;
	struct slice nonce;
	struct slice uri; /* empty: not given, which RFC 4976's own grammar allows */
	struct slice response;
	struct slice algorithm; /* as written; empty: none */
	struct slice cnonce;
	struct slice opaque;
	struct slice qop;
	struct slice nc;   /* as written: eight hexadecimal digits */
	uint32_t nc_value; /* that as a number; format() does not look at it */
};

/*
 * 0; MSRP_BAD unless it is Digest with username, realm, nonce, response,
 * cnonce, a qop of "auth" and an nc of eight hexadecimal digits (RFC 4976
 * 9.1); or -ENOMEM.
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

/* 0, MSRP_BAD or -ENOMEM. Parameters that were left out are empty. */
int msrp_authentication_info_parse(struct slice value, struct buf *scratch,
				   struct msrp_authentication_info *ret_info);
void msrp_authentication_info_format(const struct msrp_authentication_info *info, struct buf *out);

#endif
