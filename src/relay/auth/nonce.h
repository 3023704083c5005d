/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nonces that need no memory: the time, a serial number, the connection, and a MAC over all that
 * under a key of this process. Only the counts of the latest few are remembered, so that none is
 * used twice with the same nc.
 */
#ifndef RELAY_AUTH_NONCE_H
#define RELAY_AUTH_NONCE_H

#include <stdint.h>

#include "base/slice.h"

struct relay_peer;

enum {
	/* Nonces of one connection whose counts are remembered; older ones are stale. */
	RELAY_NONCES = 4,
};

struct relay_nonce_count {
	uint32_t serial;
	uint32_t nc; /* the highest one used; 0: an unused entry */
};

enum {
	RELAY_NONCE_MAC = 32, /* hexadecimal digits of the MAC: 128 bits */
	RELAY_NONCE_LEN = 16 + 8 + 16 + RELAY_NONCE_MAC, /* time, serial, connection, MAC */
};

/* Returns 0 or -ENOMEM. NUL-terminated. */
int relay_nonce_make(struct relay_peer *peer, char ret_nonce[RELAY_NONCE_LEN + 1]);

enum relay_nonce_result {
	RELAY_NONCE_FINE,
	/*
	 * Ours, but too old, or given to another connection: the client may try again without
	 * asking its user.
	 */
	RELAY_NONCE_STALE,
	RELAY_NONCE_FORGED,   /* not ours */
	RELAY_NONCE_REPLAYED, /* ours, with a count that was used before */
};

/* Judges a nonce and its count (RFC 2617 3.2.2), and remembers the count if it is good. */
enum relay_nonce_result relay_nonce_use(struct relay_peer *peer, struct slice nonce, uint32_t nc);

#endif
