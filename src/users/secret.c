/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end "secret": takes a name that carries its own expiry time, and computes its password
 * with each of the shared secrets.
 */
#include "users/secret.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	PASSWORD_LEN = (MSRP_SHA1_MAC_LEN + 2) / 3 * 4, /* in base64 */
};

struct users_secret {
	struct users base;
	char *secret[USERS_SECRETS_MAX];
	size_t n_secrets;
	bool user_first;
};

/* A name, split into its parts. */
struct ephemeral {
	uint64_t until_s; /* seconds since 1970 */
	struct slice account;
};

/* The user may be missing, as with coturn. False: the name carries no time. */
static bool split_name(const struct users_secret *self, struct slice name,
		       struct ephemeral *ret_parts)
{
	const char *colon = NULL;
	size_t at;

	if (name.len > 0)
		colon = self->user_first ? memrchr(name.p, ':', name.len)
					 : memchr(name.p, ':', name.len);
	if (!colon) {
		ret_parts->account = slice_from(NULL);
		return slice_to_u64(name, &ret_parts->until_s);
	}
	at = (size_t)(colon - name.p);
	ret_parts->account = self->user_first ? slice_first(name, at) : slice_skip(name, at + 1);
	return slice_to_u64(self->user_first ? slice_skip(name, at + 1) : slice_first(name, at),
			    &ret_parts->until_s);
}

static void to_base64(const uint8_t mac[MSRP_SHA1_MAC_LEN], char ret_text[PASSWORD_LEN])
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t padded[MSRP_SHA1_MAC_LEN + 1] = { 0 };

	memcpy(padded, mac, MSRP_SHA1_MAC_LEN);
	for (size_t i = 0, out = 0; i < sizeof(padded); i += 3) {
		uint32_t bits =
		    (uint32_t)padded[i] << 16 | (uint32_t)padded[i + 1] << 8 | padded[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			ret_text[out++] = digits[bits >> shift & 63];
	}
	ret_text[PASSWORD_LEN - 1] = '='; /* the padding byte has no digit */
	explicit_bzero(padded, sizeof(padded));
}

static int make_ha1(const char *secret, struct slice user, struct slice realm,
		    enum msrp_digest_algorithm algorithm, struct msrp_digest_hex *ret_ha1)
{
	uint8_t mac[MSRP_SHA1_MAC_LEN];
	char password[PASSWORD_LEN];
	int err;

	err = msrp_digest_mac_sha1(secret, strlen(secret), user.p, user.len, mac);
	if (err)
		return err;
	to_base64(mac, password);
	err = msrp_digest_ha1(algorithm, user, realm, slice_make(password, sizeof(password)),
			      ret_ha1);
	explicit_bzero(mac, sizeof(mac));
	explicit_bzero(password, sizeof(password));
	return err;
}

static void secret_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
			users_fn callback, void *arg)
{
	const struct users_secret *self = (struct users_secret *)users;
	struct msrp_digest_hex hex[USERS_SECRETS_MAX] = { 0 };
	struct slice ha1[USERS_SECRETS_MAX];
	struct msrp_ha1_answer answer = { .result = MSRP_HA1_UNKNOWN, .ha1 = ha1 };
	uint64_t now_s = (uint64_t)time(NULL);
	struct ephemeral parts;

	if (!split_name(self, question->user, &parts))
		goto out;
	answer.account = parts.account;
	answer.result = MSRP_HA1_EXPIRED;
	if (parts.until_s <= now_s)
		goto out;
	answer.valid_s = parts.until_s - now_s;
	answer.result = MSRP_HA1_FOUND;
	for (size_t i = 0; i < self->n_secrets; i++) {
		if (make_ha1(self->secret[i], question->user, question->realm, question->algorithm,
			     &hex[i]) != 0)
			answer.result = MSRP_HA1_FAILED;
		ha1[i] = slice_make(hex[i].text, hex[i].len);
	}
	if (answer.result == MSRP_HA1_FOUND)
		answer.n_ha1 = self->n_secrets;
out:
	callback(arg, &answer);
	explicit_bzero(hex, sizeof(hex));
}

static void secret_free(struct users *users)
{
	struct users_secret *self = (struct users_secret *)users;

	for (size_t i = 0; i < self->n_secrets; i++) {
		if (self->secret[i])
			explicit_bzero(self->secret[i], strlen(self->secret[i]));
		free(self->secret[i]);
	}
	free(self);
}

static const struct users_backend secret_backend = {
	.find = secret_find,
	.free = secret_free,
};

int users_secret_new(const struct users_secret_options *options, struct users **ret_users)
{
	struct users_secret *self = calloc(1, sizeof(*self));
	bool failed = false;

	assert(options->n_secrets > 0 && options->n_secrets <= USERS_SECRETS_MAX);
	if (!self)
		return -ENOMEM;
	users_init(&self->base, &secret_backend);
	self->user_first = options->user_first;
	while (self->n_secrets < options->n_secrets) {
		char *copy = strdup(options->secret[self->n_secrets]);

		failed |= !copy;
		self->secret[self->n_secrets++] = copy;
	}
	if (failed) {
		secret_free(&self->base);
		return -ENOMEM;
	}
	*ret_users = &self->base;
	return 0;
}
