/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificates of a configuration as one TLS context, for the listeners.
 */
#ifndef DAEMON_CONFIG_CONFIG_TLS_H
#define DAEMON_CONFIG_CONFIG_TLS_H

#include "daemon/config/config.h"
#include "net/tls/tls.h"

/* The versions, ciphers and groups that CONFIG allows, and the certificates that it has revoked. */
struct net_tls_policy config_tls_policy(const struct config *config);

/*
 * Makes the contexts that listeners serve with: the certificate of the hostname, then those of the
 * domains. Tickets use OWN_KEYS if CONFIG names no files with keys. *RET_TLS is NULL if there are
 * no certificates. Returns 0, or a negative errno with the reason in ERROR.
 */
int config_make_server_tls(const struct config *config, struct net_tls_ticket_keys *own_keys,
			   char *error, size_t error_len, struct net_tls **ret_tls);

#endif
