/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

static const struct msrp_local_uri here = { .host = "127.0.0.1" };

/* A loop with a context, and nothing that would wake it up. */
struct world {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_connector *caller, *callee;
	const char *caller_path, *callee_path;
	struct msrp_transport *transport;
	struct msrp_session *session;
	bool done;
	int err;
};

static void start(struct world *w)
{
	char error[200];

	*w = (struct world){ 0 };
	alarm(60);
	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	ck_assert_int_eq(msrp_context_new(&w->loop, NULL, error, sizeof(error), &w->context), 0);
	ck_assert_int_eq(msrp_connector_direct_new(w->context, &w->caller), 0);
	ck_assert_int_eq(msrp_acceptor_direct_new(w->context, &w->callee), 0);
}

static void finish(struct world *w)
{
	msrp_session_free(w->session);
	msrp_transport_free(w->transport);
	msrp_connector_cleanup(w->caller);
	msrp_connector_cleanup(w->callee);
	ck_assert_ptr_null(msrp_context_free(w->context));
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&w->loop), 0);
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct world *w = arg;

	w->done = true;
	w->err = err;
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct world *w = arg;

	w->done = true;
	w->err = err;
	w->transport = transport;
}

static void prepare_both(struct world *w)
{
	char error[200] = "";

	ck_assert_int_eq(msrp_connector_prepare_blocking(w->callee, &here, 20000, error,
							 sizeof(error), &w->callee_path),
			 0);
	ck_assert_int_eq(
	    msrp_connector_prepare_blocking(w->caller, &here, -1, NULL, 0, &w->caller_path), 0);
}

/* As in the manuals of libuv. */
START_TEST(loop_can_be_run_once_and_once_more)
{
	struct world w;

	start(&w);
	ck_assert_int_eq(msrp_connector_prepare(w.callee, &here, on_prepared, &w), 0);
	while (!w.done)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_int_eq(w.err, 0);
	w.done = false;
	ck_assert_int_eq(msrp_connector_prepare(w.caller, &here, on_prepared, &w), 0);
	while (!w.done)
		uv_run(&w.loop, UV_RUN_ONCE);
	w.done = false;
	ck_assert_int_eq(msrp_connector_complete(w.caller, "nonsense", on_completed, &w), 0);
	while (!w.done)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_int_eq(w.err, MSRP_ERROR_PATH);
	finish(&w);
}
END_TEST

static const struct msrp_make_chunk_options hello = { .content_type = "text/plain",
						      .data = "hello",
						      .len = 5 };

static void on_caller_completed(void *arg, int err, const char *why,
				struct msrp_transport *transport)
{
	struct world *w = arg;
	struct msrp_chunk *chunk;

	ck_assert_int_eq(err, 0);
	w->transport = transport;
	ck_assert_int_eq(msrp_transport_make_chunk(transport, &hello, &chunk), 0);
	ck_assert_int_eq(msrp_transport_write_chunk(transport, chunk, NULL, NULL), 0);
	msrp_chunk_free(chunk);
}

/* Messages that arrive before a session is made wait in the transport. */
START_TEST(nothing_is_lost_between_complete_and_session)
{
	struct msrp_queue_session *queue = NULL;
	struct msrp_received *message = NULL;
	struct msrp_transport *transport;
	struct world w;

	start(&w);
	prepare_both(&w);
	ck_assert_int_eq(msrp_connector_complete(w.caller, w.callee_path, on_caller_completed, &w),
			 0);
	ck_assert_int_eq(
	    msrp_connector_complete_blocking(w.callee, w.caller_path, 20000, NULL, 0, &transport),
	    0);
	for (int i = 0; i < 100; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	ck_assert_int_eq(msrp_queue_session_new(transport, NULL, NULL, &queue), 0);
	ck_assert_int_eq(msrp_queue_session_receive(queue, 20000, &message), 0);
	ck_assert_str_eq((const char *)message->bytes, "hello");
	ck_assert_str_eq(msrp_chunk_method(message->head), "SEND");
	msrp_received_free(message);
	msrp_queue_session_free(queue);
	finish(&w);
}
END_TEST

START_TEST(failure_and_time_out_are_returned)
{
	struct msrp_transport *transport = NULL;
	char error[200] = "";
	struct world w;

	start(&w);
	prepare_both(&w);
	ck_assert_int_eq(msrp_connector_complete_blocking(w.callee, w.caller_path, 10, error,
							  sizeof(error), &transport),
			 -ETIMEDOUT);
	ck_assert_str_eq(error, msrp_strerror(-ETIMEDOUT));
	ck_assert_int_eq(
	    msrp_connector_complete_blocking(w.caller, "x", -1, error, sizeof(error), &transport),
	    MSRP_ERROR_PATH);
	ck_assert_str_eq(error, "the path cannot be read");
	ck_assert_ptr_null(transport);
	finish(&w);
}
END_TEST

static void call_blocking(void *arg, int err, const char *why, const char *local_path)
{
	struct world *w = arg;

	w->err = msrp_connector_prepare_blocking(w->callee, &here, -1, NULL, 0, &w->callee_path);
	w->callee = msrp_connector_cleanup(w->callee);
	w->caller = msrp_connector_cleanup(w->caller);
	w->done = true;
}

START_TEST(nobody_waits_inside_of_a_callback)
{
	struct world w;

	start(&w);
	ck_assert_int_eq(msrp_connector_prepare(w.caller, &here, call_blocking, &w), 0);
	while (!w.done)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_int_eq(w.err, -EBUSY);
	finish(&w);
}
END_TEST

static void clean_up(uv_timer_t *timer)
{
	struct world *w = timer->data;

	w->callee = msrp_connector_cleanup(w->callee);
	uv_close((uv_handle_t *)timer, NULL);
}

START_TEST(cleanup_ends_the_waiting)
{
	struct msrp_transport *transport = NULL;
	struct world w;
	uv_timer_t timer;

	start(&w);
	prepare_both(&w);
	uv_timer_init(&w.loop, &timer);
	timer.data = &w;
	uv_timer_start(&timer, clean_up, 1, 0);
	ck_assert_int_eq(msrp_connector_complete_blocking(w.callee, NULL, -1, NULL, 0, &transport),
			 -ECANCELED);
	finish(&w);
}
END_TEST

static void on_closed(void *arg, int err, const char *why)
{
	struct world *w = arg;

	w->done = true;
}

/* It may be freed any time later: it does not keep the loop running. */
START_TEST(closed_session_does_not_keep_the_loop_alive)
{
	static const struct msrp_session_callbacks callbacks = { .closed = on_closed };
	struct msrp_transport *transport;
	struct world w;
	uint64_t before;

	start(&w);
	prepare_both(&w);
	ck_assert_int_eq(msrp_connector_complete(w.caller, w.callee_path, on_completed, &w), 0);
	ck_assert_int_eq(
	    msrp_connector_complete_blocking(w.callee, w.caller_path, -1, NULL, 0, &transport), 0);
	ck_assert_int_eq(msrp_session_new(transport, NULL, &callbacks, &w, &w.session), 0);
	ck_assert_int_eq(msrp_session_send(w.session, "hello", 5, NULL, NULL), 0);
	while (!w.transport)
		uv_run(&w.loop, UV_RUN_ONCE);
	w.done = false;
	w.transport = msrp_transport_free(w.transport);
	before = uv_hrtime();
	uv_run(&w.loop, UV_RUN_DEFAULT);
	ck_assert(w.done);
	ck_assert_uint_lt((uv_hrtime() - before) / 1000000, 20000);
	finish(&w);
}
END_TEST

/* ---- our own URI ---- */

static const struct {
	const char *what;
	struct msrp_local_uri local;
	int want;
} locals[] = {
	{ "a space", { .host = "127.0.0.1", .session_id = "a b" }, -EINVAL },
	{ "nothing", { .host = "127.0.0.1", .session_id = "" }, -EINVAL },
	{ "a letter that is none", { .host = "127.0.0.1", .session_id = "\u00fc" }, -EINVAL },
	{ "a line", { .host = "127.0.0.1", .session_id = "a\r\nb" }, -EINVAL },
	{ "a parameter", { .host = "127.0.0.1", .session_id = "a;tcp" }, -EINVAL },
	{ "a user with a host", { .host = "127.0.0.1", .user = "a@b" }, -EINVAL },
	{ "no user", { .host = "127.0.0.1", .user = "" }, -EINVAL },
	{ "a name", { .host = "localhost" }, -EINVAL },
	{ "parameters that are not there", { .host = "127.0.0.1", .n_parameters = 1 }, -EINVAL },
	{ "a good one", { .host = "127.0.0.1", .session_id = "a.b", .user = "al" }, 0 },
};

START_TEST(parts_of_our_uri_are_checked)
{
	struct world w;
	const char *path;

	start(&w);
	for (int i = 0; i < 2; i++)
		ck_assert_msg(msrp_connector_prepare_blocking(i ? w.caller : w.callee,
							      &locals[_i].local, -1, NULL, 0,
							      &path) == locals[_i].want,
			      "%s", locals[_i].what);
	finish(&w);
}
END_TEST

START_TEST(our_uri_is_told_with_the_port_that_was_chosen)
{
	static const struct msrp_parameter parameters[] = { { "a", "b" }, { "c", NULL } };
	struct msrp_local_uri local = {
		.host = "127.0.0.1",
		.session_id = "s",
		.user = "al",
		.parameters = parameters,
		.n_parameters = 2,
	};
	const struct msrp_uri *uri;
	struct world w;
	char want[128];

	start(&w);
	ck_assert_ptr_null(msrp_connector_local_uri(w.callee));
	ck_assert_int_eq(
	    msrp_connector_prepare_blocking(w.callee, &local, -1, NULL, 0, &w.callee_path), 0);
	uri = msrp_connector_local_uri(w.callee);
	ck_assert_uint_ne(msrp_uri_port(uri), 0);
	snprintf(want, sizeof(want), "msrp://al@127.0.0.1:%u/s;tcp;a=b;c", msrp_uri_port(uri));
	ck_assert_str_eq(w.callee_path, want);
	ck_assert_str_eq(msrp_uri_text(uri), want);
	finish(&w);
}
END_TEST

static const struct {
	struct msrp_relay_settings settings;
	int want;
} relays[] = {
	{ { .domain = "", .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "a b", .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "a\r\nb", .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .host = "", .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .host = "a b", .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .username = "u" }, -EINVAL },
	{ { .username = "u", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .username = "u\n", .password = "p" }, -EINVAL },
	{ { .domain = "example.com", .username = "u", .password = "" }, 0 },
	{ { .domain = "::1", .username = "u", .password = "p" }, 0 },
};

START_TEST(relay_settings_are_checked)
{
	struct msrp_connector *connector = NULL;
	struct world w;

	start(&w);
	ck_assert_int_eq(msrp_get_acceptor(w.context, &relays[_i].settings, &connector),
			 relays[_i].want);
	msrp_connector_cleanup(connector);
	finish(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/blocking");
	TCase *tcase = tcase_create("blocking");

	tcase_add_test(tcase, loop_can_be_run_once_and_once_more);
	tcase_add_test(tcase, nothing_is_lost_between_complete_and_session);
	tcase_add_test(tcase, failure_and_time_out_are_returned);
	tcase_add_test(tcase, nobody_waits_inside_of_a_callback);
	tcase_add_test(tcase, cleanup_ends_the_waiting);
	tcase_add_test(tcase, closed_session_does_not_keep_the_loop_alive);
	tcase_add_loop_test(tcase, parts_of_our_uri_are_checked, 0, SUPPORT_COUNT(locals));
	tcase_add_test(tcase, our_uri_is_told_with_the_port_that_was_chosen);
	tcase_add_loop_test(tcase, relay_settings_are_checked, 0, SUPPORT_COUNT(relays));
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
