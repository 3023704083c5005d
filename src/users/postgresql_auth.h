/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a PostgreSQL server may authenticate us. libpq gives the password in clear text to any server
 * that asks, unless it is told not to, which is possible since version 16. With an older libpq, the
 * password is used over TLS only in ways that are bound to the channel; without TLS, this file
 * reads along and stops the login.
 */
#ifndef USERS_POSTGRESQL_AUTH_H
#define USERS_POSTGRESQL_AUTH_H

#include <stdbool.h>

#include "users/sql.h"

struct pg_conn; /* libpq's PGconn */

/* False: the server has proved its identity, or runs on this machine. */
bool postgresql_auth_is_restricted(const struct users_sql_options *options);

/* The libpq parameter that must be set to *RET_VALUE, or NULL. */
const char *postgresql_auth_keyword(const struct users_sql_options *options,
				    const char **ret_value);

/* A connection without TLS that is being set up, between libpq and its socket. */
struct postgresql_auth {
	int server; /* the socket; -1: libpq has it */
	int client; /* the other end of the socket that libpq has instead */
	size_t len; /* bytes still to be sent to the server */
	bool done;  /* authentication is over */
	char out[8192];
};

/* Begins with libpq holding the socket. */
void postgresql_auth_init(struct postgresql_auth *auth);

/*
 * Call after each step that libpq takes to connect: steps in between if it has to. Returns 0 or an
 * errno.
 */
int postgresql_auth_follow(struct postgresql_auth *auth, const struct users_sql_options *options,
			   struct pg_conn *pg);

/* Gives libpq its socket back, unless PG is NULL. */
void postgresql_auth_leave(struct postgresql_auth *auth, struct pg_conn *pg);

/*
 * Waits for libpq's EVENTS while it passes data both ways. Returns 0; -EACCES when the server asks
 * for the password in clear text; -ETIMEDOUT or another errno.
 */
int postgresql_auth_wait(struct postgresql_auth *auth, struct pg_conn *pg, short events,
			 uint64_t deadline_ms);

#endif
