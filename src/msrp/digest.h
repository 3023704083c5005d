/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The computations of digest authentication, for the relay that checks them, the client that makes
 * them, and the MAC of stateless nonces.
 */
#ifndef MSRP_DIGEST_H
#define MSRP_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * The computations of digest authentication (RFC 2617 as RFC 4976 9.1 restricts it, RFC 7616 for
 * SHA-256). credentials.h has the headers.
 */

enum msrp_digest_algorithm {
	MSRP_DIGEST_MD5,
	MSRP_DIGEST_SHA256,
	MSRP_DIGEST_COUNT,
};

enum {
	MSRP_DIGEST_HEX_MAX = 64, /* SHA-256 */
	MSRP_MAC_LEN = 32,	  /* HMAC-SHA-256 */
	MSRP_SHA1_MAC_LEN = 20,	  /* HMAC-SHA-1 */
};

/* A hash in lower-case hexadecimal digits, NUL-terminated. */
struct msrp_digest_hex {
	char text[MSRP_DIGEST_HEX_MAX + 1];
	size_t len;
};

/* "MD5" or "SHA-256". */
const char *msrp_digest_name(enum msrp_digest_algorithm algorithm);

/* Ignores case; empty means MD5 (RFC 2617 3.2.1). False for any other, such as MD5-sess. */
bool msrp_digest_find(struct slice name, enum msrp_digest_algorithm *ret_algorithm);

/*
 * The hashes return 0, -ENOMEM, or -ENOTSUP if this machine's OpenSSL does not offer the algorithm,
 * such as MD5 in FIPS mode.
 */

/* H(username:realm:password): all that a server needs to keep of a password. */
int msrp_digest_ha1(enum msrp_digest_algorithm algorithm, struct slice username, struct slice realm,
		    struct slice password, struct msrp_digest_hex *ret_ha1);

struct msrp_digest_input {
	enum msrp_digest_algorithm algorithm;
	struct slice ha1; /* hexadecimal */
	struct slice nonce;
	struct slice nc; /* eight hexadecimal digits, as on the wire */
	struct slice cnonce;
	struct slice method; /* "AUTH" for the request; empty gives rspauth (RFC 2617 3.2.3) */
	struct slice uri;
};

/* H(HA1:nonce:nc:cnonce:auth:H(method:uri)). */
int msrp_digest_response(const struct msrp_digest_input *input,
			 struct msrp_digest_hex *ret_response);

/* Compares secrets in a time that depends only on the lengths; ignores the case of letters. */
bool msrp_digest_equal(struct slice a, struct slice b);

/* HMAC-SHA-256 of DATA under KEY. Returns 0 or -ENOMEM. */
int msrp_digest_mac(const uint8_t *key, size_t key_len, const void *data, size_t len,
		    uint8_t ret_mac[MSRP_MAC_LEN]);

/* HMAC-SHA-1, which others have chosen for temporary passwords. Returns 0 or -ENOMEM. */
int msrp_digest_mac_sha1(const void *key, size_t key_len, const void *data, size_t len,
			 uint8_t ret_mac[MSRP_SHA1_MAC_LEN]);

#endif
