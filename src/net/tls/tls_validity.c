/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From when and until when certificates are valid, for warnings before they expire.
 */
#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <time.h>

#include "net/tls/tls_state.h"

/* An unreadable time is no limit: OpenSSL will refuse the certificate soon enough. */
static int64_t seconds_of(const ASN1_TIME *time, int64_t otherwise)
{
	struct tm tm = { 0 };

	return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : otherwise;
}

static void narrow(struct net_tls_validity *validity, const X509 *certificate)
{
	int64_t from_s = seconds_of(X509_get0_notBefore(certificate), INT64_MIN);
	int64_t until_s = seconds_of(X509_get0_notAfter(certificate), INT64_MAX);

	if (from_s > validity->from_s)
		validity->from_s = from_s;
	if (until_s < validity->until_s)
		validity->until_s = until_s;
}

void net_tls_note_certificate(struct net_tls *tls, SSL_CTX *ctx)
{
	struct net_tls_loaded *loaded = &tls->loaded[tls->n_loaded++];
	X509 *certificate = SSL_CTX_get0_certificate(ctx);
	STACK_OF(X509) *chain = NULL;

	loaded->validity = (struct net_tls_validity){ INT64_MIN, INT64_MAX };
	loaded->kind = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
	narrow(&loaded->validity, certificate);
	SSL_CTX_get0_chain_certs(ctx, &chain);
	for (int n = 0; n < sk_X509_num(chain); n++)
		narrow(&loaded->validity, sk_X509_value(chain, n));
}

void net_tls_note_crl(struct net_tls *tls, const X509_CRL *crl)
{
	int64_t until_s = INT64_MAX;

	if (X509_CRL_get0_nextUpdate(crl))
		until_s = seconds_of(X509_CRL_get0_nextUpdate(crl), INT64_MAX);
	if (until_s < tls->crl_until_s)
		tls->crl_until_s = until_s;
}

bool net_tls_validity(const struct net_tls *tls, size_t i, struct net_tls_validity *ret_validity)
{
	if (i >= tls->n_loaded)
		return false;
	*ret_validity = tls->loaded[i].validity;
	return true;
}

int net_tls_key_kind(const struct net_tls *tls, size_t i)
{
	return i < tls->n_loaded ? tls->loaded[i].kind : 0;
}

int64_t net_tls_crl_until_s(const struct net_tls *tls)
{
	return tls->crl_until_s;
}

int64_t net_tls_valid_until_s(const struct net_tls *tls)
{
	struct net_tls_validity validity;
	int64_t until_s = INT64_MAX;

	for (size_t i = 0; net_tls_validity(tls, i, &validity); i++)
		if (validity.until_s < until_s)
			until_s = validity.until_s;
	return until_s;
}
