/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a MariaDB or MySQL server may authenticate us. By itself the client library answers
 * whatever the server asks for, with the password in clear text if need be, even if somebody
 * else has taken the server's place.
 */
#ifndef USERS_MARIADB_AUTH_H
#define USERS_MARIADB_AUTH_H

#include <stdbool.h>

#include "users/sql.h"

struct st_mysql; /* the library's MYSQL */

/* Once, before the first connection. */
void mariadb_auth_begin(void);

/* Options for a connection that is not there yet. False: no memory. */
bool mariadb_auth_restrict(struct st_mysql *mysql, const struct users_sql_options *options);

#endif
