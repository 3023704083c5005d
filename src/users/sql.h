/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back ends for users in a table of a database: SQLite, PostgreSQL and MariaDB.
 */
#ifndef USERS_SQL_H
#define USERS_SQL_H

#include <stdbool.h>

#include "users/users.h"

/*
 * Users in a table of a database, such as the "subscriber" table of OpenSIPS and Kamailio. It is
 * queried as users/remote.h says.
 */
enum users_sql_kind {
	USERS_SQLITE,
	USERS_POSTGRESQL,
	USERS_MARIADB,
	USERS_SQL_KINDS,
};

enum users_sql_tls {
	USERS_SQL_TLS_OFF,
	USERS_SQL_TLS_REQUIRE, /* encrypted, but any certificate will do */
	USERS_SQL_TLS_VERIFY,  /* the certificate must be valid and name the host */
};

/* The default authorities for verification: Debian's ca-certificates. */
#define USERS_SQL_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

/*
 * Strings are copied and never NULL. "" means the library's default, unless a field says otherwise.
 */
struct users_sql_options {
	enum users_sql_kind kind;
	const uint8_t *seed;  /* random, SIPHASH_KEY_LEN bytes, to key a hash */
	const char *database; /* for SQLite: the file */
	const char *host;     /* begins with "/": a UNIX socket, or its directory (PostgreSQL) */
	unsigned port;	      /* 0: the default */
	const char *user;
	const char *password;
	enum users_sql_tls tls;
	const char *ca; /* PEM file of trusted authorities; "": see above */

	const char *table; /* perhaps "schema.table" */
	const char *user_column;
	const char *realm_column; /* "": users exist in all realms */
	const char *ha1_column;
	const char *ha1_sha256_column;
	const char *password_column;
	bool clear_text; /* ask for the password, not for the hashes */

	unsigned connections; /* 1 to REMOTE_CONNECTIONS_MAX */
	unsigned timeout_s;

	/* Called on any thread, once each time the database is lost or comes back. */
	users_say_fn lost;
	users_say_fn back;
	void *arg;
};

/* "sqlite", "postgresql", "mariadb" */
const char *users_sql_name(enum users_sql_kind kind);
bool users_sql_is_built_in(enum users_sql_kind kind);

/* KIND must be built in. Connects with the first question. Returns 0 or -ENOMEM. */
int users_sql_new(const struct users_sql_options *options, struct users **ret_users);

#endif
