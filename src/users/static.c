/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end "users": users from the configuration itself, in a hash table. It answers at once.
 */
#include "users/users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/hash.h"

enum { HA1_MD5_LEN = 32, HA1_SHA256_LEN = 64 };

struct static_user {
	UT_hash_handle hh;
	struct msrp_digest_hex ha1[MSRP_DIGEST_COUNT]; /* of length 0 if unknown */
	uint64_t rate;
	size_t key_len;
	char key[]; /* the name, a NUL, which no name can hold, and the realm */
};

struct users_static {
	struct users base;
	uint8_t seed[SIPHASH_KEY_LEN];
	struct static_user *by_key;
};

static void make_key(struct slice name, struct slice realm, struct buf *out)
{
	buf_add_slice(out, name);
	buf_add_char(out, '\0');
	buf_add_slice(out, realm);
}

static struct static_user *find_user(struct users_static *self, const struct buf *key)
{
	struct static_user *user;

	HASH_FIND_SEEDED(self->seed, self->by_key, buf_data(key), key->len, user);
	return user;
}

static void static_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
			users_fn callback, void *arg)
{
	struct users_static *self = (struct users_static *)users;
	struct msrp_ha1_answer answer = { .result = MSRP_HA1_UNKNOWN, .valid_s = UINT64_MAX };
	const struct static_user *found;
	struct buf key = { 0 };
	struct slice ha1;

	/* A NUL in a name would move the border between name and realm. */
	if (slice_find(question->user, '\0') < question->user.len)
		goto out;
	make_key(question->user, question->realm, &key);
	if (buf_failed(&key)) {
		answer.result = MSRP_HA1_FAILED;
		goto out;
	}
	found = find_user(self, &key);
	if (found && found->ha1[question->algorithm].len > 0) {
		ha1 = slice_make(found->ha1[question->algorithm].text,
				 found->ha1[question->algorithm].len);
		answer.result = MSRP_HA1_FOUND;
		answer.ha1 = &ha1;
		answer.n_ha1 = 1;
		answer.rate = found->rate;
	}
out:
	buf_done(&key);
	callback(arg, &answer);
}

static void free_user(struct static_user *user)
{
	explicit_bzero(user->ha1, sizeof(user->ha1));
	free(user);
}

static void static_free(struct users *users)
{
	struct users_static *self = (struct users_static *)users;
	struct static_user *user;
	struct static_user *next;

	HASH_ITER (hh, self->by_key, user, next) {
		HASH_DEL(self->by_key, user);
		free_user(user);
	}
	free(self);
}

static const struct users_backend static_backend = {
	.find = static_find,
	.free = static_free,
};

static int take_ha1(const char *text, size_t len, struct msrp_digest_hex *ret_ha1)
{
	if (!text)
		return 0;
	if (strlen(text) != len)
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (ascii_hex_value(text[i]) < 0)
			return -EINVAL;
	for (size_t i = 0; i <= len; i++)
		ret_ha1->text[i] = ascii_lower(text[i]);
	ret_ha1->len = len;
	return 0;
}

/* Derives both hashes from a password, so that it need not be kept. */
static int fill_ha1(const struct users_static_entry *entry, struct static_user *user)
{
	int err;

	if (!entry->password) {
		err = take_ha1(entry->ha1, HA1_MD5_LEN, &user->ha1[MSRP_DIGEST_MD5]);
		if (err)
			return err;
		return take_ha1(entry->ha1_sha256, HA1_SHA256_LEN, &user->ha1[MSRP_DIGEST_SHA256]);
	}
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++) {
		err = msrp_digest_ha1((enum msrp_digest_algorithm)i, slice_from(entry->name),
				      slice_from(entry->realm), slice_from(entry->password),
				      &user->ha1[i]);
		if (err)
			return err;
	}
	return 0;
}

static int insert_user(struct users_static *self, const struct users_static_entry *entry,
		       const struct buf *key)
{
	struct static_user *user;
	int err;

	if (find_user(self, key))
		return -EEXIST;
	user = calloc(1, sizeof(*user) + key->len);
	if (!user)
		return -ENOMEM;
	user->key_len = key->len;
	user->rate = entry->rate;
	memcpy(user->key, buf_data(key), key->len);
	err = fill_ha1(entry, user);
	if (err)
		goto out;
	HASH_ADD_SEEDED(self->seed, self->by_key, user->key, user->key_len, user);
	if (!user->hh.tbl)
		err = -ENOMEM;
out:
	if (err)
		free_user(user);
	return err;
}

static int add_user(struct users_static *self, const struct users_static_entry *entry)
{
	struct buf key = { 0 };
	int err;

	make_key(slice_from(entry->name), slice_from(entry->realm), &key);
	err = buf_failed(&key) ? -ENOMEM : insert_user(self, entry, &key);
	buf_done(&key);
	return err;
}

int users_static_new(const struct users_static_entry *entry, size_t n,
		     const uint8_t seed[SIPHASH_KEY_LEN], struct users **ret_users)
{
	struct users_static *self = calloc(1, sizeof(*self));
	int err = 0;

	if (!self)
		return -ENOMEM;
	users_init(&self->base, &static_backend);
	memcpy(self->seed, seed, SIPHASH_KEY_LEN);
	for (size_t i = 0; i < n && !err; i++)
		err = add_user(self, &entry[i]);
	if (err) {
		static_free(&self->base);
		return err;
	}
	*ret_users = &self->base;
	return 0;
}
