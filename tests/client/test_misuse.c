/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

static const struct msrp_local_uri here = { .host = "127.0.0.1" };

static void no_prepared(void *arg, int err, const char *why, const char *local_path)
{
	ck_abort_msg("told although the call had failed");
}

static void no_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	ck_abort_msg("told although the call had failed");
}

/* The actions on each kind of connector. */
static int make_relay_connection(struct msrp_context *context, struct msrp_connector **ret_c)
{
	struct msrp_relay_settings settings = { .host = "127.0.0.1",
						.domain = "example.com",
						.port = 9,
						.username = "alice",
						.password = "secret" };

	return msrp_get_connector(context, &settings, ret_c);
}

static int (*const kinds[])(struct msrp_context *context, struct msrp_connector **ret_c) = {
	msrp_connector_direct_new,
	msrp_acceptor_direct_new,
	make_relay_connection,
};

START_TEST(complete_before_prepare_is_invalid)
{
	struct msrp_connector *c;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_eq(kinds[_i](p.context, &c), 0);
	ck_assert_int_eq(msrp_connector_complete(c, "msrp://127.0.0.1:9/a;tcp", no_completed, NULL),
			 -EINVAL);
	/* Calling it is not enough: the callback must have come. */
	ck_assert_int_eq(msrp_connector_prepare(c, &here, no_prepared, NULL), 0);
	ck_assert_int_eq(msrp_connector_complete(c, "msrp://127.0.0.1:9/a;tcp", no_completed, NULL),
			 -EINVAL);
	ck_assert_ptr_null(msrp_connector_cleanup(c));
	pair_done(&p);
}
END_TEST

START_TEST(second_prepare_is_too_late)
{
	struct msrp_connector *c;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_eq(kinds[_i](p.context, &c), 0);
	ck_assert_int_eq(msrp_connector_use_sessmatch(c, true), 0);
	ck_assert_int_eq(msrp_connector_prepare(c, &here, NULL, NULL), -EINVAL);
	ck_assert_int_eq(msrp_connector_prepare(c, &here, no_prepared, NULL), 0);
	ck_assert_int_eq(msrp_connector_prepare(c, &here, no_prepared, NULL), -EALREADY);
	ck_assert_int_eq(msrp_connector_use_sessmatch(c, true), -EALREADY);
	ck_assert_ptr_null(msrp_connector_cleanup(c));
	pair_done(&p);
}
END_TEST

/* Until the loop has run, a connector that was cleaned up can still be recognised. */
START_TEST(cleaned_up_connector_does_nothing)
{
	struct msrp_connector *c;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_eq(kinds[_i](p.context, &c), 0);
	ck_assert_ptr_null(msrp_connector_cleanup(c));
	ck_assert_ptr_null(msrp_connector_cleanup(c));
	ck_assert_int_eq(msrp_connector_prepare(c, &here, no_prepared, NULL), -EINVAL);
	ck_assert_int_eq(msrp_connector_use_sessmatch(c, true), -EINVAL);
	ck_assert_ptr_null(msrp_connector_cleanup(NULL));
	pair_done(&p);
}
END_TEST

START_TEST(second_complete_is_too_late)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(
	    msrp_connector_complete(p.caller.connector, p.callee.path, no_completed, NULL),
	    -EALREADY);
	ck_assert_int_eq(
	    msrp_connector_complete(p.callee.connector, p.caller.path, no_completed, NULL),
	    -EALREADY);
	pair_done(&p);
}
END_TEST

static int refuse(void *arg, struct msrp_incoming *message)
{
	return 403;
}

static void make_two_sessions(void *arg, int err, const char *why, struct msrp_transport *t)
{
	static const struct msrp_session_callbacks nothing = { .begin = refuse };
	struct msrp_session *second = NULL;
	struct side *s = arg;

	ck_assert_int_eq(msrp_session_new(t, NULL, NULL, s, &second), -EINVAL);
	ck_assert_int_eq(msrp_session_new(t, NULL, &nothing, s, &s->session), 0);
	ck_assert_int_eq(msrp_session_new(t, NULL, &nothing, s, &second), -EALREADY);
	ck_assert_ptr_null(second);
}

START_TEST(transport_has_one_session)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_eq(msrp_acceptor_direct_new(p.context, &p.callee.connector), 0);
	ck_assert_int_eq(msrp_connector_direct_new(p.context, &p.caller.connector), 0);
	msrp_connector_prepare(p.callee.connector, &here, side_on_prepared, &p.callee);
	msrp_connector_prepare(p.caller.connector, &here, side_on_prepared, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.path && p.callee.path);
	msrp_connector_complete(p.callee.connector, p.caller.path, make_two_sessions, &p.callee);
	msrp_connector_complete(p.caller.connector, p.callee.path, side_on_completed, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	pair_done(&p);
}
END_TEST

START_TEST(nothing_is_sent_after_shutdown)
{
	struct msrp_file_options options = { .name = "x" };
	struct msrp_outgoing_file *file;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), 0);
	msrp_session_shutdown(p.caller.session);
	msrp_session_shutdown(p.caller.session);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, NULL, NULL), -EPIPE);
	ck_assert_int_eq(msrp_session_send_file(p.caller.session, file), -EPIPE);
	ck_assert_ptr_null(msrp_outgoing_file_free(file));
	PAIR_RUN_UNTIL(&p, p.caller.closed && p.callee.closed);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, NULL, NULL), -EPIPE);
	ck_assert_int_eq(msrp_session_send(p.callee.session, "x", 1, NULL, NULL), -EPIPE);
	msrp_session_shutdown(p.caller.session);
	ck_assert_ptr_null(msrp_session_free(p.caller.session));
	ck_assert_ptr_null(msrp_session_free(p.caller.session));
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, NULL, NULL), -EPIPE);
	p.caller.session = NULL;
	pair_done(&p);
}
END_TEST

static int endless(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	memset(bytes, 'x', size);
	*ret_len = size;
	return 0;
}

START_TEST(file_is_sent_once)
{
	struct msrp_file_options options = { .read = endless };
	struct msrp_outgoing_file *file;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	options.send = side_options(&p.caller);
	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), 0);
	ck_assert_int_eq(msrp_session_send_file(p.caller.session, file), 0);
	ck_assert_int_eq(msrp_session_send_file(p.caller.session, file), -EALREADY);
	ck_assert_int_eq(msrp_session_send_file(p.callee.session, file), -EALREADY);
	ck_assert_ptr_null(msrp_outgoing_file_free(file)); /* it is the session's by now */
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_uint_eq(p.callee.n_complete, 1);
	pair_done(&p);
}
END_TEST

START_TEST(context_in_use_is_not_freed)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_ptr_eq(msrp_context_free(p.context), p.context);
	p.caller.connector = msrp_connector_cleanup(p.caller.connector);
	p.callee.connector = msrp_connector_cleanup(p.callee.connector);
	ck_assert_ptr_eq(msrp_context_free(p.context), p.context);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, NULL, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_complete);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/misuse");
	TCase *connectors = tcase_create("connectors");
	TCase *sessions = tcase_create("sessions");

	tcase_add_loop_test(connectors, complete_before_prepare_is_invalid, 0,
			    SUPPORT_COUNT(kinds));
	tcase_add_loop_test(connectors, second_prepare_is_too_late, 0, SUPPORT_COUNT(kinds));
	tcase_add_loop_test(connectors, cleaned_up_connector_does_nothing, 0, SUPPORT_COUNT(kinds));
	tcase_add_test(connectors, second_complete_is_too_late);
	suite_add_tcase(suite, connectors);

	tcase_add_test(sessions, transport_has_one_session);
	tcase_add_loop_test(sessions, nothing_is_sent_after_shutdown, 0, N_TRANSPORTS);
	tcase_add_test(sessions, file_is_sent_once);
	tcase_add_test(sessions, context_in_use_is_not_freed);
	suite_add_tcase(suite, sessions);
	return support_run(suite);
}
