/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a MariaDB or MySQL server may authenticate us. Left alone, the client library gives whatever
 * the server asks for, even the password in clear text, and even to an impostor.
 */
#ifndef USERS_MARIADB_AUTH_H
#define USERS_MARIADB_AUTH_H

#include <stdbool.h>

#include "users/sql.h"

struct st_mysql; /* the library's MYSQL */

/* Call once, before the first connection. */
void mariadb_auth_begin(void);

/* Sets options of a connection that is not open yet. False: no memory. */
bool mariadb_auth_restrict(struct st_mysql *mysql, const struct users_sql_options *options);

#endif
