/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps connections to the place and lends one to each thread that asks. A failed connection is
 * closed and replaced.
 */
#include "users/remote_pool.h"

void remote_pool_init(struct remote_pool *pool, const struct remote_driver *driver,
		      const void *place)
{
	*pool = (struct remote_pool){ .driver = driver, .place = place };
	pthread_mutex_init(&pool->lock, NULL); /* cannot fail in glibc */
}

void remote_pool_done(struct remote_pool *pool)
{
	while (pool->n_idle > 0)
		pool->driver->close(pool->idle[--pool->n_idle]);
	pthread_mutex_destroy(&pool->lock);
}

/* Returns an idle open connection, or NULL. */
static struct remote_conn *take_connection(struct remote_pool *pool)
{
	struct remote_conn *conn = NULL;

	pthread_mutex_lock(&pool->lock);
	if (pool->n_idle > 0)
		conn = pool->idle[--pool->n_idle];
	pthread_mutex_unlock(&pool->lock);
	return conn;
}

static void give_back(struct remote_pool *pool, struct remote_conn *conn)
{
	pthread_mutex_lock(&pool->lock);
	pool->idle[pool->n_idle++] = conn;
	pthread_mutex_unlock(&pool->lock);
}

/* Asks on *CONN, or on a new connection if that is NULL. Closes it when it is lost. */
static int ask_on_connection(struct remote_pool *pool, struct remote_conn **conn,
			     const struct remote_question *question, struct remote_answer *answer)
{
	int result = 0;

	if (!*conn)
		result = pool->driver->open(pool->place, question->deadline_ms, answer, conn);
	if (!result)
		result = pool->driver->ask(*conn, question, answer);
	if (result == REMOTE_LOST && *conn) {
		pool->driver->close(*conn);
		*conn = NULL;
	}
	return result;
}

int remote_pool_ask(struct remote_pool *pool, const struct remote_question *question,
		    struct remote_answer *answer)
{
	struct remote_conn *conn = take_connection(pool);
	bool used_before = conn;
	int result = ask_on_connection(pool, &conn, question, answer);

	if (result == REMOTE_LOST && used_before && remote_left_ms(question->deadline_ms) > 0)
		result = ask_on_connection(pool, &conn, question, answer);
	if (conn)
		give_back(pool, conn);
	return result;
}
