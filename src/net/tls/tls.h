/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a side of TLS shows and trusts: certificates, keys, authorities, and whether peers have to
 * prove themselves. tls_transport.c makes connections by it.
 */
#ifndef NET_TLS_TLS_H
#define NET_TLS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * TLS settings shared by connections: TLS 1.2 and 1.3, session tickets on,
 * buffers given back when idle. Reference counted, because connections outlive
 * a change of the configuration. Several threads may share them.
 */
struct net_tls;

struct net_tls_ticket_keys;

/* One certificate for one name; the first of a list serves clients that send no or another name. */
struct net_tls_domain {
	const char *name;	 /* taken from SNI without case; NULL for the first */
	const char *certificate; /* PEM file: the certificate, then its chain */
	const char *key;	 /* PEM file */
};

/* The files that these settings are made of. */
enum net_tls_file {
	NET_TLS_CERTIFICATE, /* or none of them */
	NET_TLS_KEY,
	NET_TLS_CA,
};

struct net_tls_server_options {
	const struct net_tls_domain *domain;
	size_t n_domains; /* at least one */
	const char *ca;	  /* PEM file: who signs client certificates; NULL: the system's */
	struct net_tls_ticket_keys *ticket_keys; /* NULL: others for each of these settings */
	enum net_tls_file *ret_fault;		 /* which one an error is about; may be NULL */
};

/*
 * Client certificates are asked for and not required (RFC 4976 6.1). 0, or a
 * negative errno with one line of explanation in ERROR, file name included.
 */
int net_tls_server_new(const struct net_tls_server_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls);

/* From when, and until when, something is valid: in seconds since 1970. */
struct net_tls_validity {
	int64_t from_s;
	int64_t until_s;
};

/*
 * The time in which all certificates of the I-th domain of these settings, the chain
 * included, are valid. The list begins with 0; false: there is no such domain.
 */
bool net_tls_validity(const struct net_tls *tls, size_t i, struct net_tls_validity *ret_validity);

/* When the first of these certificates expires, in seconds since 1970. */
int64_t net_tls_valid_until_s(const struct net_tls *tls);

/* Does the first certificate of these settings name HOST (RFC 4976 6.1, RFC 6125)? */
bool net_tls_names(const struct net_tls *tls, const char *host);

struct net_tls_client_options {
	const char *ca;		 /* PEM file; NULL: the system's */
	bool verify;		 /* end the handshake when the certificate does not verify */
	const char *certificate; /* our own, shown when asked for; NULL: none */
	const char *key;
};

int net_tls_client_new(const struct net_tls_client_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls);

struct net_tls *net_tls_ref(struct net_tls *tls);
struct net_tls *net_tls_unref(struct net_tls *tls); /* returns NULL */

#endif
