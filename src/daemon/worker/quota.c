/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts a lock around relay/shared/quota.c, whose table all workers share.
 */
#include "daemon/worker/quota.h"

#include <errno.h>

#include "daemon/seed.h"

int quota_init(struct quota *quota)
{
	uint8_t seed[SIPHASH_KEY_LEN];

	*quota = (struct quota){ .lock = PTHREAD_MUTEX_INITIALIZER };
	if (seed_make(seed) != 0)
		return -EIO;
	quota->sessions = relay_quota_new(seed);
	return quota->sessions ? 0 : -ENOMEM;
}

void quota_done(struct quota *quota)
{
	quota->sessions = relay_quota_free(quota->sessions);
}

int quota_take(struct quota *quota, struct slice user, struct slice realm, size_t max,
	       uint64_t now_ms, struct relay_share **ret_share)
{
	int err;

	pthread_mutex_lock(&quota->lock);
	err = relay_quota_take(quota->sessions, user, realm, max, now_ms, ret_share);
	pthread_mutex_unlock(&quota->lock);
	return err;
}

void quota_give_back(struct quota *quota, struct relay_share *share, uint64_t now_ms)
{
	pthread_mutex_lock(&quota->lock);
	relay_quota_give_back(quota->sessions, share, now_ms);
	pthread_mutex_unlock(&quota->lock);
}

int quota_take_hop(struct quota *quota, struct relay_share *share, size_t max, uint64_t now_ms)
{
	int err;

	pthread_mutex_lock(&quota->lock);
	err = relay_quota_take_hop(share, max, now_ms);
	pthread_mutex_unlock(&quota->lock);
	return err;
}

void quota_give_back_hop(struct quota *quota, struct relay_share *share, uint64_t now_ms)
{
	pthread_mutex_lock(&quota->lock);
	relay_quota_give_back_hop(quota->sessions, share, now_ms);
	pthread_mutex_unlock(&quota->lock);
}

size_t quota_count_hops(struct quota *quota, const struct relay_share *share)
{
	size_t n;

	pthread_mutex_lock(&quota->lock);
	n = relay_quota_count_hops(share);
	pthread_mutex_unlock(&quota->lock);
	return n;
}

void quota_set_rate(struct quota *quota, struct relay_share *share, uint64_t rate)
{
	if (rate > 0)
		atomic_store(&quota->has_rates, true);
	pthread_mutex_lock(&quota->lock);
	relay_quota_set_rate(share, rate);
	pthread_mutex_unlock(&quota->lock);
}

uint64_t quota_use(struct quota *quota, struct relay_share *share, enum relay_direction direction,
		   size_t bytes, uint64_t usual, uint64_t now_ms)
{
	uint64_t ahead_ms;

	if (usual == 0 && !atomic_load_explicit(&quota->has_rates, memory_order_relaxed))
		return 0;
	pthread_mutex_lock(&quota->lock);
	ahead_ms = relay_quota_use(share, direction, bytes, usual, now_ms);
	pthread_mutex_unlock(&quota->lock);
	return ahead_ms;
}

void quota_usage(struct quota *quota, const struct relay_share *share, uint64_t usual,
		 uint64_t now_ms, struct relay_usage *ret_usage)
{
	pthread_mutex_lock(&quota->lock);
	relay_quota_usage(share, usual, now_ms, ret_usage);
	pthread_mutex_unlock(&quota->lock);
}

int quota_take_call(struct quota *quota, size_t max)
{
	int err = 0;

	pthread_mutex_lock(&quota->lock);
	if (quota->n_calls < max)
		quota->n_calls++;
	else
		err = -EDQUOT;
	pthread_mutex_unlock(&quota->lock);
	return err;
}

void quota_give_back_call(struct quota *quota)
{
	pthread_mutex_lock(&quota->lock);
	quota->n_calls--;
	pthread_mutex_unlock(&quota->lock);
}
