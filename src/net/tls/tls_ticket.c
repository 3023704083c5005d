/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session ticket is good for the name under which it was given out, and for no other. It is made
 * and opened with keys that may be shared with other relays.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/slice.h"
#include "net/tls/tls_state.h"

enum {
	NAME_MAX_LEN = 255,
	LIST_HEAD_LEN = 5, /* length of the list, type, length of the name (RFC 6066 section 3) */
	CONTEXT_LEN = 32,  /* of SHA-256, and the most that OpenSSL accepts */
};

/* The name that the client asks for, or nothing: OpenSSL will complain about malformed ones. */
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
 * RFC 6066 section 3: a session must not be resumed under another name. OpenSSL does not resume a
 * session that began in another context, so the name becomes the context; without a context it
 * would refuse to resume sessions with a client certificate. The context also has the demand for
 * client certificates and the authorities that may sign them, because nothing checks these again on
 * resumption. This runs first on a ClientHello: tickets are opened before names are read.
 */
static int on_client_hello(SSL *ssl, int *alert, void *arg)
{
	const struct net_tls *tls = arg;
	unsigned char context[EVP_MAX_MD_SIZE];
	struct slice name = server_name(ssl);
	unsigned char all[1 + NET_TLS_TRUST_LEN + NAME_MAX_LEN];
	size_t len = 1;

	all[0] = (unsigned char)SSL_get_verify_mode(ssl);
	memcpy(all + len, tls->trust, sizeof(tls->trust));
	len += sizeof(tls->trust);
	for (size_t i = 0; i < name.len; i++)
		all[len++] = (unsigned char)ascii_lower(name.p[i]);
	if (EVP_Digest(all, len, context, NULL, EVP_sha256(), NULL) != 1 ||
	    SSL_set_session_id_context(ssl, context, CONTEXT_LEN) != 1)
		return SSL_CLIENT_HELLO_ERROR;
	return SSL_CLIENT_HELLO_SUCCESS;
}

void net_tls_bind_tickets(SSL_CTX *ctx, struct net_tls *tls)
{
	SSL_CTX_set_client_hello_cb(ctx, on_client_hello, tls);
}

/* Return values of OpenSSL's callback for the key of a ticket. */
enum {
	TICKET_FAILED = -1,
	TICKET_NONE = 0, /* a full handshake follows */
	TICKET_FINE = 1,
	TICKET_RENEW = 2, /* the old ticket is accepted, and a new one is issued */
};

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool start_mac(EVP_MAC_CTX *mac, struct net_tls_ticket_key *key)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac, key->secret_len),
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	return EVP_MAC_CTX_set_params(mac, params) == 1;
}

static const EVP_CIPHER *cipher_of(const struct net_tls_ticket_key *key)
{
	return key->secret_len == NET_TLS_TICKET_SECRET_MAX ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
}

static int make_ticket(struct net_tls_ticket_keys *keys, unsigned char *name, unsigned char *iv,
		       EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	struct net_tls_ticket_key key;
	bool fine = net_tls_ticket_keys_current(keys, now_s(), &key);

	if (fine) {
		memcpy(name, key.name, sizeof(key.name));
		fine = RAND_bytes(iv, EVP_CIPHER_get_iv_length(cipher_of(&key))) == 1 &&
		       EVP_EncryptInit_ex(cipher, cipher_of(&key), NULL, key.cipher, iv) == 1 &&
		       start_mac(mac, &key);
	}
	explicit_bzero(&key, sizeof(key));
	return fine ? TICKET_FINE : TICKET_FAILED;
}

static int open_ticket(struct net_tls_ticket_keys *keys, const unsigned char *name,
		       const unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	struct net_tls_ticket_key key;
	bool current, fine;

	if (!net_tls_ticket_keys_find(keys, name, &key, &current))
		return TICKET_NONE;
	fine = EVP_DecryptInit_ex(cipher, cipher_of(&key), NULL, key.cipher, iv) == 1 &&
	       start_mac(mac, &key);
	explicit_bzero(&key, sizeof(key));
	if (!fine)
		return TICKET_FAILED;
	return current ? TICKET_FINE : TICKET_RENEW;
}

static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
		     EVP_MAC_CTX *mac, int make)
{
	struct net_tls_ticket_keys *keys = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	return make ? make_ticket(keys, name, iv, cipher, mac)
		    : open_ticket(keys, name, iv, cipher, mac);
}

void net_tls_use_ticket_keys(SSL_CTX *ctx, struct net_tls_ticket_keys *keys)
{
	SSL_CTX_set_app_data(ctx, keys);
	SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket);
}
