/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database back ends: which ones are built in, and how each is set up. remote.c asks them.
 */
#include "users/sql.h"

#include <assert.h>
#include <errno.h>

#include "users/remote.h"
#include "users/sql_driver.h"

static const struct sql_driver *const drivers[USERS_SQL_KINDS + 1] = {
#ifdef USERS_WITH_SQLITE
	[USERS_SQLITE] = &sql_driver_sqlite,
#endif
#ifdef USERS_WITH_POSTGRESQL
	[USERS_POSTGRESQL] = &sql_driver_postgresql,
#endif
#ifdef USERS_WITH_MARIADB
	[USERS_MARIADB] = &sql_driver_mariadb,
#endif
	[USERS_SQL_KINDS] = NULL, /* a build without databases still needs an initialiser */
};

const char *users_sql_name(enum users_sql_kind kind)
{
	static const char *const names[USERS_SQL_KINDS] = {
		[USERS_SQLITE] = "sqlite",
		[USERS_POSTGRESQL] = "postgresql",
		[USERS_MARIADB] = "mariadb",
	};

	return names[kind];
}

bool users_sql_is_built_in(enum users_sql_kind kind)
{
	return drivers[kind];
}

int users_sql_new(const struct users_sql_options *options, struct users **ret_users)
{
	const struct sql_driver *driver = drivers[options->kind];
	struct users_remote_options remote = {
		.seed = options->seed,
		.name = users_sql_name(options->kind),
		.connections = options->connections,
		.timeout_s = options->timeout_s,
		.lost = options->lost,
		.back = options->back,
		.arg = options->arg,
	};

	assert(driver);
	remote.driver = &driver->remote;
	remote.place = sql_setup_new(options, driver);
	return remote.place ? users_remote_new(&remote, ret_users) : -ENOMEM;
}
