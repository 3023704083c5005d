/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/pair.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WATCHDOG_MS = 30000,

	/*
	 * uv_run(UV_RUN_ONCE) calls due timers and then waits for a socket, even if
	 * what the test waits for was done by the timer. This wakes it up.
	 */
	HEARTBEAT_MS = 5,
};

static void on_heartbeat(uv_timer_t *timer)
{
	struct pair *p = timer->data;

	if (uv_now(&p->loop) - p->start_ms > p->patience_ms)
		ck_abort_msg("the test does not come to its end");
}

/* ---- a side ---- */

void side_on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct side *s = arg;

	s->connect_err = err;
	if (!err)
		s->path = strdup(local_path);
}

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct side *s = arg;

	s->n_begun++;
	snprintf(s->content_type, sizeof(s->content_type), "%s", message->content_type);
	snprintf(s->disposition, sizeof(s->disposition), "%s", message->disposition);
	message->have = s->have;
	return s->begin_result;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct side *s = arg;

	s->n_data++;
	if (s->data_result)
		return s->data_result;
	if (offset + len > s->in.len) {
		size_t more = offset + len - s->in.len;

		ck_assert_ptr_nonnull(buf_reserve(&s->in, more));
		buf_commit(&s->in, more);
	}
	memcpy(s->in.block + s->in.start + offset, bytes, len);
	return 0;
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct side *s = arg;
	size_t len = strlen(s->flags);

	if (len < sizeof(s->flags) - 1)
		s->flags[len] = flag;
	s->n_complete += message->complete;
	s->n_aborted += flag == '#';
	if (message->complete)
		ck_assert_uint_eq(message->received, message->total);
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct side *s = arg;

	ck_assert_ptr_nonnull(why);
	ck_assert(!s->closed);
	s->closed = true;
	s->closed_err = err;
}

static const struct msrp_session_callbacks callbacks = {
	.begin = on_begin,
	.data = on_data,
	.end = on_end,
	.closed = on_closed,
};

void side_on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct side *s = arg;

	ck_assert_ptr_nonnull(why);
	s->connect_err = err;
	snprintf(s->why, sizeof(s->why), "%s", why);
	s->bound = !err;
	if (!err && s->make)
		s->make(s, transport);
	else if (!err)
		ck_assert_int_eq(
		    msrp_session_new(transport, s->accept_types, &callbacks, s, &s->session), 0);
}

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct side *s = arg;

	s->n_responses++;
	s->response = status;
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct side *s = arg;

	s->n_delivered++;
	s->delivered = status;
}

struct msrp_send_options side_options(struct side *side)
{
	return (struct msrp_send_options){
		.response = on_response,
		.delivered = on_delivered,
		.arg = side,
	};
}

void side_done(struct side *s)
{
	s->session = msrp_session_free(s->session);
	s->connector = msrp_connector_cleanup(s->connector);
	free(s->path);
	buf_done(&s->in);
}

/* ---- the pair ---- */

void pair_init(struct pair *p, int transport, const struct msrp_context_options *options)
{
	static const struct msrp_context_options defaults;
	struct msrp_context_options with = options ? *options : defaults;
	char error[200] = "";
	int err;

	*p = (struct pair){ .caller.pair = p, .callee.pair = p };
	p->caller.connect_err = INT_MIN;
	p->callee.connect_err = INT_MIN;
	ck_assert_int_eq(uv_loop_init(&p->loop), 0);
	p->start_ms = uv_now(&p->loop);
	p->patience_ms = WATCHDOG_MS;
	uv_timer_init(&p->loop, &p->heartbeat);
	p->heartbeat.data = p;
	uv_timer_start(&p->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
	if (transport == WITH_TLS) {
		p->ca = support_ca_new();
		support_ca_issue(p->ca, "IP:127.0.0.1,IP:::1,DNS:localhost", 0, &p->certificate);
		with.ca_file = support_ca_file(p->ca);
		with.certificate = p->certificate.certificate;
		with.key = p->certificate.key;
	}
	err = msrp_context_new(&p->loop, &with, error, sizeof(error), &p->context);
	ck_assert_msg(!err, "%s", error);
}

/* Has it a session, made by the default callback; or something else? */
static bool is_up(const struct side *s)
{
	return s->session || s->bound;
}

void pair_connect(struct pair *p, int transport)
{
	pair_connect_with(p, transport, side_on_completed);
}

void pair_connect_with(struct pair *p, int transport, msrp_completed_fn callee_completed)
{
	pair_connect_both_with(p, transport, side_on_completed, callee_completed);
}

void pair_connect_both_with(struct pair *p, int transport, msrp_completed_fn caller_completed,
			    msrp_completed_fn callee_completed)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .secure = transport == WITH_TLS };

	ck_assert_int_eq(msrp_acceptor_direct_new(p->context, &p->callee.connector), 0);
	ck_assert_int_eq(msrp_connector_direct_new(p->context, &p->caller.connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p->callee.connector, &local, side_on_prepared, &p->callee), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p->caller.connector, &local, side_on_prepared, &p->caller), 0);
	PAIR_RUN_UNTIL(p, p->caller.path && p->callee.path);
	ck_assert_int_eq(msrp_connector_complete(p->callee.connector, p->caller.path,
						 callee_completed, &p->callee),
			 0);
	ck_assert_int_eq(msrp_connector_complete(p->caller.connector, p->callee.path,
						 caller_completed, &p->caller),
			 0);
	PAIR_RUN_UNTIL(p, is_up(&p->caller) && is_up(&p->callee));
}

void pair_done(struct pair *p)
{
	side_done(&p->caller);
	side_done(&p->callee);
	p->context = msrp_context_free(p->context);
	uv_close((uv_handle_t *)&p->heartbeat, NULL);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&p->loop), 0);
	support_ca_free(p->ca);
}
