/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/sql.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "users/sql_driver.h"
#include "users/sql_gate.h"
#include "users/sql_pool.h"

enum {
	/*
	 * Questions under way at a time, from all threads. A database that has so many
	 * to answer is too slow for those who wait, and each takes some memory here.
	 */
	QUESTIONS_MAX = 1000,
};

struct users_sql {
	struct users base;
	struct sql_setup setup;
	struct sql_pool pool;
	struct sql_gate gate;
	atomic_uint n_questions;
	atomic_bool unwell; /* as it was told */
};

/* On its way: from the loop's thread to one of libuv's and back. */
struct question {
	uv_work_t work;
	struct users_sql *self;
	struct sql_question question;
	bool probe;
	int result;
	struct msrp_digest_hex ha1;
	users_fn callback;
	void *arg;
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
	[USERS_SQL_KINDS] = NULL, /* in a build without any, C wants something to stand here */
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
 * What a database would not take as text: it would be an error, and who can
 * cause errors at will could keep others out. Nobody has such a name.
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
	/* An empty column is how the tables say that there is none. */
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

/* Tells the operator when it goes from good to bad, and from bad to good. */
static void tell(struct users_sql *self, int result, const char *error)
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

static void on_work(uv_work_t *work)
{
	struct question *q = work->data;
	struct users_sql *self = q->self;
	struct sql_answer answer = { 0 };

	q->result = SQL_LOST;
	if (sql_gate_is_shut(&self->gate) && !q->probe)
		return;
	if (sql_left_ms(q->question.deadline_ms) > 0)
		q->result = sql_pool_ask(&self->pool, &q->question, &answer);
	else
		sql_fail(&answer, "it does not answer in time");
	tell(self, q->result, answer.error);
	if (q->result == 0)
		q->result = take_value(slice_from(answer.value), q);
	explicit_bzero(&answer, sizeof(answer));
}

static void reply(const struct question *q)
{
	static const enum users_result results[] = {
		[0] = USERS_FOUND,
		[SQL_NONE] = USERS_UNKNOWN,
		[SQL_REFUSED] = USERS_FAILED,
		[SQL_LOST] = USERS_FAILED,
	};
	const struct slice ha1 = slice_make(q->ha1.text, q->ha1.len);
	const struct users_answer answer = {
		.result = results[q->result],
		.ha1 = &ha1,
		.n_ha1 = q->result == 0 ? 1 : 0,
		.valid_s = UINT64_MAX,
	};

	q->callback(q->arg, &answer);
}

static void on_done(uv_work_t *work, int status)
{
	struct question *q = work->data;
	struct users_sql *self = q->self;

	atomic_fetch_sub(&self->n_questions, 1);
	reply(q);
	explicit_bzero(q, sizeof(*q));
	free(q);
	users_unref(&self->base);
}

static void copy(char out[SQL_NAME_MAX + 1], struct slice text)
{
	memcpy(out, text.p, text.len);
	out[text.len] = '\0';
}

static struct question *question_new(struct users_sql *self, struct slice user, struct slice realm,
				     enum msrp_digest_algorithm algorithm)
{
	struct question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->work.data = q;
	q->self = self;
	q->question.algorithm = algorithm;
	q->question.deadline_ms = sql_now_ms() + self->setup.options.timeout_s * 1000;
	copy(q->question.user, user);
	copy(q->question.realm, realm);
	return q;
}

/* 0, or an errno: it cannot be asked now. */
static int ask(struct users_sql *self, uv_loop_t *loop, struct question *q)
{
	int err = -EAGAIN;

	if (atomic_fetch_add(&self->n_questions, 1) < QUESTIONS_MAX &&
	    sql_gate_pass(&self->gate, sql_now_ms(), &q->probe))
		err = uv_queue_work(loop, &q->work, on_work, on_done);
	if (err)
		atomic_fetch_sub(&self->n_questions, 1);
	else
		users_ref(&self->base);
	return err;
}

static void sql_find(struct users *users, uv_loop_t *loop, struct slice user, struct slice realm,
		     enum msrp_digest_algorithm algorithm, users_fn callback, void *arg)
{
	struct users_sql *self = (struct users_sql *)users;
	struct users_answer answer = { .result = USERS_UNKNOWN };
	struct question *q = NULL;

	if (is_askable(user) && is_askable(realm)) {
		answer.result = USERS_FAILED;
		q = question_new(self, user, realm, algorithm);
	}
	if (q) {
		q->callback = callback;
		q->arg = arg;
		if (ask(self, loop, q) == 0)
			return;
		free(q);
	}
	callback(arg, &answer);
}

static void sql_free(struct users *users)
{
	struct users_sql *self = (struct users_sql *)users;

	sql_pool_done(&self->pool);
	sql_setup_done(&self->setup);
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
	sql_pool_init(&self->pool, driver, &self->setup);
	err = sql_setup_init(&self->setup, options, driver);
	if (err)
		sql_free(&self->base);
	else
		*ret_users = &self->base;
	return err;
}
