/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One libuv timer serves all waits of a context. Objects that are discarded inside a callback are
 * freed when the loop comes round.
 */
#include "client/link/context.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/reserved.h"
#include "client/link/logger.h"

enum {
	CONNECT_MS = 10 * 1000,
	RELAY_MS = 30 * 1000,
	INCOMING_MS = 60 * 1000,
	BIND_MS = 30 * 1000,
	RESPONSE_MS = 30 * 1000, /* RFC 4975 7.1.1 */
};

/* Predictable ids and nonces would be worse than the end of the process. */
static void fill_random(void *arg, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t got = getrandom(out, len, 0);

		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			out += got;
			len -= (size_t)got;
		}
	}
}

uint64_t client_now(const struct msrp_context *context)
{
	return uv_now(context->loop);
}

static void empty_garbage(struct msrp_context *context)
{
	struct client_garbage *garbage;

	while ((garbage = STAILQ_FIRST(&context->garbage))) {
		STAILQ_REMOVE_HEAD(&context->garbage, in_context);
		garbage->free(garbage);
	}
}

static void on_clock(uv_timer_t *clock);

static void set_clock(struct msrp_context *context)
{
	const struct client_timer *first = TAILQ_FIRST(&context->timers);
	uint64_t now = client_now(context);
	uint64_t delay = 0;

	if (STAILQ_EMPTY(&context->garbage)) {
		if (!first) {
			uv_timer_stop(&context->clock->timer);
			return;
		}
		delay = first->due_ms > now ? first->due_ms - now : 0;
	}
	uv_timer_start(&context->clock->timer, on_clock, delay, 0);
}

static void on_clock(uv_timer_t *clock)
{
	struct msrp_context *context = clock->data;
	uint64_t now = client_now(context);
	struct client_timer *t;

	client_enter(context);
	while ((t = TAILQ_FIRST(&context->timers)) && t->due_ms <= now) {
		client_timer_stop(context, t);
		t->fire(t->arg);
	}
	empty_garbage(context);
	client_leave(context);
	set_clock(context);
}

void client_timer_start(struct msrp_context *context, struct client_timer *t, uint64_t delay_ms,
			void (*fire)(void *arg), void *arg)
{
	struct client_timer *before;

	client_timer_stop(context, t);
	t->due_ms = client_now(context) + delay_ms;
	t->fire = fire;
	t->arg = arg;
	t->running = true;
	/* From the back: most timers wait as long as those before them. */
	TAILQ_FOREACH_REVERSE(before, &context->timers, client_timer_list, in_context)
	if (before->due_ms <= t->due_ms)
		break;
	if (before)
		TAILQ_INSERT_AFTER(&context->timers, before, t, in_context);
	else
		TAILQ_INSERT_HEAD(&context->timers, t, in_context);
	set_clock(context);
}

void client_timer_stop(struct msrp_context *context, struct client_timer *t)
{
	if (!t->running)
		return;
	TAILQ_REMOVE(&context->timers, t, in_context);
	t->running = false;
	/* Otherwise the timer would keep the loop running for nothing. */
	if (TAILQ_EMPTY(&context->timers))
		set_clock(context);
}

void client_discard(struct msrp_context *context, struct client_garbage *garbage,
		    void (*free_fn)(struct client_garbage *garbage))
{
	garbage->free = free_fn;
	STAILQ_INSERT_TAIL(&context->garbage, garbage, in_context);
	set_clock(context);
}

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value ? value : otherwise;
}

static void fill_defaults(struct msrp_context_options *o)
{
	o->connect_timeout_ms = or_default(o->connect_timeout_ms, CONNECT_MS);
	o->relay_timeout_ms = or_default(o->relay_timeout_ms, RELAY_MS);
	o->incoming_timeout_ms = or_default(o->incoming_timeout_ms, INCOMING_MS);
	o->bind_timeout_ms = or_default(o->bind_timeout_ms, BIND_MS);
	o->response_timeout_ms = or_default(o->response_timeout_ms, RESPONSE_MS);
	o->logger = client_logger_or_none(o->logger);
	o->ca_file = NULL;
	o->certificate = NULL;
	o->key = NULL;
}

static int make_tls(struct msrp_context *context, const struct msrp_context_options *options,
		    char *error, size_t error_len)
{
	struct msrp_tls_credentials files = {
		.ca_file = options->ca_file,
		.insecure = options->insecure,
		.certificate = options->certificate,
		.key = options->key,
	};

	return client_credentials_load(&files, error, error_len, &context->credentials);
}

static void on_idle(uv_idle_t *idle)
{
}

static void on_check(uv_check_t *check)
{
	struct client_clock *clock = CONTAINER_OF(check, struct client_clock, check);

	uv_idle_stop(&clock->idle);
	uv_check_stop(check);
}

void client_leave(struct msrp_context *context)
{
	struct client_clock *clock = context->clock;

	context->depth--;
	if (context->depth > 0 || uv_is_active((uv_handle_t *)&clock->idle))
		return;
	uv_idle_start(&clock->idle, on_idle);
	uv_check_start(&clock->check, on_check);
}

static void on_clock_closed(uv_handle_t *handle)
{
	struct client_clock *clock = handle->data;

	if (--clock->n_open == 0)
		free(clock);
}

static void close_handle(struct client_clock *clock, void *handle)
{
	((uv_handle_t *)handle)->data = clock;
	uv_close(handle, on_clock_closed);
}

static void clock_close(struct client_clock *clock)
{
	clock->n_open = 3;
	close_handle(clock, &clock->timer);
	close_handle(clock, &clock->idle);
	close_handle(clock, &clock->check);
}

/* Of these three, init fails only for an invalid loop. */
static int make_clock(struct msrp_context *context)
{
	struct client_clock *clock = calloc(1, sizeof(*clock));
	int err;

	if (!clock)
		return -ENOMEM;
	err = uv_timer_init(context->loop, &clock->timer);
	if (err) {
		free(clock);
		return err;
	}
	uv_idle_init(context->loop, &clock->idle);
	uv_check_init(context->loop, &clock->check);
	/* Neither must keep the loop running. */
	uv_unref((uv_handle_t *)&clock->idle);
	uv_unref((uv_handle_t *)&clock->check);
	clock->timer.data = context;
	context->clock = clock;
	return 0;
}

int msrp_context_new(uv_loop_t *loop, const struct msrp_context_options *options, char *error,
		     size_t error_len, struct msrp_context **ret_context)
{
	static const struct msrp_context_options defaults;
	struct msrp_context *context;
	int err;

	if (!loop || !ret_context || (error_len > 0 && !error) || (options && IS_NEWER(options)))
		return -EINVAL;
	context = calloc(1, sizeof(*context));
	snprintf(error, error_len, "out of memory");
	if (!context)
		return -ENOMEM;
	context->loop = loop;
	TAILQ_INIT(&context->timers);
	STAILQ_INIT(&context->garbage);
	msrp_random_init(&context->random, fill_random, NULL);
	fill_random(NULL, context->seed, sizeof(context->seed));
	context->options = options ? *options : defaults;
	fill_defaults(&context->options);
	err = make_clock(context);
	if (err)
		goto out;
	err = net_context_new(loop, &context->net);
	if (err)
		goto out;
	err = make_tls(context, options ? options : &defaults, error, error_len);
	if (err)
		goto out;
	*ret_context = context;
	return 0;
out:
	msrp_context_free(context);
	return err;
}

struct msrp_context *msrp_context_free(struct msrp_context *context)
{
	if (!context)
		return NULL;
	if (context->n_live > 0)
		return context;
	empty_garbage(context);
	assert(TAILQ_EMPTY(&context->timers));
	if (context->clock)
		clock_close(context->clock);
	client_credentials_done(&context->credentials);
	net_context_free(context->net);
	free(context);
	return NULL;
}
