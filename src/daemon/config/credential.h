/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that systemd keeps for a service (LoadCredential=); a configuration may name one instead of
 * a path.
 */
#ifndef DAEMON_CONFIG_CREDENTIAL_H
#define DAEMON_CONFIG_CREDENTIAL_H

/*
 * How the configuration names a file: a path, or "credential:NAME" for a file that systemd has put
 * where only the service can read it (LoadCredential=).
 */

/* Says what is wrong with VALUE, or NULL. */
const char *credential_check(const char *value);

/* The path that a valid VALUE stands for; the caller frees it. NULL without memory. */
char *credential_path(const char *value);

#endif
