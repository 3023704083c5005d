/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end without users: names that carry their time of expiry, and a password that a
 * shared secret gives.
 */
#ifndef USERS_SECRET_H
#define USERS_SECRET_H

#include <stdbool.h>

#include "users/users.h"

/*
 * No list of users at all: a secret shared with the service that issues credentials,
 * as coturn's use-auth-secret and Kamailio's auth_ephemeral have it. The name is
 * a time and a user, "1767225600:alice", and the password is the HMAC-SHA-1 of
 * that name under the secret, in base64. It is good in every realm until that
 * time, in seconds since 1970.
 */
enum {
	USERS_SECRETS_MAX = 8, /* while one is exchanged for another; each costs a look-up time */
};

struct users_secret_options {
	const char *const *secret; /* copied; any of them is good */
	size_t n_secrets;	   /* 1 to USERS_SECRETS_MAX */
	bool user_first;	   /* names are "alice:1767225600" */
};

/* 0 or -ENOMEM. */
int users_secret_new(const struct users_secret_options *options, struct users **ret_users);

#endif
