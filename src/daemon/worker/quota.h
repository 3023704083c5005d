/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many sessions and connections to next hops each user has on all workers, and how many calls
 * there are. Any thread may ask; each AUTH, call and connection to a next hop does so once.
 */
#ifndef DAEMON_WORKER_QUOTA_H
#define DAEMON_WORKER_QUOTA_H

#include <pthread.h>
#include <stdatomic.h>

#include "relay/shared/quota.h"

struct quota {
	pthread_mutex_t lock;
	struct relay_quota *sessions;
	size_t n_calls;
	atomic_bool has_rates; /* somebody has a rate of their own, or had one */
};

/* 0 or -ENOMEM. */
int quota_init(struct quota *quota);

/* Everything must have been released. A zeroed one is fine. */
void quota_done(struct quota *quota);

/* Like those of relay/shared/quota.h. */
int quota_take(struct quota *quota, struct slice user, struct slice realm, size_t max,
	       uint64_t now_ms, struct relay_share **ret_share);
void quota_give_back(struct quota *quota, struct relay_share *share, uint64_t now_ms);
int quota_take_hop(struct quota *quota, struct relay_share *share, size_t max, uint64_t now_ms);
void quota_give_back_hop(struct quota *quota, struct relay_share *share, uint64_t now_ms);
size_t quota_count_hops(struct quota *quota, const struct relay_share *share);
void quota_set_rate(struct quota *quota, struct relay_share *share, uint64_t rate);
void quota_usage(struct quota *quota, const struct relay_share *share, uint64_t usual,
		 uint64_t now_ms, struct relay_usage *ret_usage);

/* The same. This is called for each piece of a body, so it takes no lock while there are no limits.
 */
uint64_t quota_use(struct quota *quota, struct relay_share *share, enum relay_direction direction,
		   size_t bytes, uint64_t usual, uint64_t now_ms);

/* Counts one call more, up to MAX: returns 0 or -EDQUOT. And one less. */
int quota_take_call(struct quota *quota, size_t max);
void quota_give_back_call(struct quota *quota);

#endif
