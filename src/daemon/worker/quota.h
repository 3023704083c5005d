/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_WORKER_QUOTA_H
#define DAEMON_WORKER_QUOTA_H

#include <pthread.h>

#include "relay/quota.h"

/*
 * How many sessions each user holds on all workers, and connections to next hops. Any thread may
 * ask, which an AUTH and such a connection do once.
 */
struct quota {
	pthread_mutex_t lock;
	struct relay_quota *sessions;
};

/* 0 or -ENOMEM. */
int quota_init(struct quota *quota);

/* All must have been given back. Fine for a zeroed one. */
void quota_done(struct quota *quota);

/* As those of relay/quota.h. */
int quota_take(struct quota *quota, struct slice user, struct slice realm, size_t max,
	       uint64_t now_ms, struct relay_share **ret_share);
void quota_give_back(struct quota *quota, struct relay_share *share, uint64_t now_ms);
int quota_take_hop(struct quota *quota, struct relay_share *share, size_t max, uint64_t now_ms);
void quota_give_back_hop(struct quota *quota, struct relay_share *share, uint64_t now_ms);
size_t quota_count_hops(struct quota *quota, const struct relay_share *share);

#endif
