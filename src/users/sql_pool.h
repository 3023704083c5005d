/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A few connections to one database, kept open, each used by one thread at a time. There are as
 * many as threads have ever asked at once.
 */
#ifndef USERS_SQL_POOL_H
#define USERS_SQL_POOL_H

#include <pthread.h>

#include "users/sql_driver.h"

struct sql_pool {
	const struct sql_driver *driver;
	const struct sql_setup *setup;
	pthread_mutex_t lock; /* guards the fields below; not held while a database is queried */
	struct sql_conn *idle[USERS_SQL_CONNECTIONS_MAX];
	unsigned n_idle;
};

/* DRIVER and SETUP must outlive it. */
void sql_pool_init(struct sql_pool *pool, const struct sql_driver *driver,
		   const struct sql_setup *setup);

/* Call when no connection is in use any more. */
void sql_pool_done(struct sql_pool *pool);

/*
 * Asks on an idle connection or a new one. If the connection turns out to be dead, as all are after
 * the database was restarted, a new one replaces it if there is time. Returns 0 or an sql_result.
 */
int sql_pool_ask(struct sql_pool *pool, const struct sql_question *question,
		 struct sql_answer *answer);

#endif
