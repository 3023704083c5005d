/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps connections to the database and lends one to each thread that asks. A failed connection is
 * closed and replaced.
 */
#include "users/sql_pool.h"

void sql_pool_init(struct sql_pool *pool, const struct sql_driver *driver,
		   const struct sql_setup *setup)
{
	*pool = (struct sql_pool){ .driver = driver, .setup = setup };
	pthread_mutex_init(&pool->lock, NULL); /* cannot fail in glibc */
}

void sql_pool_done(struct sql_pool *pool)
{
	while (pool->n_idle > 0)
		pool->driver->close(pool->idle[--pool->n_idle]);
	pthread_mutex_destroy(&pool->lock);
}

/* Returns an idle open connection, or NULL. */
static struct sql_conn *take_connection(struct sql_pool *pool)
{
	struct sql_conn *conn = NULL;

	pthread_mutex_lock(&pool->lock);
	if (pool->n_idle > 0)
		conn = pool->idle[--pool->n_idle];
	pthread_mutex_unlock(&pool->lock);
	return conn;
}

static void give_back(struct sql_pool *pool, struct sql_conn *conn)
{
	pthread_mutex_lock(&pool->lock);
	pool->idle[pool->n_idle++] = conn;
	pthread_mutex_unlock(&pool->lock);
}

/* Asks on *CONN, or on a new connection if that is NULL. Closes it when it is lost. */
static int ask_on_connection(struct sql_pool *pool, struct sql_conn **conn,
			     const struct sql_question *question, struct sql_answer *answer)
{
	int result = 0;

	if (!*conn)
		result = pool->driver->open(pool->setup, question->deadline_ms, answer, conn);
	if (!result)
		result = pool->driver->ask(*conn, question, answer);
	if (result == SQL_LOST && *conn) {
		pool->driver->close(*conn);
		*conn = NULL;
	}
	return result;
}

int sql_pool_ask(struct sql_pool *pool, const struct sql_question *question,
		 struct sql_answer *answer)
{
	struct sql_conn *conn = take_connection(pool);
	bool used_before = conn;
	int result = ask_on_connection(pool, &conn, question, answer);

	if (result == SQL_LOST && used_before && sql_left_ms(question->deadline_ms) > 0)
		result = ask_on_connection(pool, &conn, question, answer);
	if (conn)
		give_back(pool, conn);
	return result;
}
