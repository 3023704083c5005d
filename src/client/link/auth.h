/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands between a link to a relay and the connector that waits for its Use-Path; goes on as long
 * as the link, to renew.
 */
#ifndef CLIENT_LINK_AUTH_H
#define CLIENT_LINK_AUTH_H

#include "client/link/auth_digest.h"
#include "client/link/link.h"

/*
 * Our standing at a relay: gets a session URI by AUTH (RFC 4976 5.1) and has
 * it renewed on the same connection before it expires.
 *
 *     start -> first AUTH -> 401 -> AUTH with Authorization -> 200: granted
 *                         -> 423 -> once more, with another Expires
 *     granted -> after 4/5 of Expires: AUTH with nextnonce -> 200: granted
 *
 * A 401 is answered once, and once more if only the nonce was stale. An answer that stays out
 * is asked for once more without a uri in Authorization.
 *
 * A relay that has no verified certificate has to challenge us for a realm that fits, and to prove
 * that it knows the password.
 */
struct client_auth;

struct client_auth_settings {
	const char *username;
	const char *password;
	const char *to_uri;	  /* the relay: msrps://DOMAIN;tcp */
	const char *from_uri;	  /* ours */
	unsigned expires_s;	  /* 0: as the relay likes */
	unsigned first_answer_ms; /* for each answer until it is granted, then the context's */
	const char *domain;	  /* of the user */
	const char *host;	  /* of the relay; NULL: it was looked up */
	const char *realm;	  /* NULL: one that fits domain or host */
	bool trusts_any;	  /* the user wants no proof */
};

/*
 * The first time: granted, or not. Later only when renewal fails; ERR and WHY
 * as in client/msrp.h. After an error the auth does nothing more.
 */
typedef void (*client_auth_fn)(void *arg, int err, const char *why);

/* Settings are copied; LINK is open, and outlives the auth. Nothing is sent yet. 0 or -ENOMEM. */
int client_auth_new(struct client_link *link, const struct client_auth_settings *settings,
		    client_auth_fn done, void *arg, struct client_auth **ret_auth);

/* Has it failed because the relay does not accept username and password? */
bool client_auth_is_denied(const struct client_auth *auth);

/* From anywhere. Returns NULL; NULL is fine. */
struct client_auth *client_auth_free(struct client_auth *auth);

/* Sends the first AUTH. DONE may come before it returns. */
void client_auth_start(struct client_auth *auth);

/* The value of Use-Path: first hop first. Valid once granted. */
const char *client_auth_use_path(const struct client_auth *auth);
unsigned client_auth_expires(const struct client_auth *auth);

/* As client_auth_new() was told: who is to hear of it from now on. */
void client_auth_set_done(struct client_auth *auth, client_auth_fn done, void *arg);

#endif
