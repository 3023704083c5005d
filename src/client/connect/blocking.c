/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connectors for programs that go step by step: runs the loop until a callback has come, or the
 * time is over.
 */
#include <errno.h>
#include <stdio.h>

#include "client/connect/connector.h"

/* The two steps of a connector for programs that wait in them: they run the loop themselves. */

struct client_blocking {
	struct msrp_context *context;
	bool told;
	bool cancelled;
	bool timed_out;
	bool woken; /* the loop was stopped on our behalf */
	int err;
	char *error;
	size_t error_len;
	const char *local_path;
	struct msrp_transport *transport;
	struct client_timer timer;
};

/* ---- what is waited for ---- */

static void wake_blocking(struct client_blocking *b)
{
	b->woken = true;
	uv_stop(b->context->loop);
}

static void tell_blocking(struct client_blocking *b, int err, const char *why)
{
	b->told = true;
	b->err = err;
	if (err && b->error_len > 0)
		snprintf(b->error, b->error_len, "%s", why);
	wake_blocking(b);
}

static void on_blocking_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct client_blocking *b = arg;

	b->local_path = local_path;
	tell_blocking(b, err, why);
}

static void on_blocking_completed(void *arg, int err, const char *why,
				  struct msrp_transport *transport)
{
	struct client_blocking *b = arg;

	b->transport = transport;
	if (transport)
		client_link_pause(transport->link);
	tell_blocking(b, err, why);
}

static void on_timeout(void *arg)
{
	struct client_blocking *b = arg;

	b->timed_out = true;
	wake_blocking(b);
}

void client_blocking_cancel(struct client_blocking *b)
{
	b->cancelled = true;
	wake_blocking(b);
}

/* ---- when it came too late ---- */

static void prepared_late(void *arg, int err, const char *why, const char *local_path)
{
}

static void completed_late(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	msrp_transport_free(transport);
}

/* ---- waiting ---- */

static bool is_over(const struct client_blocking *b)
{
	return b->told || b->cancelled || b->timed_out;
}

static int run_loop(struct client_blocking *b, int timeout_ms)
{
	int err = 0;

	if (timeout_ms == 0)
		uv_run(b->context->loop, UV_RUN_NOWAIT);
	while (timeout_ms != 0 && !err && !is_over(b)) {
		b->woken = false;
		uv_run(b->context->loop, UV_RUN_DEFAULT);
		if (!b->woken)
			err = -EINTR;
	}
	if (b->cancelled)
		return -ECANCELED;
	if (b->told)
		return b->err;
	return err ? err : -ETIMEDOUT;
}

static int wait_for(struct msrp_connector *c, struct client_blocking *b, int timeout_ms)
{
	struct msrp_context *context = b->context;
	int err;

	c->blocking = b;
	if (timeout_ms > 0)
		client_timer_start(context, &b->timer, (uint64_t)timeout_ms, on_timeout, b);
	context->running = true;
	err = run_loop(b, timeout_ms);
	context->running = false;
	client_timer_stop(context, &b->timer);
	if (b->cancelled)
		return err; /* the connector has been freed */
	c->blocking = NULL;
	if (!b->told) {
		c->prepared = c->prepared ? prepared_late : NULL;
		c->completed = c->completed ? completed_late : NULL;
	}
	return err;
}

static int check_blocking(const struct msrp_connector *c, const char *error, size_t error_len)
{
	if (!c || c->gone || (error_len > 0 && !error))
		return -EINVAL;
	return c->context->depth > 0 || c->context->running ? -EBUSY : 0;
}

/* Explains an outcome that no callback has reported. */
static int explain_blocking(const struct client_blocking *b, int err)
{
	if (err && !b->told && b->error_len > 0)
		snprintf(b->error, b->error_len, "%s", msrp_strerror(err));
	return err;
}

int msrp_connector_prepare_blocking(struct msrp_connector *c, const struct msrp_local_uri *local,
				    int timeout_ms, char *error, size_t error_len,
				    const char **ret_local_path)
{
	struct client_blocking b = { .error = error, .error_len = error_len };
	int err = ret_local_path ? check_blocking(c, error, error_len) : -EINVAL;

	if (err)
		return err;
	b.context = c->context;
	err = msrp_connector_prepare(c, local, on_blocking_prepared, &b);
	if (!err)
		err = wait_for(c, &b, timeout_ms);
	if (!err)
		*ret_local_path = b.local_path;
	return explain_blocking(&b, err);
}

int msrp_connector_complete_blocking(struct msrp_connector *c, const char *remote_path,
				     int timeout_ms, char *error, size_t error_len,
				     struct msrp_transport **ret_transport)
{
	struct client_blocking b = { .error = error, .error_len = error_len };
	int err = ret_transport ? check_blocking(c, error, error_len) : -EINVAL;

	if (err)
		return err;
	b.context = c->context;
	err = msrp_connector_complete(c, remote_path, on_blocking_completed, &b);
	if (!err)
		err = wait_for(c, &b, timeout_ms);
	if (!err)
		*ret_transport = b.transport;
	return explain_blocking(&b, err);
}
