/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verified certificate of a peer, apart from its connection: to ask later, or on another
 * thread, whether it names a host.
 */
#ifndef NET_CONNECTION_CERTIFICATE_H
#define NET_CONNECTION_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/connection/connection.h"

/* What the other side of a connection has shown of itself. Any thread may have it. */
struct net_certificate;

/*
 * What the other side of CONN has shown, whether it verified or not: NULL if nothing. To be freed
 * by the caller.
 */
struct net_certificate *net_conn_certificate(const struct net_conn *conn);

/*
 * What we show ourselves with TLS, settings of a server, as the I-th domain: the list begins with
 * 0; NULL: there is no such domain. To be freed by the caller.
 */
struct net_certificate *net_tls_certificate(const struct net_tls *tls, size_t i);

/* Does it name HOST? As net_conn_peer_is(), but verified or not. NULL names nobody. */
bool net_certificate_names(const struct net_certificate *certificate, const char *host);

enum net_hash {
	NET_SHA1,
	NET_SHA256,
};

enum {
	NET_DIGEST_MAX = 32, /* bytes; of SHA-1 20 */
};

/* The digest of all of it, for a fingerprint (RFC 8122). False: NULL has none. */
bool net_certificate_digest(const struct net_certificate *certificate, enum net_hash hash,
			    uint8_t ret_digest[NET_DIGEST_MAX]);

/* NULL is fine; returns NULL. */
struct net_certificate *net_certificate_free(struct net_certificate *certificate);

#endif
