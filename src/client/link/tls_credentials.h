/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificates that connectors and servers trust and show in TLS. Those without credentials of
 * their own use the context's.
 */
#ifndef CLIENT_LINK_TLS_CREDENTIALS_H
#define CLIENT_LINK_TLS_CREDENTIALS_H

#include "client/msrp/link.h"
#include "net/tls/tls.h"

/* Certificates to trust and show in TLS, as read from files. A zeroed struct holds nothing. */
struct client_credentials {
	struct net_tls *client;
	struct net_tls *server; /* NULL without a certificate */
	bool insecure;		/* the user trusts any server */
};

/* Returns like net_tls_client_new(). */
int client_credentials_load(const struct msrp_tls_credentials *files, char *error, size_t error_len,
			    struct client_credentials *ret_credentials);

/* Connections that use them keep them. */
void client_credentials_done(struct client_credentials *credentials);

#endif
