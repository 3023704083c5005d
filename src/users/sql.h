/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back ends for users in a table of a database: SQLite, PostgreSQL and MariaDB.
 */
#ifndef USERS_SQL_H
#define USERS_SQL_H

#include <stdbool.h>

#include "users/users.h"

/*
 * Users in a table of a database, such as the "subscriber" table of OpenSIPS
 * and Kamailio, which is asked on libuv's threads over a few connections.
 *
 * A database that cannot be reached makes look-ups fail, quickly: within the
 * time-out for those who find it out, at once for all others, while somebody
 * tries again every second. Nothing else notices.
 */
enum users_sql_kind {
	USERS_SQLITE,
	USERS_POSTGRESQL,
	USERS_MARIADB,
	USERS_SQL_KINDS,
};

enum users_sql_tls {
	USERS_SQL_TLS_OFF,
	USERS_SQL_TLS_REQUIRE, /* encrypted, with whomever */
	USERS_SQL_TLS_VERIFY,  /* and its certificate must be good, and name the host */
};

/* The default authorities for verification: Debian's ca-certificates. */
#define USERS_SQL_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

enum {
	USERS_SQL_CONNECTIONS_MAX = 32, /* each takes a thread while it is used */
};

/* Strings are copied. None is NULL; "" is the library's default, if nothing else is said. */
struct users_sql_options {
	enum users_sql_kind kind;
	const uint8_t *seed;  /* random, SIPHASH_KEY_LEN bytes, for a hash */
	const char *database; /* of SQLite: the file */
	const char *host;     /* beginning with "/": a UNIX socket, or its directory (PostgreSQL) */
	unsigned port;	      /* 0: the default */
	const char *user;
	const char *password;
	enum users_sql_tls tls;
	const char *ca; /* file in PEM format with who may have signed it; "": see above */

	const char *table; /* perhaps "schema.table" */
	const char *user_column;
	const char *realm_column; /* "": users are in all realms */
	const char *ha1_column;
	const char *ha1_sha256_column;
	const char *password_column;
	bool clear_text; /* ask for the password instead of the hashes */

	unsigned connections; /* 1 to USERS_SQL_CONNECTIONS_MAX */
	unsigned timeout_s;

	/* On any thread: the database cannot be asked, or can be again. Each is called once. */
	users_say_fn lost;
	users_say_fn back;
	void *arg;
};

/* "sqlite", "postgresql", "mariadb" */
const char *users_sql_name(enum users_sql_kind kind);
bool users_sql_is_built_in(enum users_sql_kind kind);

/* KIND must be built in. Connects only when it is asked. 0 or -ENOMEM. */
int users_sql_new(const struct users_sql_options *options, struct users **ret_users);

#endif
