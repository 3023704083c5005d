/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts sessions and connections of users over all workers, for the host's hold() and hold_hop().
 * A user without any is remembered until a minute has passed since connections were made for it.
 */
#include "relay/shared/quota.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash_table.h"
#include "base/list.h"
#include "msrp/ha1.h"
#include "relay/shared/rate.h"

enum { MINUTE_MS = 60 * 1000 };

struct relay_share {
	struct hash_node by_key;
	size_t n_sessions;
	size_t n_hops;
	size_t n_made;	    /* of these, in the minute that began then */
	uint64_t minute_ms; /* any time, if n_made is 0 */
	uint64_t rate;	    /* bytes per second of its own: see msrp/ha1.h */
	struct relay_rate use[RELAY_DIRECTIONS];
	bool lingers; /* it has nothing left but a minute that is not over */
	TAILQ_ENTRY(relay_share) in_lingering;
	size_t key_len;
	char key[]; /* user NUL realm */
};

struct relay_quota {
	uint8_t seed[SIPHASH_KEY_LEN];
	struct hash_table shares;
	TAILQ_HEAD(, relay_share) lingering; /* in the order in which they began to linger */
};

struct relay_quota *relay_quota_new(const uint8_t seed[SIPHASH_KEY_LEN])
{
	struct relay_quota *quota = calloc(1, sizeof(*quota));

	if (!quota)
		return NULL;
	memcpy(quota->seed, seed, SIPHASH_KEY_LEN);
	TAILQ_INIT(&quota->lingering);
	return quota;
}

static void share_free(struct relay_quota *quota, struct relay_share *share)
{
	if (share->lingers)
		TAILQ_REMOVE(&quota->lingering, share, in_lingering);
	hash_table_remove(&quota->shares, &share->by_key);
	free(share);
}

struct relay_quota *relay_quota_free(struct relay_quota *quota)
{
	if (!quota)
		return NULL;
	while (!TAILQ_EMPTY(&quota->lingering))
		share_free(quota, TAILQ_FIRST(&quota->lingering));
	assert(quota->shares.n == 0);
	free(quota);
	return NULL;
}

/* Makes the key of USER of REALM; the buffer is the caller's. */
static void make_share_key(struct buf *key, struct slice user, struct slice realm)
{
	buf_add_slice(key, user);
	buf_add_char(key, '\0');
	buf_add_slice(key, realm);
}

static uint64_t hash_of_user(const struct relay_quota *quota, const struct buf *key)
{
	return siphash(quota->seed, buf_data(key), key->len);
}

static struct relay_share *share_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct relay_share, by_key);
}

static struct slice key_of(const struct relay_share *share)
{
	return slice_make(share->key, share->key_len);
}

static struct relay_share *find_share(const struct relay_quota *quota, const struct buf *key)
{
	struct hash_node *node = hash_table_find(&quota->shares, hash_of_user(quota, key));

	while (node && !slice_equal(key_of(share_of(node)), buf_slice(key)))
		node = hash_table_next(node);
	return node ? share_of(node) : NULL;
}

static struct relay_share *add_share(struct relay_quota *quota, const struct buf *key)
{
	struct relay_share *share = calloc(1, sizeof(*share) + key->len);

	if (!share)
		return NULL;
	share->key_len = key->len;
	memcpy(share->key, buf_data(key), key->len);
	hash_table_add(&quota->shares, &share->by_key, hash_of_user(quota, key));
	return share;
}

/* Finds or makes the share of KEY, and charges a session to it. */
static int take_session(struct relay_quota *quota, const struct buf *key, size_t max,
			struct relay_share **ret_share)
{
	struct relay_share *share = find_share(quota, key);

	if (share ? share->n_sessions >= max : max == 0)
		return -EDQUOT;
	if (!share)
		share = add_share(quota, key);
	if (!share)
		return -ENOMEM;
	if (share->lingers)
		TAILQ_REMOVE(&quota->lingering, share, in_lingering);
	share->lingers = false;
	share->n_sessions++;
	*ret_share = share;
	return 0;
}

static bool is_minute_over(const struct relay_share *share, uint64_t now_ms)
{
	return share->n_made == 0 || now_ms - share->minute_ms >= MINUTE_MS;
}

/* Frees expired ones whenever a new one comes, so all of them go. */
static void sweep_lingering(struct relay_quota *quota, uint64_t now_ms)
{
	struct relay_share *first;

	while ((first = TAILQ_FIRST(&quota->lingering)) && is_minute_over(first, now_ms))
		share_free(quota, first);
}

/* Something was released. A user cannot get a new minute by ending sessions. */
static void shrink_share(struct relay_quota *quota, struct relay_share *share, uint64_t now_ms)
{
	if (share->n_sessions > 0 || share->n_hops > 0)
		return;
	if (is_minute_over(share, now_ms)) {
		share_free(quota, share);
		return;
	}
	share->lingers = true;
	TAILQ_INSERT_TAIL(&quota->lingering, share, in_lingering);
}

int relay_quota_take(struct relay_quota *quota, struct slice user, struct slice realm, size_t max,
		     uint64_t now_ms, struct relay_share **ret_share)
{
	struct buf key = { 0 };
	int err;

	sweep_lingering(quota, now_ms);
	make_share_key(&key, user, realm);
	err = buf_failed(&key) ? -ENOMEM : take_session(quota, &key, max, ret_share);
	buf_done(&key);
	return err;
}

void relay_quota_give_back(struct relay_quota *quota, struct relay_share *share, uint64_t now_ms)
{
	share->n_sessions--;
	shrink_share(quota, share, now_ms);
}

int relay_quota_take_hop(struct relay_share *share, size_t max, uint64_t now_ms)
{
	if (share->n_hops >= max)
		return -EDQUOT;
	if (is_minute_over(share, now_ms)) {
		share->minute_ms = now_ms;
		share->n_made = 0;
	}
	if (share->n_made >= max)
		return -EAGAIN;
	share->n_made++;
	share->n_hops++;
	return 0;
}

void relay_quota_give_back_hop(struct relay_quota *quota, struct relay_share *share,
			       uint64_t now_ms)
{
	share->n_hops--;
	shrink_share(quota, share, now_ms);
}

size_t relay_quota_count_hops(const struct relay_share *share)
{
	return share->n_hops;
}

void relay_quota_set_rate(struct relay_share *share, uint64_t rate)
{
	share->rate = rate;
}

/* 0: there is no limit. */
static uint64_t rate_of(const struct relay_share *share, uint64_t usual)
{
	uint64_t rate = share->rate > 0 ? share->rate : usual;

	return rate == MSRP_NO_RATE_LIMIT ? 0 : rate;
}

uint64_t relay_quota_use(struct relay_share *share, enum relay_direction direction, size_t bytes,
			 uint64_t usual, uint64_t now_ms)
{
	uint64_t rate = rate_of(share, usual);

	return rate > 0 ? relay_rate_use(&share->use[direction], rate, bytes, now_ms) : 0;
}

void relay_quota_usage(const struct relay_share *share, uint64_t usual, uint64_t now_ms,
		       struct relay_usage *ret_usage)
{
	ret_usage->n_sessions = share->n_sessions;
	ret_usage->rate = rate_of(share, usual);
	for (int i = 0; i < RELAY_DIRECTIONS; i++)
		ret_usage->used[i] = relay_rate_now(&share->use[i], now_ms);
}
