/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files with keys of session tickets, for tls_ticket_keys.c.
 */
#ifndef NET_TLS_TICKET_FILE_H
#define NET_TLS_TICKET_FILE_H

#include <stddef.h>

#include "net/tls/tls_ticket_keys.h"

/* Takes the next key. Says what is wrong with it, or NULL. */
typedef const char *(*net_tls_ticket_key_fn)(void *arg, const struct net_tls_ticket_key *key);

/* As described at net_tls_ticket_keys_load(). */
int net_tls_ticket_file_read(const char *path, net_tls_ticket_key_fn fn, void *arg, char *error,
			     size_t error_len);

#endif
