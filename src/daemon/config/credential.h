/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that systemd keeps for a service (LoadCredential=), where a configuration may name one
 * instead of a path.
 */
#ifndef DAEMON_CONFIG_CREDENTIAL_H
#define DAEMON_CONFIG_CREDENTIAL_H

/*
 * The name of a file as the configuration says it: a path, or "credential:NAME"
 * for a file that systemd has put where only the service can read it
 * (LoadCredential=).
 */

/* Says what is wrong with VALUE, or NULL. */
const char *credential_check(const char *value);

/* The path that a VALUE means with which nothing is wrong; the caller frees it. NULL without
 * memory. */
char *credential_path(const char *value);

#endif
