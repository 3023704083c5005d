/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An AUTH whose credentials are being looked up, with everything needed from its head, which is
 * gone when the answer comes. The texts share one block.
 */
#ifndef RELAY_AUTH_LOOKUP_H
#define RELAY_AUTH_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/slice.h"
#include "msrp/credentials.h"
#include "msrp/digest.h"

struct msrp_message;
struct relay_peer;

enum {
	/*
	 * AUTH requests cannot be pipelined (RFC 4976 9.1); a few misguided clients do it anyway.
	 */
	RELAY_LOOKUPS_MAX = 8,
};

struct relay_lookup {
	struct relay_peer *peer; /* NULL once it is gone */
	LIST_ENTRY(relay_lookup) in_peer;
	struct buf text;
	struct slice id;
	struct slice to; /* To-Path: one URI */
	struct slice from;
	struct slice expires; /* the Expires header; empty: none */
	struct slice realm;
	struct slice authorization;
	struct buf scratch; /* of the credentials */
	struct msrp_credentials credentials;
	enum msrp_digest_algorithm algorithm;
	/* From the answer of the look-up, valid while our answer is made. */
	struct slice account;
	uint64_t valid_s;
	uint64_t rate;
	bool anew;	  /* the remembered answer about the user did not fit */
	bool stale;	  /* its nonce is ours, but too old or another connection's */
	bool renews;	  /* its user has a session on this connection */
	size_t answer_at; /* where its answer begins in the control buffer */
};

/*
 * A copy of an AUTH's texts, with its credentials parsed. Without an Authorization header the
 * credentials are empty. Returns 0; MSRP_BAD if they are malformed; or -ENOMEM.
 */
int relay_lookup_new(struct relay_peer *peer, const struct msrp_message *m, struct slice realm,
		     struct relay_lookup **ret_lookup);
struct relay_lookup *relay_lookup_free(struct relay_lookup *lookup); /* returns NULL */

/*
 * The digest of the credentials with HA1: with METHOD the one that the client must know, without it
 * the one that we must know (RFC 2617 3.2.2, 3.2.3). Returns 0 or a negative errno.
 */
int relay_lookup_digest(const struct relay_lookup *lookup, struct slice ha1, struct slice method,
			struct msrp_digest_hex *ret_digest);

/* The owner of its sessions: the account, or the name that was given. */
struct slice relay_lookup_account(const struct relay_lookup *lookup);

#endif
