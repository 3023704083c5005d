/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A few connections to one place, kept open, each used by one thread at a time. There are as
 * many as threads have ever asked at once.
 */
#ifndef USERS_REMOTE_POOL_H
#define USERS_REMOTE_POOL_H

#include <pthread.h>

#include "users/remote_driver.h"

struct remote_pool {
	const struct remote_driver *driver;
	const void *place;
	pthread_mutex_t lock; /* guards the fields below; not held while the place is asked */
	struct remote_conn *idle[REMOTE_CONNECTIONS_MAX];
	unsigned n_idle;
};

/* DRIVER and PLACE must outlive it. */
void remote_pool_init(struct remote_pool *pool, const struct remote_driver *driver,
		      const void *place);

/* Call when no connection is in use any more. */
void remote_pool_done(struct remote_pool *pool);

/*
 * Asks on an idle connection or a new one. If the connection turns out to be dead, as all are after
 * the server was restarted, a new one replaces it if there is time. Returns 0 or a remote_result.
 */
int remote_pool_ask(struct remote_pool *pool, const struct remote_question *question,
		    struct remote_answer *answer);

#endif
