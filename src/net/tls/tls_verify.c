/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requirements for a certificate besides its chain: keys and parameters whose check costs no more
 * than it should.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "net/tls/tls_state.h"

enum {
	/*
	 * The cost of a peer's public key. With 8192 bits and 65537 a signature takes 0.5 ms, with
	 * an exponent as long as the modulus 10 ms and more. Exponents in use are 3, 65537 and a
	 * few that are as short.
	 */
	RSA_BITS_MAX = 8192,
	RSA_EXPONENT_BITS_MAX = 32,
	/* Certificates that a peer sends with its own. Public CAs need two. */
	CHAIN_MAX = 8,
};

/* Keys without parameters, or with those implied by their names. */
static const char *const plain_types[] = { "ED25519",	"ED448",     "ML-DSA-44",
					   "ML-DSA-65", "ML-DSA-87", NULL };
static const char *const curves[] = { SN_X9_62_prime256v1, SN_secp384r1, SN_secp521r1, NULL };

static bool is_plain_rsa(EVP_PKEY *key)
{
	BIGNUM *exponent = NULL;
	bool plain;

	if (EVP_PKEY_get_bits(key) > RSA_BITS_MAX ||
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1)
		return false;
	plain = BN_num_bits(exponent) <= RSA_EXPONENT_BITS_MAX;
	BN_free(exponent);
	return plain;
}

/* A curve with explicit parameters has no name. */
static bool is_plain_ec(EVP_PKEY *key)
{
	char group[64];

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1)
		return false;
	for (size_t i = 0; curves[i]; i++)
		if (strcmp(group, curves[i]) == 0)
			return true;
	return false;
}

static bool is_plain(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	if (!key)
		return false;
	if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
		return is_plain_rsa(key);
	if (EVP_PKEY_is_a(key, "EC"))
		return is_plain_ec(key);
	for (size_t i = 0; plain_types[i]; i++)
		if (EVP_PKEY_is_a(key, plain_types[i]))
			return true;
	return false;
}

static bool are_plain(X509_STORE_CTX *store_ctx)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store_ctx);
	X509 *own = X509_STORE_CTX_get0_cert(store_ctx);
	int n = sk_X509_num(chain); /* includes its own; -1 without a chain */

	if ((own && !is_plain(own)) || n > CHAIN_MAX)
		return false;
	for (int i = 0; i < n; i++)
		if (!is_plain(sk_X509_value(chain, i)))
			return false;
	return true;
}

/*
 * Ends the handshake for odd keys, even where verification is not required: the next step would
 * check a signature with that key.
 */
static int verify_certificate(X509_STORE_CTX *store_ctx, bool lenient)
{
	int ok;

	if (!are_plain(store_ctx)) {
		X509_STORE_CTX_set_error(store_ctx, X509_V_ERR_APPLICATION_VERIFICATION);
		return 0;
	}
	ok = X509_verify_cert(store_ctx);
	if (!lenient)
		return ok;
	if (ok <= 0 && X509_STORE_CTX_get_error(store_ctx) == X509_V_OK)
		X509_STORE_CTX_set_error(store_ctx, X509_V_ERR_UNSPECIFIED);
	return 1;
}

static int verify_strictly(X509_STORE_CTX *store_ctx, void *arg)
{
	return verify_certificate(store_ctx, false);
}

/* As net_tls_ask_client() says. */
static int verify_leniently(X509_STORE_CTX *store_ctx, void *arg)
{
	const SSL *ssl =
	    X509_STORE_CTX_get_ex_data(store_ctx, SSL_get_ex_data_X509_STORE_CTX_idx());

	return verify_certificate(store_ctx,
				  !(SSL_get_verify_mode(ssl) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT));
}

void net_tls_ask_client(SSL *ssl, enum net_tls_clients clients)
{
	if (clients == NET_TLS_CLIENTS_REQUIRED)
		SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	else if (clients == NET_TLS_CLIENTS_NOT_ASKED)
		SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
}

void net_tls_verify_peers(SSL_CTX *ctx, bool lenient)
{
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, lenient ? verify_leniently : verify_strictly, NULL);
}
