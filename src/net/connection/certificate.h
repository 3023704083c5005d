/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate of a peer, apart from its connection: to check later, or on another thread,
 * whether it names a host.
 */
#ifndef NET_CONNECTION_CERTIFICATE_H
#define NET_CONNECTION_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/connection/connection.h"

/* The certificate that the other side of a connection has shown. Any thread may have it. */
struct net_certificate;

/*
 * The certificate that CONN's other side has shown, verified or not; NULL if none. The caller frees
 * it.
 */
struct net_certificate *net_conn_certificate(const struct net_conn *conn);

/*
 * The certificate that a server with the settings TLS shows as domain I, from 0; NULL: there is no
 * such domain. The caller frees it.
 */
struct net_certificate *net_tls_certificate(const struct net_tls *tls, size_t i);

/* Does it name HOST? Like net_conn_peer_is(), but whether verified or not. NULL names nobody. */
bool net_certificate_names(const struct net_certificate *certificate, const char *host);

enum net_hash {
	NET_SHA1,
	NET_SHA256,
};

enum {
	NET_DIGEST_MAX = 32, /* bytes; SHA-1 has 20 */
};

/* The digest of the whole certificate, for a fingerprint (RFC 8122). False for NULL. */
bool net_certificate_digest(const struct net_certificate *certificate, enum net_hash hash,
			    uint8_t ret_digest[NET_DIGEST_MAX]);

/* NULL is fine; returns NULL. */
struct net_certificate *net_certificate_free(struct net_certificate *certificate);

#endif
