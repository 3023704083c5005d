/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back end "http": users kept by a web service. It is asked as users/remote.h says, and its
 * answers are remembered for a while.
 */
#ifndef USERS_HTTP_H
#define USERS_HTTP_H

#include <stdbool.h>

#include "users/users.h"

/* The default authorities for verification: Debian's ca-certificates. */
#define USERS_HTTP_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

/* Strings are copied. None is NULL. */
struct users_http_options {
	const char *url;
	const char *ca;	      /* PEM file of trusted authorities; "": see above */
	const char *token;    /* for "Authorization: Bearer"; "": none */
	const uint8_t *seed;  /* random, SIPHASH_KEY_LEN bytes, for hashes */
	unsigned cache_s;     /* 0: nothing is remembered */
	unsigned connections; /* 1 to REMOTE_CONNECTIONS_MAX */
	unsigned timeout_s;

	/* As in users/remote.h. */
	users_say_fn lost;
	users_say_fn back;
	void *arg;
};

bool users_http_is_built_in(void);

/* It must be built in. Connects only when it is asked. Returns 0 or -ENOMEM. */
int users_http_new(const struct users_http_options *options, struct users **ret_users);

#endif
