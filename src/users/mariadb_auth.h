/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef USERS_MARIADB_AUTH_H
#define USERS_MARIADB_AUTH_H

#include <stdbool.h>

#include "users/sql.h"

/*
 * How we let a server of MariaDB or MySQL authenticate us: the library answers
 * whatever the server asks for, with the password in clear if need be, to
 * anybody who has taken the server's place.
 */

struct st_mysql; /* the library's MYSQL */

/* Once, before the first connection. */
void mariadb_auth_begin(void);

/* Options for a connection that is not there yet. False: no memory. */
bool mariadb_auth_restrict(struct st_mysql *mysql, const struct users_sql_options *options);

#endif
