/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/quota.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

struct relay_share {
	size_t n_sessions;
	UT_hash_handle hh;
	size_t key_len;
	char key[]; /* user NUL realm */
};

struct relay_quota {
	struct relay_share *shares;
};

struct relay_quota *relay_quota_new(void)
{
	return calloc(1, sizeof(struct relay_quota));
}

struct relay_quota *relay_quota_free(struct relay_quota *quota)
{
	if (!quota)
		return NULL;
	assert(!quota->shares);
	free(quota);
	return NULL;
}

/* The key under which USER of REALM is kept; the buffer is the caller's. */
static void make_key(struct buf *key, struct slice user, struct slice realm)
{
	buf_add_slice(key, user);
	buf_add_char(key, '\0');
	buf_add_slice(key, realm);
}

static struct relay_share *find(const struct relay_quota *quota, const struct buf *key)
{
	struct relay_share *share;

	HASH_FIND(hh, quota->shares, buf_data(key), key->len, share);
	return share;
}

static struct relay_share *add(struct relay_quota *quota, const struct buf *key)
{
	struct relay_share *share = calloc(1, sizeof(*share) + key->len);

	if (!share)
		return NULL;
	share->key_len = key->len;
	memcpy(share->key, buf_data(key), key->len);
	HASH_ADD_KEYPTR(hh, quota->shares, share->key, share->key_len, share);
	if (!share->hh.tbl) {
		free(share);
		return NULL;
	}
	return share;
}

static int take(struct relay_quota *quota, const struct buf *key, size_t max,
		struct relay_share **ret_share)
{
	struct relay_share *share = find(quota, key);

	if (share ? share->n_sessions >= max : max == 0)
		return -EDQUOT;
	if (!share)
		share = add(quota, key);
	if (!share)
		return -ENOMEM;
	share->n_sessions++;
	*ret_share = share;
	return 0;
}

int relay_quota_take(struct relay_quota *quota, struct slice user, struct slice realm, size_t max,
		     struct relay_share **ret_share)
{
	struct buf key = { 0 };
	int err;

	make_key(&key, user, realm);
	err = buf_failed(&key) ? -ENOMEM : take(quota, &key, max, ret_share);
	buf_done(&key);
	return err;
}

void relay_quota_give_back(struct relay_quota *quota, struct relay_share *share)
{
	if (--share->n_sessions > 0)
		return;
	HASH_DEL(quota->shares, share);
	free(share);
}
