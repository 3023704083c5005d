/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ALPN (RFC 7301) at listeners that accept WebSockets. Browsers send "http/1.1" there; clients and
 * relays of MSRP have no protocol name and send nothing. ALPN is known before a certificate is
 * requested.
 */
#include "net/tls/tls_state.h"

static const unsigned char http_1_1[] = "\x08http/1.1";

static int on_alpn(SSL *ssl, const unsigned char **ret_out, unsigned char *ret_len,
		   const unsigned char *in, unsigned in_len, void *arg)
{
	unsigned char *out;

	/* Another protocol, or a listener without WebSockets: ignore it. */
	if (!SSL_get_app_data(ssl) ||
	    SSL_select_next_proto(&out, ret_len, http_1_1, sizeof(http_1_1) - 1, in, in_len) !=
		OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*ret_out = out;
	SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
	return SSL_TLSEXT_ERR_OK;
}

void net_tls_serve_web(SSL_CTX *ctx)
{
	SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
}

void net_tls_expect_web(SSL *ssl, enum net_web web)
{
	static char expected;

	SSL_set_app_data(ssl, web != NET_WEB_NEVER ? &expected : NULL);
	if (web == NET_WEB_ALWAYS)
		SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
}
