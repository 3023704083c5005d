/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counted references to the certificate that OpenSSL keeps; nothing is copied.
 */
#include "net/connection/certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "net/connection/connection_state.h"
#include "net/tls/tls_state.h"

/* OpenSSL's object, whose references are counted atomically, under a name of ours. */

struct net_certificate *net_conn_certificate(const struct net_conn *conn)
{
	struct net_transport *t = conn->transport;

	return t ? t->ops->peer_certificate(t) : NULL;
}

struct net_certificate *net_tls_certificate(const struct net_tls *tls, size_t i)
{
	X509 *certificate;

	if (i >= tls->n_served)
		return NULL;
	certificate = SSL_CTX_get0_certificate(tls->served[i].ctx);
	return certificate && X509_up_ref(certificate) == 1 ? (struct net_certificate *)certificate
							    : NULL;
}

bool net_certificate_names(const struct net_certificate *certificate, const char *host)
{
	return net_tls_certificate_names((X509 *)certificate, host);
}

bool net_certificate_digest(const struct net_certificate *certificate, enum net_hash hash,
			    uint8_t ret_digest[NET_DIGEST_MAX])
{
	const EVP_MD *md = hash == NET_SHA1 ? EVP_sha1() : EVP_sha256();

	return certificate && X509_digest((const X509 *)certificate, md, ret_digest, NULL) == 1;
}

struct net_certificate *net_certificate_free(struct net_certificate *certificate)
{
	X509_free((X509 *)certificate);
	return NULL;
}
