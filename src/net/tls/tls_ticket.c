/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session ticket is good for the name under which it was given out, and for no other.
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "base/ascii.h"
#include "base/slice.h"
#include "net/tls/tls_state.h"

enum {
	NAME_MAX_LEN = 255,
	LIST_HEAD_LEN = 5, /* length of the list, type, length of the name (RFC 6066 section 3) */
	CONTEXT_LEN = 32,  /* of SHA-256, and the most that OpenSSL takes */
};

/* What the client asks for, or nothing: OpenSSL will tell it of what cannot be read. */
static struct slice server_name(SSL *ssl)
{
	const unsigned char *p;
	size_t size, len;

	if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &p, &size) != 1 ||
	    size < LIST_HEAD_LEN || p[2] != TLSEXT_NAMETYPE_host_name)
		return slice_from(NULL);
	len = (size_t)p[3] << 8 | p[4];
	if (len > size - LIST_HEAD_LEN || len > NAME_MAX_LEN)
		return slice_from(NULL);
	return slice_make(p + LIST_HEAD_LEN, len);
}

/*
 * RFC 6066 section 3: a session must not be taken up under another name. OpenSSL takes
 * none up that began in another context, and so the name becomes the context; without
 * any it would refuse to take up sessions that had a client certificate. The first
 * to look at a ClientHello: tickets are opened before names are.
 */
static int on_client_hello(SSL *ssl, int *alert, void *arg)
{
	unsigned char context[EVP_MAX_MD_SIZE];
	struct slice name = server_name(ssl);
	char lower[NAME_MAX_LEN];

	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_lower(name.p[i]);
	if (EVP_Digest(lower, name.len, context, NULL, EVP_sha256(), NULL) != 1 ||
	    SSL_set_session_id_context(ssl, context, CONTEXT_LEN) != 1)
		return SSL_CLIENT_HELLO_ERROR;
	return SSL_CLIENT_HELLO_SUCCESS;
}

void net_tls_bind_tickets(SSL_CTX *ctx)
{
	SSL_CTX_set_client_hello_cb(ctx, on_client_hello, NULL);
}
