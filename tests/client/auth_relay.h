/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_AUTH_RELAY_H
#define CLIENT_AUTH_RELAY_H

#include "client/pair.h"
#include "client/script.h"

/*
 * A relay with one user, alice, whose password is "secret": checks what it gets, and does what the
 * letters of its script say, one for each AUTH:
 *
 *   m  401 with MD5        b  401 with MD5 and SHA-256, the weak one last
 *   s  401, stale          n  401 with an unknown algorithm only
 *   l  423, Min-Expires    h  423, Max-Expires      f  403
 *   d  408: it drains      x  closes the connection
 *   g  200                 w  200 from a relay that does not know the password
 *   p  200 without Use-Path
 *   -  silence             i  silence if there is a uri, otherwise 200
 *   k  200, whatever was asked, with no proof       e  200 with an empty rspauth
 *   u  200 with an unreadable Authentication-Info
 *   c  200 with an address without TLS
 *   o  401 of another realm                         y  401 of a realm below ours
 */
struct auth_relay {
	struct script script;
	struct pair pair;
	const char *letters;
	const char *algorithm; /* the client's choice, "" if not named */
	char nonce[32];
	unsigned expires; /* the client's request */
	bool credentials_good;
	bool tls;
	bool pathless;	   /* it grants without saying what */
	const char *realm; /* of the last challenge */
	char use_path[128];
};

/* It listens at the loop of a pair that is there. */
void auth_relay_start(struct auth_relay *r, uv_loop_t *loop, const char *letters);

/* The same with a pair of its own, whose caller is its client, INSECURE or not. */
void auth_relay_init(struct auth_relay *r, const char *letters, bool tls, bool insecure);

void auth_relay_done(struct auth_relay *r);

/* Has the caller ask for an address in REALM (NULL: any), and waits for what comes of it. */
void auth_relay_prepare(struct auth_relay *r, const char *realm, const char *password,
			unsigned expires_s, enum msrp_mode mode);

#endif
