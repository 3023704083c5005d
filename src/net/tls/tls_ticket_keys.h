/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of session tickets (RFC 5077 section 4): from files that the relays of a farm share, or
 * made here, and then they turn over by themselves.
 */
#ifndef NET_TLS_TICKET_KEYS_H
#define NET_TLS_TICKET_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NET_TLS_TICKET_NAME_LEN = 16,
	NET_TLS_TICKET_SECRET_MAX = 32,
	/* All are compared with the name of each ticket; who turns them over daily has a month. */
	NET_TLS_TICKET_KEYS_MAX = 32,
	/*
	 * OpenSSL's tickets are good for two hours, and the key before the present one still opens
	 * them; who steals a key has what was said under TLS 1.2 in so many hours.
	 */
	NET_TLS_TICKET_TURN_S = 4 * 3600,
};

/* Of 48 octets (AES-128) or 80 (AES-256), as haproxy and nginx have them. */
struct net_tls_ticket_key {
	uint8_t name[NET_TLS_TICKET_NAME_LEN];
	uint8_t mac[NET_TLS_TICKET_SECRET_MAX];
	uint8_t cipher[NET_TLS_TICKET_SECRET_MAX];
	size_t secret_len; /* 16 or 32 */
};

/* Reference counted; several threads may share it. */
struct net_tls_ticket_keys;

/*
 * The keys of N files. A file has 48 or 80 octets, or as many in base64 on each line. Tickets are
 * made with a key of the first one: that before its last, so that a new key can be added to the
 * files of all relays before any of them makes tickets with it; all keys open tickets. 0, or a
 * negative errno with a line in ERROR, and in *RET_FAULT the file that it is about.
 */
int net_tls_ticket_keys_load(const char *const *path, size_t n, size_t *ret_fault, char *error,
			     size_t error_len, struct net_tls_ticket_keys **ret_keys);

/* Keys of nobody else. 0, -ENOMEM, or -EIO without randomness. */
int net_tls_ticket_keys_make(struct net_tls_ticket_keys **ret_keys);

/* NULL is fine for both; the latter returns NULL. */
struct net_tls_ticket_keys *net_tls_ticket_keys_ref(struct net_tls_ticket_keys *keys);
struct net_tls_ticket_keys *net_tls_ticket_keys_unref(struct net_tls_ticket_keys *keys);

/*
 * The key to make tickets with, NOW_S in seconds of a clock that only goes on: the time to turn
 * over those that were made here. The caller overwrites the copy. False without randomness.
 */
bool net_tls_ticket_keys_current(struct net_tls_ticket_keys *keys, int64_t now_s,
				 struct net_tls_ticket_key *ret_key);

/* The key called NAME; *RET_CURRENT: tickets are made with it. False: there is none. */
bool net_tls_ticket_keys_find(struct net_tls_ticket_keys *keys,
			      const uint8_t name[NET_TLS_TICKET_NAME_LEN],
			      struct net_tls_ticket_key *ret_key, bool *ret_current);

#endif
