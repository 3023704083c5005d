/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of one side of TLS: certificates, keys, authorities, and whether peers have to
 * authenticate. tls_transport.c makes connections with it.
 */
#ifndef NET_TLS_TLS_H
#define NET_TLS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * TLS settings shared by connections: TLS 1.2 and 1.3, session tickets on, buffers released when
 * idle. Reference-counted, because connections outlive a change of the configuration. Several
 * threads may share them.
 */
struct net_tls;

struct net_tls_ticket_keys;

/*
 * One certificate for one name; the first of a list serves clients that send no or another name.
 * A name may have several, with keys of different kinds: clients get the one that they can use.
 */
struct net_tls_domain {
	const char *name;	 /* taken from SNI without case; may be NULL for the first */
	const char *certificate; /* PEM file: the certificate, then its chain */
	const char *key;	 /* PEM file */
};

/* The settings that TLS is made of: files, and lists of names. */
enum net_tls_file {
	NET_TLS_CERTIFICATE, /* or none of them */
	NET_TLS_KEY,
	NET_TLS_CA,
	NET_TLS_CRL,
	NET_TLS_CIPHERS,
	NET_TLS_GROUPS,
};

/*
 * The versions, ciphers and groups that both sides may agree on, and revoked certificates. Zeroed:
 * the defaults.
 */
struct net_tls_policy {
	bool only_1_3; /* else TLS 1.2 as well */
	/* OpenSSL's names, separated by colons; "TLS_" begins those of TLS 1.3. NULL: ours. */
	const char *ciphers;
	const char *groups; /* likewise; NULL: ours */
	const char *crl;    /* PEM file with lists of revoked certificates; NULL: none */
};

struct net_tls_server_options {
	const struct net_tls_domain *domain;
	size_t n_domains; /* at least one */
	const char *ca;	  /* PEM file: authorities for client certificates; NULL: the system's */
	struct net_tls_policy policy;
	struct net_tls_ticket_keys *ticket_keys; /* NULL: others for each of these settings */
	enum net_tls_file *ret_fault;		 /* the file that an error concerns; may be NULL */
};

/*
 * Each connection decides whether its client must show a certificate. Returns 0, or a negative
 * errno with one line of explanation in ERROR, file name included.
 */
int net_tls_server_new(const struct net_tls_server_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls);

/* From when, and until when, something is valid: in seconds since 1970. */
struct net_tls_validity {
	int64_t from_s;
	int64_t until_s;
};

/*
 * The time in which all certificates of domain I, from 0, including the chain, are valid. False:
 * there is no such domain.
 */
bool net_tls_validity(const struct net_tls *tls, size_t i, struct net_tls_validity *ret_validity);

/* The kind of the I-th domain's key, as OpenSSL numbers it; 0: there is no such domain. */
int net_tls_key_kind(const struct net_tls *tls, size_t i);

/* When the first of the lists of revoked certificates expires; INT64_MAX: there is none. */
int64_t net_tls_crl_until_s(const struct net_tls *tls);

/* The time at which the first of these certificates expires, in seconds since 1970. */
int64_t net_tls_valid_until_s(const struct net_tls *tls);

/* Does the first certificate of these settings name HOST (RFC 4976 6.1, RFC 6125)? */
bool net_tls_names(const struct net_tls *tls, const char *host);

struct net_tls_client_options {
	const char *ca;		 /* PEM file; NULL: the system's */
	bool verify;		 /* end the handshake if the certificate does not verify */
	const char *certificate; /* our own, shown when asked for; NULL: none */
	const char *key;
	struct net_tls_policy policy;
	enum net_tls_file *ret_fault; /* as of a server */
};

int net_tls_client_new(const struct net_tls_client_options *options, char *error, size_t error_len,
		       struct net_tls **ret_tls);

struct net_tls *net_tls_ref(struct net_tls *tls);
struct net_tls *net_tls_unref(struct net_tls *tls); /* returns NULL */

#endif
