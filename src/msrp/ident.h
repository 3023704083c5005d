/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything unguessable on the wire: transaction ids of chunks, Message-IDs, and session-ids,
 * with the random numbers that they are made of.
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
 * Where random bytes come from: this folder has none of its own. The bytes
 * are fetched in larger lots because a system call per chunk is felt.
 */
struct msrp_random {
	void (*fill)(void *arg, uint8_t *out, size_t len); /* never fails */
	void *arg;
	uint8_t pool[512];
	size_t left; /* bytes at the end of pool that are still unused */
};

void msrp_random_init(struct msrp_random *random, void (*fill)(void *arg, uint8_t *out, size_t len),
		      void *arg);

/* LEN unpredictable bytes, at most as many as the pool holds. */
void msrp_random_bytes(struct msrp_random *random, uint8_t *out, size_t len);

/* Is TEXT an ident, as transaction ids and Message-IDs are? */
bool msrp_ident_valid(struct slice text);

/*
 * A new ident, terminated. RFC 4975 7.1 asks for 64 bits of randomness; a
 * relay that streams needs them to be unguessable, too, because it cannot
 * look for the end-line in a body that has not arrived yet.
 */
void msrp_ident_make(struct msrp_random *random, char ret_ident[MSRP_IDENT_LEN + 1]);

/* A new session-id, terminated (RFC 4976 6.3 asks for at least 64 random bits). */
void msrp_session_id_make(struct msrp_random *random, char ret_id[MSRP_SESSION_LEN + 1]);

#endif
