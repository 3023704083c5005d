/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file of this room that uses a library: the hashes of libcrypto. Comparisons take the
 * same time wherever the difference is.
 */
#include "msrp/digest.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct slice algorithm_names[MSRP_DIGEST_COUNT] = {
	[MSRP_DIGEST_MD5] = { "MD5", 3 },
	[MSRP_DIGEST_SHA256] = { "SHA-256", 7 },
};

const char *msrp_digest_name(enum msrp_digest_algorithm algorithm)
{
	assert(algorithm < MSRP_DIGEST_COUNT);
	return algorithm_names[algorithm].p;
}

bool msrp_digest_find(struct slice name, enum msrp_digest_algorithm *ret_algorithm)
{
	if (name.len == 0) {
		*ret_algorithm = MSRP_DIGEST_MD5;
		return true;
	}
	for (unsigned i = 0; i < MSRP_DIGEST_COUNT; i++) {
		if (slice_equal_nocase(name, algorithm_names[i])) {
			*ret_algorithm = (enum msrp_digest_algorithm)i;
			return true;
		}
	}
	return false;
}

static const EVP_MD *method_of(enum msrp_digest_algorithm algorithm)
{
	return algorithm == MSRP_DIGEST_MD5 ? EVP_md5() : EVP_sha256();
}

static void to_hex(const uint8_t *bytes, size_t len, struct msrp_digest_hex *ret_hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		ret_hex->text[2 * i] = digits[bytes[i] >> 4];
		ret_hex->text[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_hex->len = 2 * len;
	ret_hex->text[ret_hex->len] = '\0';
}

/* Hashes the parts, separated by colons. */
static bool hash_parts(EVP_MD_CTX *ctx, const EVP_MD *method, const struct slice *part,
		       size_t n_parts, uint8_t *hash, unsigned *ret_len)
{
	if (!EVP_DigestInit_ex(ctx, method, NULL))
		return false;
	for (size_t i = 0; i < n_parts; i++) {
		if (i > 0 && !EVP_DigestUpdate(ctx, ":", 1))
			return false;
		if (part[i].len > 0 && !EVP_DigestUpdate(ctx, part[i].p, part[i].len))
			return false;
	}
	return EVP_DigestFinal_ex(ctx, hash, ret_len);
}

static int hash_to_hex(enum msrp_digest_algorithm algorithm, const struct slice *part,
		       size_t n_parts, struct msrp_digest_hex *ret_hex)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len;
	bool done;

	if (!ctx)
		return -ENOMEM;
	/* An error left in this thread's queue would be taken for one of a TLS connection. */
	ERR_set_mark();
	done = hash_parts(ctx, method_of(algorithm), part, n_parts, hash, &len);
	ERR_pop_to_mark();
	EVP_MD_CTX_free(ctx);
	if (!done)
		return -ENOTSUP;
	to_hex(hash, len, ret_hex);
	OPENSSL_cleanse(hash, sizeof(hash));
	return 0;
}

int msrp_digest_ha1(enum msrp_digest_algorithm algorithm, struct slice username, struct slice realm,
		    struct slice password, struct msrp_digest_hex *ret_ha1)
{
	const struct slice part[] = { username, realm, password };

	return hash_to_hex(algorithm, part, COUNT(part), ret_ha1);
}

int msrp_digest_response(const struct msrp_digest_input *input,
			 struct msrp_digest_hex *ret_response)
{
	const struct slice a2[] = { input->method, input->uri };
	struct msrp_digest_hex ha2;
	int err = hash_to_hex(input->algorithm, a2, COUNT(a2), &ha2);

	if (!err) {
		const struct slice part[] = {
			input->ha1,    input->nonce,  input->nc,
			input->cnonce, SLICE("auth"), slice_make(ha2.text, ha2.len),
		};

		err = hash_to_hex(input->algorithm, part, COUNT(part), ret_response);
	}
	return err;
}

/* Like ascii_lower(), but without a branch that depends on a secret. */
static unsigned lower_blindly(char c)
{
	unsigned value = (uint8_t)c;
	unsigned at_least_a = ('A' - 1 - value) >> 31;
	unsigned at_most_z = (value - ('Z' + 1)) >> 31;

	return value | (at_least_a & at_most_z) << 5;
}

bool msrp_digest_equal(struct slice a, struct slice b)
{
	volatile unsigned difference = 0; /* volatile: the compiler must not leave the loop early */

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		difference |= lower_blindly(a.p[i]) ^ lower_blindly(b.p[i]);
	return difference == 0;
}

static int make_mac(const EVP_MD *method, const void *key, size_t key_len, const void *data,
		    size_t len, uint8_t *ret_mac, size_t mac_len)
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned made_len;
	bool done;

	assert(key_len <= INT_MAX);
	ERR_set_mark();
	done = HMAC(method, key, (int)key_len, data, len, mac, &made_len);
	ERR_pop_to_mark();
	if (!done)
		return -ENOMEM;
	assert(made_len == mac_len);
	memcpy(ret_mac, mac, mac_len);
	return 0;
}

int msrp_digest_mac(const uint8_t *key, size_t key_len, const void *data, size_t len,
		    uint8_t ret_mac[MSRP_MAC_LEN])
{
	return make_mac(EVP_sha256(), key, key_len, data, len, ret_mac, MSRP_MAC_LEN);
}

int msrp_digest_mac_sha1(const void *key, size_t key_len, const void *data, size_t len,
			 uint8_t ret_mac[MSRP_SHA1_MAC_LEN])
{
	return make_mac(EVP_sha1(), key, key_len, data, len, ret_mac, MSRP_SHA1_MAC_LEN);
}
