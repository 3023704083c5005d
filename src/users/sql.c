/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database back ends: take questions on the worker's loop, have threads of libuv's pool answer
 * them (sql_pool.c), and deliver the result on the loop that asked.
 */
#include "users/sql.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "users/sql_driver.h"
#include "users/sql_gate.h"
#include "users/sql_pool.h"
#include "users/sql_queue.h"

enum {
	/*
	 * Answers are delivered at multiples of this after the question, because the database takes
	 * some microseconds longer for a user that exists.
	 */
	BEAT_MS = 5,
};

struct users_sql {
	struct users base;
	struct sql_setup setup;
	struct sql_pool pool;
	struct sql_gate gate;
	atomic_bool unwell; /* what the operator was last told */
	pthread_mutex_t lock;
	/* Guarded by the lock: */
	struct sql_queue queue;
	unsigned n_askers; /* threads that take questions from the queue until it is empty */
};

/* A question on its way. It belongs to the loop's thread, except while an asker has it. */
struct question {
	uv_async_t answered;
	uv_timer_t timer; /* for the wait in the queue, then for the answer */
	unsigned n_handles;
	struct sql_queue_item item;
	struct users_sql *self;
	struct sql_question question;
	uint64_t asked_ms; /* on the loop's clock */
	bool probe;
	int result;
	struct msrp_digest_hex ha1;
	users_fn callback;
	void *arg;
};

/* Runs on one of libuv's threads. */
struct asker {
	uv_work_t work;
	struct users_sql *self;
};

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

/*
 * A database would refuse such text with an error, and users who can cause errors at will could
 * lock others out. No real name looks like this.
 */
static bool is_askable(struct slice text)
{
	return text.len > 0 && text.len <= SQL_NAME_MAX && slice_find(text, '\0') == text.len &&
	       utf8_is_valid(text);
}

static bool is_ha1(struct slice text, enum msrp_digest_algorithm algorithm)
{
	if (text.len != (algorithm == MSRP_DIGEST_MD5 ? 32 : 64))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (ascii_hex_value(text.p[i]) < 0)
			return false;
	return true;
}

static int take_hash(struct slice text, struct question *q)
{
	/* The tables say "no hash" with an empty column. */
	if (!is_ha1(text, q->question.algorithm))
		return SQL_NONE;
	for (size_t i = 0; i < text.len; i++)
		q->ha1.text[i] = ascii_lower(text.p[i]);
	q->ha1.len = text.len;
	return 0;
}

static int take_value(struct slice value, struct question *q)
{
	if (!q->self->setup.options.clear_text)
		return take_hash(value, q);
	if (value.len == 0)
		return SQL_NONE;
	return msrp_digest_ha1(q->question.algorithm, slice_from(q->question.user),
			       slice_from(q->question.realm), value, &q->ha1) == 0
		   ? 0
		   : SQL_REFUSED;
}

/* Tells the operator when the database is lost, and when it is back. */
static void tell_answer(struct users_sql *self, int result, const char *error)
{
	const struct users_sql_options *options = &self->setup.options;

	if (result == SQL_LOST)
		sql_gate_shut(&self->gate, sql_now_ms());
	else
		sql_gate_open(&self->gate);
	if (result == SQL_LOST || result == SQL_REFUSED) {
		if (!atomic_exchange(&self->unwell, true))
			options->lost(options->arg, error);
	} else if (atomic_exchange(&self->unwell, false)) {
		options->back(options->arg, users_sql_name(options->kind));
	}
}

static void ask_database(struct question *q)
{
	struct users_sql *self = q->self;
	struct sql_answer answer = { 0 };

	q->result = SQL_LOST;
	if (sql_gate_is_shut(&self->gate) && !q->probe)
		return;
	/* Counts from now: a long queue is not the database's fault. */
	q->question.deadline_ms = sql_now_ms() + self->setup.options.timeout_s * 1000;
	q->result = sql_pool_ask(&self->pool, &q->question, &answer);
	tell_answer(self, q->result, answer.error);
	if (q->result == 0)
		q->result = take_value(slice_from(answer.value), q);
	explicit_bzero(&answer, sizeof(answer));
}

/* Returns NULL, and counts one asker less, when the queue is empty. */
static struct question *next_question(struct users_sql *self)
{
	struct sql_queue_item *item;

	pthread_mutex_lock(&self->lock);
	item = sql_queue_take(&self->queue);
	if (!item)
		self->n_askers--;
	pthread_mutex_unlock(&self->lock);
	return item ? CONTAINER_OF(item, struct question, item) : NULL;
}

static void on_asker_work(uv_work_t *work)
{
	struct asker *asker = work->data;
	struct question *q;

	while ((q = next_question(asker->self))) {
		ask_database(q);
		uv_async_send(&q->answered); /* from here on the question is not ours */
	}
}

static void on_asker_done(uv_work_t *work, int status)
{
	struct asker *asker = work->data;

	users_unref(&asker->self->base);
	free(asker);
}

/* Starts another asker for the queue. False: the running ones have to do. */
static bool start_asker(struct users_sql *self, uv_loop_t *loop)
{
	struct asker *asker = malloc(sizeof(*asker));

	if (!asker)
		return false;
	*asker = (struct asker){ .work.data = asker, .self = self };
	users_ref(&self->base);
	if (uv_queue_work(loop, &asker->work, on_asker_work, on_asker_done) == 0)
		return true;
	on_asker_done(&asker->work, 0);
	return false;
}

static void on_question_closed(uv_handle_t *handle)
{
	struct question *q = handle->data;
	struct users_sql *self = q->self;

	if (--q->n_handles > 0)
		return;
	explicit_bzero(q, sizeof(*q));
	free(q);
	users_unref(&self->base);
}

static void question_end(struct question *q, enum msrp_ha1_result result)
{
	const struct slice ha1 = slice_make(q->ha1.text, q->ha1.len);
	const struct msrp_ha1_answer answer = {
		.result = result,
		.ha1 = &ha1,
		.n_ha1 = result == MSRP_HA1_FOUND ? 1 : 0,
		.valid_s = UINT64_MAX,
	};

	q->callback(q->arg, &answer);
	uv_close((uv_handle_t *)&q->timer, on_question_closed);
	uv_close((uv_handle_t *)&q->answered, on_question_closed);
}

static void on_beat(uv_timer_t *timer)
{
	static const enum msrp_ha1_result results[] = {
		[0] = MSRP_HA1_FOUND,
		[SQL_NONE] = MSRP_HA1_UNKNOWN,
		[SQL_REFUSED] = MSRP_HA1_FAILED,
		[SQL_LOST] = MSRP_HA1_FAILED,
		[SQL_BUSY] = MSRP_HA1_BUSY,
	};
	struct question *q = timer->data;

	question_end(q, results[q->result]);
}

static void on_question_answered(uv_async_t *async)
{
	struct question *q = async->data;
	uint64_t took_ms;

	uv_update_time(q->timer.loop);
	took_ms = uv_now(q->timer.loop) - q->asked_ms;
	uv_timer_start(&q->timer, on_beat, BEAT_MS - took_ms % BEAT_MS, 0);
}

/* It has waited as long as the database may take to answer. */
static void on_waited(uv_timer_t *timer)
{
	struct question *q = timer->data;
	struct users_sql *self = q->self;
	bool waits;

	pthread_mutex_lock(&self->lock);
	waits = q->item.source;
	if (waits)
		sql_queue_remove(&self->queue, &q->item);
	pthread_mutex_unlock(&self->lock);
	if (waits)
		question_end(q, MSRP_HA1_FAILED);
}

static void copy_texts(char out[SQL_NAME_MAX + 1], struct slice text)
{
	memcpy(out, text.p, text.len);
	out[text.len] = '\0';
}

static struct question *question_new(struct users_sql *self, uv_loop_t *loop,
				     const struct users_question *question)
{
	struct question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	if (uv_async_init(loop, &q->answered, on_question_answered) != 0) {
		free(q);
		return NULL;
	}
	uv_timer_init(loop, &q->timer);
	q->n_handles = 2;
	q->answered.data = q->timer.data = q;
	q->self = (struct users_sql *)users_ref(&self->base);
	q->question.algorithm = question->algorithm;
	copy_texts(q->question.user, question->user);
	copy_texts(q->question.realm, question->realm);
	uv_update_time(loop);
	q->asked_ms = uv_now(loop);
	uv_timer_start(&q->timer, on_waited, self->setup.options.timeout_s * 1000, 0);
	return q;
}

/* Another thread displaced this question; its own thread must tell the asker. */
static void displace(struct sql_queue_item *item)
{
	struct question *q = CONTAINER_OF(item, struct question, item);

	q->result = SQL_BUSY;
	uv_async_send(&q->answered);
}

/* Returns MSRP_HA1_RESULTS if the answer comes later, otherwise the answer itself. */
static enum msrp_ha1_result enqueue(struct users_sql *self, uv_loop_t *loop, struct question *q,
				    const struct users_question *question)
{
	struct sql_queue_key key = {
		.kind = question->renewal ? SQL_QUEUE_RENEWALS : SQL_QUEUE_NEWCOMERS,
	};
	struct sql_queue_item *displaced;
	bool added, start;

	snprintf(key.origin, sizeof(key.origin), "%" SLICE_FMT, SLICE_ARG(question->origin));
	pthread_mutex_lock(&self->lock);
	added = sql_queue_add(&self->queue, &q->item, &key, &displaced);
	if (displaced)
		displace(displaced);
	start = added && self->n_askers < self->setup.options.connections;
	self->n_askers += start;
	pthread_mutex_unlock(&self->lock);
	if (start && !start_asker(self, loop)) {
		pthread_mutex_lock(&self->lock);
		self->n_askers--;
		pthread_mutex_unlock(&self->lock);
	}
	return added ? MSRP_HA1_RESULTS : MSRP_HA1_BUSY;
}

static void answer_now(enum msrp_ha1_result result, users_fn callback, void *arg)
{
	callback(arg, &(struct msrp_ha1_answer){ .result = result });
}

static void sql_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		     users_fn callback, void *arg)
{
	struct users_sql *self = (struct users_sql *)users;
	enum msrp_ha1_result result;
	struct question *q;
	bool probe;

	if (!is_askable(question->user) || !is_askable(question->realm)) {
		answer_now(MSRP_HA1_UNKNOWN, callback, arg);
		return;
	}
	if (!sql_gate_pass(&self->gate, sql_now_ms(), &probe)) {
		answer_now(MSRP_HA1_FAILED, callback, arg);
		return;
	}
	q = question_new(self, loop, question);
	if (!q) {
		answer_now(MSRP_HA1_FAILED, callback, arg);
		return;
	}
	q->probe = probe;
	q->callback = callback;
	q->arg = arg;
	result = enqueue(self, loop, q, question);
	if (result != MSRP_HA1_RESULTS)
		question_end(q, result);
}

static void sql_free(struct users *users)
{
	struct users_sql *self = (struct users_sql *)users;

	sql_pool_done(&self->pool);
	sql_setup_done(&self->setup);
	pthread_mutex_destroy(&self->lock);
	free(self);
}

static const struct users_backend sql_backend = {
	.find = sql_find,
	.free = sql_free,
};

int users_sql_new(const struct users_sql_options *options, struct users **ret_users)
{
	struct users_sql *self = calloc(1, sizeof(*self));
	const struct sql_driver *driver = drivers[options->kind];
	int err;

	assert(driver && options->connections > 0 &&
	       options->connections <= USERS_SQL_CONNECTIONS_MAX);
	if (!self)
		return -ENOMEM;
	users_init(&self->base, &sql_backend);
	pthread_mutex_init(&self->lock, NULL); /* cannot fail in glibc */
	sql_queue_init(&self->queue, options->seed);
	sql_pool_init(&self->pool, driver, &self->setup);
	err = sql_setup_init(&self->setup, options, driver);
	if (err)
		sql_free(&self->base);
	else
		*ret_users = &self->base;
	return err;
}
