/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/sql_pool.h"

#include <errno.h>
#include <time.h>

void sql_pool_init(struct sql_pool *pool, const struct sql_driver *driver,
		   const struct sql_setup *setup)
{
	pthread_condattr_t attributes;

	*pool = (struct sql_pool){ .driver = driver, .setup = setup };
	/* None of these can fail in glibc. */
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->given_back, &attributes);
	pthread_condattr_destroy(&attributes);
}

void sql_pool_done(struct sql_pool *pool)
{
	while (pool->n_idle > 0)
		pool->driver->close(pool->idle[--pool->n_idle]);
	pthread_cond_destroy(&pool->given_back);
	pthread_mutex_destroy(&pool->lock);
}

/* The right to use a connection, and one that is open, or NULL. False: none became free in time. */
static bool take(struct sql_pool *pool, uint64_t deadline_ms, struct sql_conn **ret_conn)
{
	struct timespec until = {
		.tv_sec = (time_t)(deadline_ms / 1000),
		.tv_nsec = (long)(deadline_ms % 1000) * 1000000,
	};
	int error = 0;
	bool taken;

	*ret_conn = NULL;
	pthread_mutex_lock(&pool->lock);
	while (pool->n_used >= pool->setup->options.connections && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&pool->given_back, &pool->lock, &until);
	taken = pool->n_used < pool->setup->options.connections;
	if (taken) {
		pool->n_used++;
		if (pool->n_idle > 0)
			*ret_conn = pool->idle[--pool->n_idle];
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

/* CONN: NULL when it was closed. */
static void give_back(struct sql_pool *pool, struct sql_conn *conn)
{
	pthread_mutex_lock(&pool->lock);
	pool->n_used--;
	if (conn)
		pool->idle[pool->n_idle++] = conn;
	pthread_cond_signal(&pool->given_back);
	pthread_mutex_unlock(&pool->lock);
}

/* Asks on *CONN, or on a new one when that is NULL. Closes it when it is lost. */
static int ask(struct sql_pool *pool, struct sql_conn **conn, const struct sql_question *question,
	       struct sql_answer *answer)
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
	struct sql_conn *conn;
	bool used_before;
	int result;

	if (!take(pool, question->deadline_ms, &conn)) {
		sql_fail(answer, "all connections are busy");
		return SQL_LOST;
	}
	used_before = conn;
	result = ask(pool, &conn, question, answer);
	if (result == SQL_LOST && used_before && sql_left_ms(question->deadline_ms) > 0)
		result = ask(pool, &conn, question, answer);
	give_back(pool, conn);
	return result;
}
