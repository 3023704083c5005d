/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <stdbool.h>

#include "net/connection.h"

/* Whom the other side of a connection has proved to be. Any thread may have it. */
struct net_certificate;

/* That of CONN when it has one that verified; else NULL. To be freed by the caller. */
struct net_certificate *net_conn_certificate(const struct net_conn *conn);

/* As net_conn_peer_is(). NULL names nobody. */
bool net_certificate_names(const struct net_certificate *certificate, const char *host);

/* NULL is fine; returns NULL. */
struct net_certificate *net_certificate_free(struct net_certificate *certificate);

#endif
