/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of certificates that their authorities have revoked (RFC 5280 section 5).
 */
#include <openssl/x509_vfy.h>

#include "net/tls/tls_state.h"

/*
 * An authority without a list has revoked nothing, as far as anybody knows; the system's
 * authorities have no lists here. A list that is out of date or not the authority's is not trusted,
 * and neither is the certificate.
 */
static int on_verified(int ok, X509_STORE_CTX *store_ctx)
{
	if (ok || X509_STORE_CTX_get_error(store_ctx) != X509_V_ERR_UNABLE_TO_GET_CRL)
		return ok;
	X509_STORE_CTX_set_error(store_ctx, X509_V_OK);
	return 1;
}

void net_tls_check_revocation(SSL_CTX *ctx)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);

	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	X509_STORE_set_verify_cb(store, on_verified);
}
