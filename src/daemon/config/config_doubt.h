/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONFIG_CONFIG_DOUBT_H
#define DAEMON_CONFIG_CONFIG_DOUBT_H

#include <stdint.h>

#include "daemon/config/config.h"
#include "net/tls.h"

/*
 * What is no mistake, but cannot be meant in a configuration that was loaded from FILE:
 * certificates that are not valid at NOW_S, in seconds since 1970, or soon will not be;
 * files with secrets that everybody may read. TLS are its certificates, NULL without any.
 * Each is told by ON_DOUBT in one line.
 */
void config_doubt(const struct config *config, const char *file, const struct net_tls *tls,
		  int64_t now_s, config_error_fn on_doubt, void *arg);

/* When the first of these certificates expires. */
int64_t config_valid_until_s(const struct net_tls *tls);

#endif
