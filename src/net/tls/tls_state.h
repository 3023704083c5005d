/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of TLS settings, for the files of this room.
 */
#ifndef NET_TLS_TLS_STATE_H
#define NET_TLS_TLS_STATE_H

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/tls/tls.h"
#include "net/tls/tls_ticket_keys.h"
#include "net/transport/transport.h"

enum { NET_TLS_TRUST_LEN = 32 };

/* A context of a server, with its certificates, and the name it serves. */
struct net_tls_served {
	char *name; /* NULL: the first, which serves all other names */
	SSL_CTX *ctx;
};

/* The settings as the files of this folder see them. */
struct net_tls {
	/* For each certificate, in the order of the options. */
	struct net_tls_loaded {
		struct net_tls_validity validity;
		int kind; /* of its key */
	} * loaded;
	size_t n_loaded;
	int64_t crl_until_s;
	/* The hash of the authorities and lists of revoked certificates that were read. */
	uint8_t trust[NET_TLS_TRUST_LEN];
	atomic_uint refs; /* for connections of several threads */
	bool verify;	  /* a client that ends the handshake if the certificate does not verify */
	size_t n_served;
	struct net_tls_served *served;		 /* a client has one, without a name */
	BIO_METHOD *bio;			 /* between OpenSSL and our sockets */
	struct net_tls_ticket_keys *ticket_keys; /* of a server; NULL: OpenSSL's own */
};

/*
 * How names are compared with certificates (RFC 6125): subjectAltName only, and no
 * "f*o.example.com".
 */
#define NET_TLS_HOST_FLAGS                                                                         \
	(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)

/*
 * Does CERTIFICATE name HOST, a name or a numeric address? NULL names nobody, and no certificate
 * names an invalid host: OpenSSL would let ".test" match all hosts below it.
 */
bool net_tls_certificate_names(X509 *certificate, const char *host);

/*
 * In tls_verify.c: makes CTX verify peers, but refuse certificates that would take long. LENIENT:
 * notes the result, and lets the handshake continue.
 */
void net_tls_verify_peers(SSL_CTX *ctx, bool lenient);

/*
 * In tls_file.c: loads what CTX shows and trusts (NULL: the system's authorities). Returns 0, or a
 * negative errno with "FILE: reason" in ERROR and the file in *RET_FAULT.
 */
int net_tls_load_identity(SSL_CTX *ctx, const char *certificate, const char *key,
			  enum net_tls_file *ret_fault, char *error, size_t error_len);
int net_tls_load_ca(struct net_tls *tls, SSL_CTX *ctx, const char *ca, enum net_tls_file *ret_fault,
		    char *error, size_t error_len);
/* Loads lists of revoked certificates, which are then checked. */
int net_tls_load_crl(struct net_tls *tls, SSL_CTX *ctx, const char *crl,
		     enum net_tls_file *ret_fault, char *error, size_t error_len);

/* In tls_validity.c: notes the validity of the certificate loaded last into CTX. */
void net_tls_note_certificate(struct net_tls *tls, SSL_CTX *ctx);
void net_tls_note_crl(struct net_tls *tls, const X509_CRL *crl);

/* In tls_policy.c: versions, ciphers and groups. As above. */
int net_tls_use_policy(SSL_CTX *ctx, const struct net_tls_policy *policy,
		       enum net_tls_file *ret_fault, char *error, size_t error_len);

/* In tls_crl.c: checks certificates against the lists in CTX. */
void net_tls_check_revocation(SSL_CTX *ctx);

/* In tls_verify.c: asks the client of SSL, a server's, for a certificate or not. */
void net_tls_ask_client(SSL *ssl, enum net_tls_clients clients);

/*
 * In tls_alpn.c: lets connections of CTX select HTTP, if their SSL was told to expect it, and asks
 * those for no certificate: browsers drop a WebSocket whose server does.
 */
void net_tls_serve_web(SSL_CTX *ctx);
void net_tls_expect_web(SSL *ssl, enum net_web web);

/*
 * In tls_ticket.c: lets a session resume only under the name under which it began, with the same
 * demand for certificates and the same trusted authorities.
 */
void net_tls_bind_tickets(SSL_CTX *ctx, struct net_tls *tls);

/* Also in tls_ticket.c: makes tickets with KEYS, which must outlive CTX. */
void net_tls_use_ticket_keys(SSL_CTX *ctx, struct net_tls_ticket_keys *keys);

/* In tls_transport.c: OpenSSL's reading and writing; NULL without memory. */
BIO_METHOD *net_tls_bio_new(void);

/*
 * The text of OpenSSL's error queue as one line; empties the queue. VERIFY_RESULT adds the problem
 * with a certificate, unless it is X509_V_OK.
 */
void net_tls_error(long verify_result, char *ret_text, size_t size);

#endif
