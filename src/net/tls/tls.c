/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contexts of OpenSSL, one for each certificate, found by the name that a client sends (SNI).
 */
#include "net/tls/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* What OpenSSL cannot do for us. */
static int explain(char *error, size_t error_len)
{
	net_tls_error(X509_V_OK, error, error_len);
	return -EINVAL;
}

static bool set_groups(SSL_CTX *ctx)
{
	if (SSL_CTX_set1_groups_list(ctx, groups) == 1)
		return true;
	ERR_clear_error();
	return SSL_CTX_set1_groups_list(ctx, old_groups) == 1;
}

static SSL_CTX *new_ctx(const SSL_METHOD *method)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	/*
	 * A bare FIN is taken for the end as well, because clients in the field
	 * leave close_notify out: a cut-off message is seen by its missing
	 * end-line. Renegotiation would let a read wait for a write for long.
	 */
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION |
				     SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
				     SSL_OP_PRIORITIZE_CHACHA);
	/* The chain is what the file says, not what the CAs of other certificates add to it. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
	/* Sessions live in tickets that clients keep, not in our memory. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_ciphersuites(ctx, ciphersuites) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, ciphers) != 1 || !set_groups(ctx)) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

/*
 * Relays authenticate with the certificate they serve with (RFC 4976 6.3), and
 * public CAs sign those for servers only.
 */
static void ask_for_certificate(SSL_CTX *ctx)
{
	net_tls_verify_peers(ctx, true);
	SSL_CTX_set_purpose(ctx, X509_PURPOSE_ANY);
}

static struct net_tls_served *find_served(struct net_tls *tls, const char *name)
{
	for (size_t i = 0; i < tls->n_served; i++) {
		if (tls->served[i].name && strcasecmp(tls->served[i].name, name) == 0)
			return &tls->served[i];
	}
	return NULL;
}

/* An unknown name is no reason to refuse: the first certificate serves it. */
static int on_server_name(SSL *ssl, int *alert, void *arg)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	struct net_tls_served *served = name ? find_served(arg, name) : NULL;

	if (served)
		SSL_set_SSL_CTX(ssl, served->ctx);
	return SSL_TLSEXT_ERR_OK;
}

static int new_tls(size_t n_served, struct net_tls **ret_tls)
{
	struct net_tls *tls = calloc(1, sizeof(*tls));

	if (!tls)
		return -ENOMEM;
	atomic_init(&tls->refs, 1);
	tls->bio = net_tls_bio_new();
	tls->served = calloc(n_served, sizeof(*tls->served));
	if (!tls->bio || !tls->served) {
		net_tls_unref(tls);
		return -ENOMEM;
	}
	tls->n_served = n_served;
	*ret_tls = tls;
	return 0;
}

static int serve(struct net_tls *tls, size_t i, const struct net_tls_domain *domain,
		 enum net_tls_file *fault, char *error, size_t error_len)
{
	struct net_tls_served *served = &tls->served[i];
	SSL_CTX *ctx = new_ctx(TLS_server_method());

	if (!ctx)
		return explain(error, error_len);
	served->ctx = ctx;
	if (domain->name) {
		served->name = strdup(domain->name);
		if (!served->name)
			return -ENOMEM;
	}
	ask_for_certificate(ctx);
	net_tls_serve_web(ctx);
	if (tls->ticket_keys)
		net_tls_use_ticket_keys(ctx, tls->ticket_keys);
	/*
	 * One is what a client with one connection needs for the next, and each
	 * resumption brings another (RFC 8446 C.4). OpenSSL would make two.
	 */
	SSL_CTX_set_num_tickets(ctx, 1);
	/* The CAs are read once, for the first. */
	if (i > 0)
		SSL_CTX_set1_cert_store(ctx, SSL_CTX_get_cert_store(tls->served[0].ctx));
	return net_tls_load_identity(ctx, domain->certificate, domain->key, fault, error,
				     error_len);
}

int net_tls_server_new(const struct net_tls_server_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls)
{
	enum net_tls_file ignored;
	enum net_tls_file *fault = options->ret_fault ? options->ret_fault : &ignored;
	struct net_tls *tls;
	int err;

	ERR_clear_error();
	*fault = NET_TLS_CERTIFICATE;
	snprintf(error, error_len, "out of memory");
	err = new_tls(options->n_domains, &tls);
	if (err)
		return err;
	tls->ticket_keys = net_tls_ticket_keys_ref(options->ticket_keys);
	for (size_t i = 0; i < options->n_domains && !err; i++)
		err = serve(tls, i, &options->domain[i], fault, error, error_len);
	if (!err)
		err = net_tls_load_ca(tls->served[0].ctx, options->ca, fault, error, error_len);
	if (err) {
		net_tls_unref(tls);
		return err;
	}
	net_tls_bind_tickets(tls->served[0].ctx);
	SSL_CTX_set_tlsext_servername_callback(tls->served[0].ctx, on_server_name);
	SSL_CTX_set_tlsext_servername_arg(tls->served[0].ctx, tls);
	*ret_tls = tls;
	return 0;
}

static int set_up_client(struct net_tls *tls, const struct net_tls_client_options *options,
			 char *error, size_t error_len)
{
	SSL_CTX *ctx = new_ctx(TLS_client_method());
	enum net_tls_file fault;
	int err;

	if (!ctx)
		return explain(error, error_len);
	tls->served[0].ctx = ctx;
	tls->verify = options->verify;
	net_tls_verify_peers(ctx, !options->verify);
	err = net_tls_load_ca(ctx, options->ca, &fault, error, error_len);
	if (!err && options->certificate)
		err = net_tls_load_identity(ctx, options->certificate, options->key, &fault, error,
					    error_len);
	return err;
}

int net_tls_client_new(const struct net_tls_client_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls)
{
	struct net_tls *tls;
	int err;

	ERR_clear_error();
	snprintf(error, error_len, "out of memory");
	err = new_tls(1, &tls);
	if (err)
		return err;
	err = set_up_client(tls, options, error, error_len);
	if (err) {
		net_tls_unref(tls);
		return err;
	}
	*ret_tls = tls;
	return 0;
}

struct net_tls *net_tls_ref(struct net_tls *tls)
{
	atomic_fetch_add(&tls->refs, 1);
	return tls;
}

struct net_tls *net_tls_unref(struct net_tls *tls)
{
	if (!tls || atomic_fetch_sub(&tls->refs, 1) > 1)
		return NULL;
	for (size_t i = 0; i < tls->n_served; i++) {
		SSL_CTX_free(tls->served[i].ctx);
		free(tls->served[i].name);
	}
	free(tls->served);
	net_tls_ticket_keys_unref(tls->ticket_keys);
	BIO_meth_free(tls->bio);
	free(tls);
	return NULL;
}
