/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many sessions each user holds, on all connections, how many connections to next hops the
 * relay has made for them, and how many bytes per second they use. It belongs to the host, so that
 * several relays can be counted together; it has no lock of its own.
 */
#ifndef RELAY_SHARED_QUOTA_H
#define RELAY_SHARED_QUOTA_H

#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/slice.h"

struct relay_quota;
struct relay_share; /* what one user holds */

/* SEED is random, to key the hash of user names. NULL without memory. */
struct relay_quota *relay_quota_new(const uint8_t seed[SIPHASH_KEY_LEN]);

/* Everything must have been released, connections too. NULL is fine; returns NULL. */
struct relay_quota *relay_quota_free(struct relay_quota *quota);

/* One session more for USER of REALM, who may hold MAX. Returns 0, -EDQUOT, or -ENOMEM. */
int relay_quota_take(struct relay_quota *quota, struct slice user, struct slice realm, size_t max,
		     uint64_t now_ms, struct relay_share **ret_share);

/* One session less. The rest of the share is remembered until its minute is over. */
void relay_quota_give_back(struct relay_quota *quota, struct relay_share *share, uint64_t now_ms);

/*
 * One more connection to a next hop for SHARE, which has a session. Returns 0; -EDQUOT if it has
 * MAX; -EAGAIN if MAX were made in this minute.
 */
int relay_quota_take_hop(struct relay_share *share, size_t max, uint64_t now_ms);

/* One connection less. */
void relay_quota_give_back_hop(struct relay_quota *quota, struct relay_share *share,
			       uint64_t now_ms);

/* The number of its connections. */
size_t relay_quota_count_hops(const struct relay_share *share);

enum relay_direction {
	RELAY_SENT,	/* by the user */
	RELAY_RECEIVED, /* by the user */
	RELAY_DIRECTIONS,
};

/* Sets how many bytes per second the user of SHARE may use in each direction; see msrp/ha1.h. */
void relay_quota_set_rate(struct relay_share *share, uint64_t rate);

/*
 * The user of SHARE uses BYTES. USUAL is the rate of users without one of their own; 0: they have
 * no limit. Returns as relay_rate_use(), or 0 without a limit.
 */
uint64_t relay_quota_use(struct relay_share *share, enum relay_direction direction, size_t bytes,
			 uint64_t usual, uint64_t now_ms);

/* The use that a user makes of their limits. */
struct relay_usage {
	size_t n_sessions;
	uint64_t rate; /* bytes per second; 0: no limit, and the next is not known */
	uint64_t used[RELAY_DIRECTIONS]; /* bytes in the last second */
};

void relay_quota_usage(const struct relay_share *share, uint64_t usual, uint64_t now_ms,
		       struct relay_usage *ret_usage);

#endif
