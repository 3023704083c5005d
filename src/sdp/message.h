/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An m=message section as an intermediary between the two parties needs it: where its party is,
 * which side connects, and the certificate that identifies the party. The other attributes are
 * between the parties. See sdp/rewrite.h for the way back.
 */
#ifndef SDP_MESSAGE_H
#define SDP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* a=setup (RFC 4145). */
enum sdp_setup {
	SDP_SETUP_NONE, /* no such line, or one with an unknown value */
	SDP_SETUP_ACTPASS,
	SDP_SETUP_ACTIVE,
	SDP_SETUP_PASSIVE,
	SDP_SETUP_HOLDCONN,
	SDP_SETUPS,
};

/* As in the attribute; NULL for SDP_SETUP_NONE. */
extern const char *const sdp_setup_words[SDP_SETUPS];

enum sdp_hash {
	SDP_SHA1,
	SDP_SHA256,
	SDP_HASHES,
};

enum {
	SDP_DIGEST_MAX = 32, /* octets of a SHA-256 */
	/*
	 * How many are kept of a section: RFC 8122 has one for each hash, or for each certificate.
	 */
	SDP_FINGERPRINTS_MAX = 4,
};

/* a=fingerprint (RFC 8122) with a hash that we know. */
struct sdp_fingerprint {
	enum sdp_hash hash;
	uint8_t digest[SDP_DIGEST_MAX]; /* sdp_hash_len() octets of it */
};

/* In octets. */
size_t sdp_hash_len(enum sdp_hash hash);

struct sdp_message {
	unsigned index; /* among all m= lines, from 0 */
	bool closed;	/* its port is 0; ignore the rest */
	bool secure;	/* TCP/TLS/MSRP, otherwise TCP/MSRP */
	enum sdp_setup setup;
	struct slice path;  /* the value of a=path; only the first URI's transport was parsed */
	bool fingerprinted; /* it has fingerprints, perhaps none with a hash that we know */
	struct sdp_fingerprint fingerprint[SDP_FINGERPRINTS_MAX];
	size_t n_fingerprints;
};

enum sdp_message_result {
	SDP_MESSAGE_BAD = 1, /* not SDP, or a malformed section of ours */
	SDP_MESSAGE_MANY,    /* more sections than fit */
};

/*
 * Finds the sections of SDP for MSRP over TCP. Leaves out those whose path begins with a WebSocket
 * URI (RFC 7977), and those without a path, because no intermediary is possible there. Returns 0,
 * with *RET_N of the MAX at RET_MESSAGE filled in; or one of the results. Slices point into SDP.
 */
int sdp_messages_read(struct slice sdp, struct sdp_message *ret_message, size_t max, size_t *ret_n);

#endif
