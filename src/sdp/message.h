/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an m=message section says to somebody between the two parties: where its party is, who is
 * to connect, and by which certificate it is known. The other attributes are the parties' own
 * affair, and nobody else looks at them. See sdp/rewrite.h for the way back.
 */
#ifndef SDP_MESSAGE_H
#define SDP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* a=setup (RFC 4145). */
enum sdp_setup {
	SDP_SETUP_NONE, /* there is no such line, or one that says nothing we know */
	SDP_SETUP_ACTPASS,
	SDP_SETUP_ACTIVE,
	SDP_SETUP_PASSIVE,
	SDP_SETUP_HOLDCONN,
	SDP_SETUPS,
};

/* As the attribute has them; NULL for SDP_SETUP_NONE. */
extern const char *const sdp_setup_words[SDP_SETUPS];

enum sdp_hash {
	SDP_SHA1,
	SDP_SHA256,
	SDP_HASHES,
};

enum {
	SDP_DIGEST_MAX = 32, /* octets of a SHA-256 */
	/* That are looked at in a section: RFC 8122 has one for each hash, or for each certificate.
	 */
	SDP_FINGERPRINTS_MAX = 4,
};

/* a=fingerprint (RFC 8122) with a hash that we know. */
struct sdp_fingerprint {
	enum sdp_hash hash;
	uint8_t digest[SDP_DIGEST_MAX]; /* sdp_hash_len() of these */
};

/* In octets. */
size_t sdp_hash_len(enum sdp_hash hash);

struct sdp_message {
	unsigned index; /* which of all m= lines it is, from 0 */
	bool closed;	/* its port is 0, and the rest is of no account */
	bool secure;	/* TCP/TLS/MSRP, else TCP/MSRP */
	enum sdp_setup setup;
	struct slice path;  /* the value of a=path: one URI or more, unread but for the first one's
			       transport */
	bool fingerprinted; /* there were some, if perhaps none with a hash that we know */
	struct sdp_fingerprint fingerprint[SDP_FINGERPRINTS_MAX];
	size_t n_fingerprints;
};

enum sdp_message_result {
	SDP_MESSAGE_BAD = 1, /* no SDP, or a section of ours that cannot be read */
	SDP_MESSAGE_MANY,    /* more sections than there is room for */
};

/*
 * Finds the sections of SDP for MSRP over TCP. Those whose path begins with a URI for WebSocket
 * (RFC 7977) are left out, and so are those without a path: nobody could stand between. 0, and
 * *RET_N of the MAX at RET_MESSAGE are filled in; or one of the results. Slices point into SDP.
 */
int sdp_messages_read(struct slice sdp, struct sdp_message *ret_message, size_t max, size_t *ret_n);

#endif
