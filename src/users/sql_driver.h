/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interface between the database back ends (sql.c) and the driver for each kind of database,
 * and what the drivers share.
 */
#ifndef USERS_SQL_DRIVER_H
#define USERS_SQL_DRIVER_H

#include "users/remote_driver.h"
#include "users/sql.h"

/* The database to connect to, and the query for a hash of each algorithm: the place of a driver. */
struct sql_setup {
	struct users_sql_options options; /* its strings are our own copies */
	char *query[MSRP_DIGEST_COUNT];
};

/* The query has two columns, the name and the value; only exactly that name will do. */
struct sql_driver {
	struct remote_driver remote;
	char quote;    /* quotes the name of a table or column */
	bool numbered; /* parameters are $1 and $2, not ? and ? */
};

extern const struct sql_driver sql_driver_sqlite;
extern const struct sql_driver sql_driver_postgresql;
extern const struct sql_driver sql_driver_mariadb;

/* Copies the options and writes the queries. NULL without memory. */
struct sql_setup *sql_setup_new(const struct users_sql_options *options,
				const struct sql_driver *driver);

/* The forget() of the drivers. NULL is fine. */
void sql_setup_free(void *setup);

/* Is the server reached through a UNIX socket? Then there is no TLS, and nobody in between. */
bool sql_is_local(const struct users_sql_options *options);

/* Stores VALUE if NAME is the user asked for. Returns false if not, or if VALUE is too long. */
bool sql_take_row(const struct sql_setup *setup, const struct remote_question *question,
		  struct slice name, struct slice value, struct remote_answer *answer);

#endif
