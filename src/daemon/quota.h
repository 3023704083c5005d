/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_QUOTA_H
#define DAEMON_QUOTA_H

#include <pthread.h>

#include "relay/quota.h"

/* How many sessions each user holds on all workers. Any thread may ask, which an AUTH does once. */
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
	       struct relay_share **ret_share);
void quota_give_back(struct quota *quota, struct relay_share *share);

#endif
