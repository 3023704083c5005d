/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands between a link to a relay and the connector that waits for its Use-Path; lives as long as
 * the link, to renew.
 */
#ifndef CLIENT_LINK_AUTH_H
#define CLIENT_LINK_AUTH_H

#include "client/link/auth_digest.h"
#include "client/link/link.h"

/*
 * Our authentication at a relay: gets a session URI by AUTH (RFC 4976 5.1) and has it renewed on
 * the same connection before it expires.
 *
 *     start -> first AUTH -> 401 -> AUTH with Authorization -> 200: granted
 *                         -> 423 -> once more, with another Expires
 *     granted -> after 4/5 of Expires: AUTH with nextnonce -> 200: granted
 *
 * A 401 is answered once, and once more if only the nonce was stale. If no answer comes, the
 * request is repeated without a uri in Authorization.
 *
 * A relay without a verified certificate has to challenge us for a realm that fits, and to prove
 * that it knows the password.
 */
struct client_auth;

struct client_auth_settings {
	const char *username;
	const char *password;
	const char *to_uri;	  /* the relay: msrps://DOMAIN;tcp */
	const char *from_uri;	  /* ours */
	unsigned expires_s;	  /* 0: the relay's choice */
	unsigned first_answer_ms; /* for each answer until granted; then the context's */
	const char *domain;	  /* the user's */
	const char *host;	  /* the relay's; NULL: it was looked up */
	const char *realm;	  /* NULL: any that fits domain or host */
	bool trusts_any;	  /* the user wants no proof */
};

/*
 * The first call says whether it was granted. Later ones only report a failed renewal; ERR and WHY
 * as in client/msrp.h. After an error the auth does nothing more.
 */
typedef void (*client_auth_fn)(void *arg, int err, const char *why);

/*
 * Copies the settings; LINK is open, and outlives the auth. Nothing is sent yet. Returns 0 or
 * -ENOMEM.
 */
int client_auth_new(struct client_link *link, const struct client_auth_settings *settings,
		    client_auth_fn done, void *arg, struct client_auth **ret_auth);

/* Has it failed because the relay rejects username and password? */
bool client_auth_is_denied(const struct client_auth *auth);

/* May be called from anywhere. Returns NULL; NULL is fine. */
struct client_auth *client_auth_free(struct client_auth *auth);

/* Sends the first AUTH. DONE may be called before it returns. */
void client_auth_start(struct client_auth *auth);

/* The value of Use-Path: first hop first. Valid once granted. */
const char *client_auth_use_path(const struct client_auth *auth);
unsigned client_auth_expires(const struct client_auth *auth);

/* Replaces the callback given to client_auth_new(). */
void client_auth_set_done(struct client_auth *auth, client_auth_fn done, void *arg);

#endif
