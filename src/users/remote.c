/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back ends that ask another service: take questions on the worker's loop, have threads of
 * libuv's pool answer them (remote_pool.c), and deliver the result on the loop that asked.
 */
#include "users/remote.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "users/remote_gate.h"
#include "users/remote_pool.h"
#include "users/remote_queue.h"

enum {
	/*
	 * Answers are delivered at multiples of this after the question, because a database takes
	 * some microseconds longer for a user that exists.
	 */
	BEAT_MS = 5,
};

struct users_remote {
	struct users base;
	struct users_remote_options options;
	struct remote_pool pool;
	struct remote_gate gate;
	atomic_bool unwell; /* what the operator was last told */
	pthread_mutex_t lock;
	/* Guarded by the lock: */
	struct remote_queue queue;
	unsigned n_askers; /* threads that take questions from the queue until it is empty */
};

/* A question on its way. It belongs to the loop's thread, except while an asker has it. */
struct question {
	uv_async_t answered;
	uv_timer_t timer; /* for the wait in the queue, then for the answer */
	unsigned n_handles;
	struct remote_queue_item item;
	struct users_remote *self;
	struct remote_question question;
	uint64_t asked_ms; /* on the loop's clock */
	bool probe;
	int result;
	struct msrp_digest_hex ha1;
	uint64_t rate;
	users_fn callback;
	void *arg;
};

/* Runs on one of libuv's threads. */
struct asker {
	uv_work_t work;
	struct users_remote *self;
};

/*
 * A database would refuse such text with an error, and users who can cause errors at will could
 * lock others out. No real name looks like this.
 */
static bool is_askable(struct slice text)
{
	return text.len > 0 && text.len <= REMOTE_NAME_MAX && slice_find(text, '\0') == text.len &&
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
		return REMOTE_NONE;
	for (size_t i = 0; i < text.len; i++)
		q->ha1.text[i] = ascii_lower(text.p[i]);
	q->ha1.len = text.len;
	return 0;
}

static int take_value(const struct remote_answer *answer, struct question *q)
{
	const struct slice value = slice_from(answer->value);

	if (!answer->is_password)
		return take_hash(value, q);
	if (value.len == 0)
		return REMOTE_NONE;
	return msrp_digest_ha1(q->question.algorithm, slice_from(q->question.user),
			       slice_from(q->question.realm), value, &q->ha1) == 0
		   ? 0
		   : REMOTE_REFUSED;
}

/* Tells the operator when the place is lost, and when it is back. */
static void tell_answer(struct users_remote *self, int result, const char *error)
{
	const struct users_remote_options *options = &self->options;

	if (result == REMOTE_LOST)
		remote_gate_shut(&self->gate, remote_now_ms());
	else
		remote_gate_open(&self->gate);
	if (result == REMOTE_LOST || result == REMOTE_REFUSED) {
		if (!atomic_exchange(&self->unwell, true))
			options->lost(options->arg, error);
	} else if (atomic_exchange(&self->unwell, false)) {
		options->back(options->arg, options->name);
	}
}

static void ask_place(struct question *q)
{
	struct users_remote *self = q->self;
	struct remote_answer answer = { 0 };

	q->result = REMOTE_LOST;
	if (remote_gate_is_shut(&self->gate) && !q->probe)
		return;
	/* Counts from now: a long queue is not the fault of the place. */
	q->question.deadline_ms = remote_now_ms() + self->options.timeout_s * 1000;
	q->result = remote_pool_ask(&self->pool, &q->question, &answer);
	tell_answer(self, q->result, answer.error);
	if (q->result == 0)
		q->result = take_value(&answer, q);
	q->rate = answer.rate;
	explicit_bzero(&answer, sizeof(answer));
}

/* Returns NULL, and counts one asker less, when the queue is empty. */
static struct question *next_question(struct users_remote *self)
{
	struct remote_queue_item *item;

	pthread_mutex_lock(&self->lock);
	item = remote_queue_take(&self->queue);
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
		ask_place(q);
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
static bool start_asker(struct users_remote *self, uv_loop_t *loop)
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
	struct users_remote *self = q->self;

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
		.rate = q->rate,
	};

	q->callback(q->arg, &answer);
	uv_close((uv_handle_t *)&q->timer, on_question_closed);
	uv_close((uv_handle_t *)&q->answered, on_question_closed);
}

static void on_beat(uv_timer_t *timer)
{
	static const enum msrp_ha1_result results[] = {
		[0] = MSRP_HA1_FOUND,
		[REMOTE_NONE] = MSRP_HA1_UNKNOWN,
		[REMOTE_REFUSED] = MSRP_HA1_FAILED,
		[REMOTE_LOST] = MSRP_HA1_FAILED,
		[REMOTE_BUSY] = MSRP_HA1_BUSY,
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

/* It has waited as long as the place may take to answer. */
static void on_waited(uv_timer_t *timer)
{
	struct question *q = timer->data;
	struct users_remote *self = q->self;
	bool waits;

	pthread_mutex_lock(&self->lock);
	waits = q->item.source;
	if (waits)
		remote_queue_remove(&self->queue, &q->item);
	pthread_mutex_unlock(&self->lock);
	if (waits)
		question_end(q, MSRP_HA1_FAILED);
}

static void copy_texts(char out[REMOTE_NAME_MAX + 1], struct slice text)
{
	memcpy(out, text.p, text.len);
	out[text.len] = '\0';
}

static struct question *question_new(struct users_remote *self, uv_loop_t *loop,
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
	q->self = (struct users_remote *)users_ref(&self->base);
	q->question.algorithm = question->algorithm;
	copy_texts(q->question.user, question->user);
	copy_texts(q->question.realm, question->realm);
	uv_update_time(loop);
	q->asked_ms = uv_now(loop);
	uv_timer_start(&q->timer, on_waited, self->options.timeout_s * 1000, 0);
	return q;
}

/* Another thread displaced this question; its own thread must tell the asker. */
static void displace(struct remote_queue_item *item)
{
	struct question *q = CONTAINER_OF(item, struct question, item);

	q->result = REMOTE_BUSY;
	uv_async_send(&q->answered);
}

/* Returns MSRP_HA1_RESULTS if the answer comes later, otherwise the answer itself. */
static enum msrp_ha1_result enqueue(struct users_remote *self, uv_loop_t *loop, struct question *q,
				    const struct users_question *question)
{
	struct remote_queue_key key = {
		.kind = question->renewal ? REMOTE_QUEUE_RENEWALS : REMOTE_QUEUE_NEWCOMERS,
	};
	struct remote_queue_item *displaced;
	bool added, start;

	snprintf(key.origin, sizeof(key.origin), "%" SLICE_FMT, SLICE_ARG(question->origin));
	pthread_mutex_lock(&self->lock);
	added = remote_queue_add(&self->queue, &q->item, &key, &displaced);
	if (displaced)
		displace(displaced);
	start = added && self->n_askers < self->options.connections;
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

static void remote_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
			users_fn callback, void *arg)
{
	struct users_remote *self = (struct users_remote *)users;
	enum msrp_ha1_result result;
	struct question *q;
	bool probe;

	if (!is_askable(question->user) || !is_askable(question->realm)) {
		answer_now(MSRP_HA1_UNKNOWN, callback, arg);
		return;
	}
	if (!remote_gate_pass(&self->gate, remote_now_ms(), &probe)) {
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

static void remote_free(struct users *users)
{
	struct users_remote *self = (struct users_remote *)users;

	remote_pool_done(&self->pool);
	self->options.driver->forget(self->options.place);
	pthread_mutex_destroy(&self->lock);
	free(self);
}

static const struct users_backend remote_backend = {
	.find = remote_find,
	.free = remote_free,
};

int users_remote_new(const struct users_remote_options *options, struct users **ret_users)
{
	struct users_remote *self = calloc(1, sizeof(*self));

	assert(options->connections > 0 && options->connections <= REMOTE_CONNECTIONS_MAX);
	if (!self) {
		options->driver->forget(options->place);
		return -ENOMEM;
	}
	users_init(&self->base, &remote_backend);
	self->options = *options;
	pthread_mutex_init(&self->lock, NULL); /* cannot fail in glibc */
	remote_queue_init(&self->queue, options->seed);
	remote_pool_init(&self->pool, options->driver, options->place);
	*ret_users = &self->base;
	return 0;
}
