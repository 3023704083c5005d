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

/* Puts OpenSSL's reason into ERROR; returns -EINVAL. */
static int explain_tls_error(char *error, size_t error_len)
{
	net_tls_error(X509_V_OK, error, error_len);
	return -EINVAL;
}

static SSL_CTX *new_ctx(const SSL_METHOD *method)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;
	/*
	 * A bare FIN counts as the end, because clients in the field leave close_notify out: a
	 * truncated message shows by its missing end-line. Renegotiation could make a read wait for
	 * a write for long.
	 */
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION |
				     SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
				     SSL_OP_PRIORITIZE_CHACHA);
	/* The chain is the one in the file, without CAs of other certificates. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
	/* Sessions live in tickets that clients keep, not in our memory. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	return ctx;
}

/*
 * Relays authenticate with their server certificate (RFC 4976 6.3), and public CAs sign those for
 * servers only.
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

/* An unknown name is no reason to refuse: it gets the first certificate. */
static int on_server_name(SSL *ssl, int *alert, void *arg)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	struct net_tls_served *served = name ? find_served(arg, name) : NULL;

	if (served)
		SSL_set_SSL_CTX(ssl, served->ctx);
	return SSL_TLSEXT_ERR_OK;
}

static int new_tls(size_t n_domains, struct net_tls **ret_tls)
{
	struct net_tls *tls = calloc(1, sizeof(*tls));

	if (!tls)
		return -ENOMEM;
	atomic_init(&tls->refs, 1);
	tls->crl_until_s = INT64_MAX;
	tls->bio = net_tls_bio_new();
	tls->served = calloc(n_domains, sizeof(*tls->served));
	tls->loaded = calloc(n_domains, sizeof(*tls->loaded));
	if (!tls->bio || !tls->served || !tls->loaded) {
		net_tls_unref(tls);
		return -ENOMEM;
	}
	*ret_tls = tls;
	return 0;
}

/* For a name that has no context yet. */
static int add_served(struct net_tls *tls, const char *name,
		      const struct net_tls_server_options *options, enum net_tls_file *fault,
		      char *error, size_t error_len)
{
	struct net_tls_served *served = &tls->served[tls->n_served];
	SSL_CTX *ctx = new_ctx(TLS_server_method());

	if (!ctx)
		return explain_tls_error(error, error_len);
	tls->n_served++;
	served->ctx = ctx;
	if (name) {
		served->name = strdup(name);
		if (!served->name)
			return -ENOMEM;
	}
	ask_for_certificate(ctx);
	net_tls_serve_web(ctx);
	if (tls->ticket_keys)
		net_tls_use_ticket_keys(ctx, tls->ticket_keys);
	/*
	 * A client with one connection needs one for the next, and each resumption brings another
	 * (RFC 8446 C.4). OpenSSL would send two.
	 */
	SSL_CTX_set_num_tickets(ctx, 1);
	/* The CAs are read once, for the first. */
	if (served != tls->served)
		SSL_CTX_set1_cert_store(ctx, SSL_CTX_get_cert_store(tls->served[0].ctx));
	return net_tls_use_policy(ctx, &options->policy, fault, error, error_len);
}

/* The next certificate: a context has one for each kind of key. */
static int serve_domain(struct net_tls *tls, const struct net_tls_domain *domain,
			const struct net_tls_server_options *options, enum net_tls_file *fault,
			char *error, size_t error_len)
{
	struct net_tls_served *served = domain->name ? find_served(tls, domain->name) : NULL;
	int err = 0;

	if (!served) {
		served = &tls->served[tls->n_served];
		err = add_served(tls, domain->name, options, fault, error, error_len);
	}
	if (!err)
		err = net_tls_load_identity(served->ctx, domain->certificate, domain->key, fault,
					    error, error_len);
	if (!err)
		net_tls_note_certificate(tls, served->ctx);
	return err;
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
		err = serve_domain(tls, &options->domain[i], options, fault, error, error_len);
	if (!err)
		err =
		    net_tls_load_ca(tls, tls->served[0].ctx, options->ca, fault, error, error_len);
	if (!err)
		err = net_tls_load_crl(tls, tls->served[0].ctx, options->policy.crl, fault, error,
				       error_len);
	if (err) {
		net_tls_unref(tls);
		return err;
	}
	net_tls_bind_tickets(tls->served[0].ctx, tls);
	SSL_CTX_set_tlsext_servername_callback(tls->served[0].ctx, on_server_name);
	SSL_CTX_set_tlsext_servername_arg(tls->served[0].ctx, tls);
	*ret_tls = tls;
	return 0;
}

static int set_up_client(struct net_tls *tls, const struct net_tls_client_options *options,
			 char *error, size_t error_len)
{
	SSL_CTX *ctx = new_ctx(TLS_client_method());
	enum net_tls_file ignored;
	enum net_tls_file *fault = options->ret_fault ? options->ret_fault : &ignored;
	int err;

	if (!ctx)
		return explain_tls_error(error, error_len);
	tls->served[0].ctx = ctx;
	tls->n_served = 1;
	tls->verify = options->verify;
	net_tls_verify_peers(ctx, !options->verify);
	err = net_tls_use_policy(ctx, &options->policy, fault, error, error_len);
	if (!err)
		err = net_tls_load_ca(tls, ctx, options->ca, fault, error, error_len);
	if (!err)
		err = net_tls_load_crl(tls, ctx, options->policy.crl, fault, error, error_len);
	if (!err && options->certificate)
		err = net_tls_load_identity(ctx, options->certificate, options->key, fault, error,
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
	free(tls->loaded);
	net_tls_ticket_keys_unref(tls->ticket_keys);
	BIO_meth_free(tls->bio);
	free(tls);
	return NULL;
}
