/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end without a list of users: a name carries its expiry time, and a shared secret yields
 * its password.
 */
#ifndef USERS_SECRET_H
#define USERS_SECRET_H

#include <stdbool.h>

#include "users/users.h"

/*
 * No list of users, only a secret shared with the service that issues credentials, as in coturn's
 * use-auth-secret and Kamailio's auth_ephemeral. The name is a time and a user, "1767225600:alice",
 * and the password is the HMAC-SHA-1 of that name under the secret, in base64. It is valid in every
 * realm until that time, in seconds since 1970.
 */
enum {
	USERS_SECRETS_MAX = 8, /* to exchange one for another; each slows look-ups */
};

struct users_secret_options {
	const char *const *secret; /* copied; a password may be made with any of them */
	size_t n_secrets;	   /* 1 to USERS_SECRETS_MAX */
	bool user_first;	   /* names are "alice:1767225600" */
};

/* 0 or -ENOMEM. */
int users_secret_new(const struct users_secret_options *options, struct users **ret_users);

#endif
