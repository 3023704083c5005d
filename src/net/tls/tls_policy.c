/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Versions, ciphers and groups: ours, or those that the operator wants instead.
 */
#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/tls/tls_state.h"

/*
 * RFC 4976 9.2 wants TLS_RSA_WITH_AES_128_CBC_SHA to be there. OpenSSL's own
 * list has it, behind everything that is better; it is named so that this
 * stays true. A security level of 3 or more would still rule it out. Finite fields
 * are left out: whoever knows elliptic curves needs none, and 20 ms of ours would go
 * into each handshake of a stranger who asks for them with RSA-4096 or ffdhe8192.
 */
static const char ciphers[] = "DEFAULT:!kDHE:AES128-SHA";

/*
 * Those of TLS 1.3. OpenSSL has AES-256 first; nobody can break AES-128 either
 * (it is what RFC 8446 9.1 makes everybody have), and SHA-256, which comes with
 * it and which processors know, makes a handshake a tenth cheaper than SHA-384.
 */
static const char ciphersuites[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
				   "TLS_CHACHA20_POLY1305_SHA256";

/* OpenSSL's own lists without finite fields: that of 3.5 and later, and the one before. */
static const char groups[] = "?*X25519MLKEM768 / ?*X25519:?secp256r1 / ?X448:?secp384r1:?secp521r1";
static const char old_groups[] = "X25519:P-256:X448:P-384:P-521";

static int complain_of_policy(const char *list, char *error, size_t error_len)
{
	char reason[200];

	net_tls_error(X509_V_OK, reason, sizeof(reason));
	snprintf(error, error_len, "\"%s\" is not what OpenSSL knows: %s", list, reason);
	return -EINVAL;
}

static void add_policy_name(struct buf *list, struct slice name)
{
	if (list->len > 0)
		buf_add_char(list, ':');
	buf_add_slice(list, name);
}

/* The names of TLS 1.3 begin like this, and none of OpenSSL's for TLS 1.2 does. */
static void part(struct slice all, struct buf *ret_suites, struct buf *ret_ciphers)
{
	while (all.len > 0) {
		size_t end = slice_find(all, ':');
		struct slice name = slice_first(all, end);

		add_policy_name(slice_starts_with(name, SLICE("TLS_")) ? ret_suites : ret_ciphers,
				name);
		all = slice_skip(all, end < all.len ? end + 1 : end);
	}
	buf_add_char(ret_suites, '\0');
	buf_add_char(ret_ciphers, '\0');
}

/* LIST as a string, or OTHERWISE if it is empty. */
static const char *policy_text_of(const struct buf *list, const char *otherwise)
{
	return list->len > 1 ? (const char *)buf_data(list) : otherwise;
}

static int use_ciphers(SSL_CTX *ctx, const char *wanted, char *error, size_t error_len)
{
	struct buf suites = { 0 }, others = { 0 };
	int err = 0;

	part(slice_from(wanted), &suites, &others);
	if (buf_failed(&suites) || buf_failed(&others))
		err = -ENOMEM;
	else if (SSL_CTX_set_ciphersuites(ctx, policy_text_of(&suites, ciphersuites)) != 1 ||
		 SSL_CTX_set_cipher_list(ctx, policy_text_of(&others, ciphers)) != 1)
		err = complain_of_policy(wanted ? wanted : ciphers, error, error_len);
	buf_done(&suites);
	buf_done(&others);
	return err;
}

static int use_groups(SSL_CTX *ctx, const char *wanted, char *error, size_t error_len)
{
	const char *list = wanted ? wanted : groups;

	if (SSL_CTX_set1_groups_list(ctx, list) == 1)
		return 0;
	if (!wanted) {
		ERR_clear_error();
		list = old_groups;
		if (SSL_CTX_set1_groups_list(ctx, list) == 1)
			return 0;
	}
	return complain_of_policy(list, error, error_len);
}

int net_tls_use_policy(SSL_CTX *ctx, const struct net_tls_policy *policy,
		       enum net_tls_file *ret_fault, char *error, size_t error_len)
{
	int err;

	SSL_CTX_set_min_proto_version(ctx, policy->only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
	*ret_fault = NET_TLS_CIPHERS;
	err = use_ciphers(ctx, policy->ciphers, error, error_len);
	if (err)
		return err;
	*ret_fault = NET_TLS_GROUPS;
	return use_groups(ctx, policy->groups, error, error_len);
}
