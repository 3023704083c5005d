/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything unguessable on the wire: transaction ids of chunks, Message-IDs, and session-ids, with
 * the random numbers that they are made from.
 */
#ifndef MSRP_IDENT_H
#define MSRP_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	MSRP_IDENT_MIN = 4, /* RFC 4975 section 9: ALPHANUM 3*31ident-char */
	MSRP_IDENT_MAX = 32,
	MSRP_IDENT_LEN = 16,   /* ours: 16 letters and digits of 5 random bits each, 80 bits */
	MSRP_SESSION_LEN = 22, /* ours: 128 random bits as base64url */
};

/*
 * The source of random bytes, because this folder has none of its own. Bytes are fetched in larger
 * lots because a system call per chunk is noticeable.
 */
struct msrp_random {
	void (*fill)(void *arg, uint8_t *out, size_t len); /* never fails */
	void *arg;
	uint8_t pool[512];
	size_t left; /* unused bytes at the end of pool */
};

void msrp_random_init(struct msrp_random *random, void (*fill)(void *arg, uint8_t *out, size_t len),
		      void *arg);

/* LEN unpredictable bytes; LEN must not exceed the pool. */
void msrp_random_bytes(struct msrp_random *random, uint8_t *out, size_t len);

/* Is TEXT a valid ident, for transaction ids and Message-IDs? */
bool msrp_ident_valid(struct slice text);

/*
 * A new ident, NUL-terminated. RFC 4975 7.1 asks for 64 bits of randomness; in a streaming relay
 * they also have to be unguessable, because it cannot search for the end-line in a body that has
 * not arrived yet.
 */
void msrp_ident_make(struct msrp_random *random, char ret_ident[MSRP_IDENT_LEN + 1]);

/* A new session-id, NUL-terminated (RFC 4976 6.3 requires at least 64 random bits). */
void msrp_session_id_make(struct msrp_random *random, char ret_id[MSRP_SESSION_LEN + 1]);

#endif
