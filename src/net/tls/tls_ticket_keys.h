/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of session tickets (RFC 5077 section 4). They come from files that the relays of a farm
 * share, or are made here, and then turn over by themselves.
 */
#ifndef NET_TLS_TICKET_KEYS_H
#define NET_TLS_TICKET_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NET_TLS_TICKET_NAME_LEN = 16,
	NET_TLS_TICKET_SECRET_MAX = 32,
	/*
	 * The name of each ticket is compared with all of them. With daily turnover they last a
	 * month.
	 */
	NET_TLS_TICKET_KEYS_MAX = 32,
	/*
	 * OpenSSL's tickets are good for two hours, and the key before the present one still opens
	 * them. A stolen key gives away the traffic of this many hours under TLS 1.2.
	 */
	NET_TLS_TICKET_TURN_S = 4 * 3600,
};

/* A key of 48 octets (AES-128) or 80 (AES-256), as in haproxy and nginx. */
struct net_tls_ticket_key {
	uint8_t name[NET_TLS_TICKET_NAME_LEN];
	uint8_t mac[NET_TLS_TICKET_SECRET_MAX];
	uint8_t cipher[NET_TLS_TICKET_SECRET_MAX];
	size_t secret_len; /* 16 or 32 */
};

/* Reference counted; several threads may share it. */
struct net_tls_ticket_keys;

/*
 * Loads the keys of N files. A file has 48 or 80 octets, or as many in base64 on each line. All
 * keys open tickets. The last but one of the first file makes them, so that a new key can be added
 * to the files of all relays before any of them makes tickets with it. Returns 0, or a negative
 * errno with a line in ERROR, and in *RET_FAULT the file that it is about.
 */
int net_tls_ticket_keys_load(const char *const *path, size_t n, size_t *ret_fault, char *error,
			     size_t error_len, struct net_tls_ticket_keys **ret_keys);

/* Makes keys that nobody else has. Returns 0, -ENOMEM, or -EIO without randomness. */
int net_tls_ticket_keys_make(struct net_tls_ticket_keys **ret_keys);

/* NULL is fine for both; the latter returns NULL. */
struct net_tls_ticket_keys *net_tls_ticket_keys_ref(struct net_tls_ticket_keys *keys);
struct net_tls_ticket_keys *net_tls_ticket_keys_unref(struct net_tls_ticket_keys *keys);

/*
 * Returns the key to make tickets with; NOW_S is a monotonic time in seconds, by which keys made
 * here turn over. The caller overwrites the copy. Returns false without randomness.
 */
bool net_tls_ticket_keys_current(struct net_tls_ticket_keys *keys, int64_t now_s,
				 struct net_tls_ticket_key *ret_key);

/*
 * Finds the key called NAME. *RET_CURRENT tells whether tickets are made with it. Returns false if
 * there is none.
 */
bool net_tls_ticket_keys_find(struct net_tls_ticket_keys *keys,
			      const uint8_t name[NET_TLS_TICKET_NAME_LEN],
			      struct net_tls_ticket_key *ret_key, bool *ret_current);

#endif
