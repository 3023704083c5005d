/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/memory_file.h"
#include "support/expect.h"
#include "support/run.h"

START_TEST(message_arrives_and_is_answered)
{
	struct msrp_send_options options;
	char id[MSRP_MESSAGE_ID_SIZE];
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	options = side_options(&p.caller);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, id), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses && p.callee.n_complete);
	ck_assert_int_eq(p.caller.response, 200);
	assert_in(&p.callee, "hello", 5);
	ck_assert_str_eq(p.callee.content_type, "text/plain");
	ck_assert_str_eq(p.callee.flags, "$");
	ck_assert_uint_ge(strlen(id), 4);
	ck_assert_uint_eq(p.caller.n_delivered, 0);
	pair_done(&p);
}
END_TEST

START_TEST(both_ends_know_their_paths)
{
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	ck_assert_str_eq(msrp_session_local_path(p.caller.session), p.caller.path);
	ck_assert_str_eq(msrp_session_remote_path(p.caller.session), p.callee.path);
	ck_assert_str_eq(msrp_session_local_path(p.callee.session), p.callee.path);
	ck_assert_str_eq(msrp_session_remote_path(p.callee.session), p.caller.path);
	pair_done(&p);
}
END_TEST

static const struct {
	enum msrp_failures failures;
	bool report;
	int response; /* that must come at once; 0: none within the test */
} wishes[] = {
	{ MSRP_FAILURES_YES, false, 200 },     { MSRP_FAILURES_YES, true, 200 },
	{ MSRP_FAILURES_NO, false, 200 },      { MSRP_FAILURES_NO, true, 200 },
	{ MSRP_FAILURES_PARTIAL, false, 200 }, { MSRP_FAILURES_PARTIAL, true, 200 },
};

START_TEST(reports_come_as_they_were_asked_for)
{
	struct msrp_context_options context = { .response_timeout_ms = 50 };
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, &context);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	options.failures = wishes[_i].failures;
	options.success_report = wishes[_i].report;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses && p.callee.n_complete &&
			       p.caller.n_delivered == wishes[_i].report);
	ck_assert_int_eq(p.caller.response, wishes[_i].response);
	ck_assert_int_eq(p.caller.delivered, wishes[_i].report ? 200 : 0);
	pair_done(&p);
}
END_TEST

static const struct {
	const char *accept[4];
	const char *type;
	int want;
} types[] = {
	{ { "*" }, "application/x-any", 200 },
	{ { "text/plain" }, "text/plain", 200 },
	{ { "text/plain" }, "Text/Plain; charset=utf-8", 200 },
	{ { "text/plain" }, "text/html", 415 },
	{ { "text/*" }, "text/html", 200 },
	{ { "text/*" }, "textual/html", 415 },
	{ { "image/png", "message/*" }, "message/cpim", 200 },
	{ { NULL }, "text/plain", 415 },
};

START_TEST(only_accepted_types_are_passed_on)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	p.callee.accept_types = types[_i].accept;
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	options.content_type = types[_i].type;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, types[_i].want);
	ck_assert_uint_eq(p.callee.n_begun, types[_i].want == 200);
	pair_done(&p);
}
END_TEST

START_TEST(receiver_can_refuse)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	*(_i ? &p.callee.data_result : &p.callee.begin_result) = 413;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, 413);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	ck_assert_uint_eq(p.callee.n_aborted, _i); /* only what was begun is ended */
	pair_done(&p);
}
END_TEST

START_TEST(bad_headers_are_not_sent)
{
	struct msrp_send_options type = { .content_type = "text/plain\r\nX: y" };
	struct msrp_send_options id = { .message_id = "a b" };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &type, NULL), -EINVAL);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &id, NULL), -EINVAL);
	pair_done(&p);
}
END_TEST

/* ---- the end ---- */

START_TEST(shutdown_sends_what_is_queued)
{
	struct memory_file f = make_file(2 * MIB);
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	options = side_options(&p.caller);
	send_memory(&p.caller, &f, f.len, 0);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &options, NULL), 0);
	msrp_session_shutdown(p.caller.session);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "y", 1, &options, NULL), -EPIPE);
	PAIR_RUN_UNTIL(&p, p.caller.closed && p.callee.closed);
	ck_assert_int_eq(p.caller.closed_err, 0);
	ck_assert_int_eq(p.callee.closed_err, MSRP_ERROR_CLOSED);
	ck_assert_uint_eq(p.callee.n_complete, 2);
	ck_assert_uint_eq(p.caller.n_responses, 2);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(killed_peer_is_told_to_the_other)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	p.callee.session = msrp_session_free(p.callee.session);
	PAIR_RUN_UNTIL(&p, p.caller.closed);
	ck_assert_int_ne(p.caller.closed_err, 0);
	ck_assert_uint_eq(p.caller.n_responses, 1);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(killed_sender_aborts_what_it_sent)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	p.caller.session = msrp_session_free(p.caller.session);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	PAIR_RUN_UNTIL(&p, p.callee.closed);
	ck_assert_uint_eq(p.callee.n_aborted, 1);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

static int free_in_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			const uint8_t *bytes, size_t len)
{
	struct side *s = arg;

	s->n_data++;
	s->session = msrp_session_free(s->session);
	return 0;
}

static int accept_begin(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int accept_end(void *arg, struct msrp_incoming *message, char flag)
{
	return 0;
}

static void ignore_closed(void *arg, int err, const char *why)
{
	ck_abort_msg("a callback of a session that was freed");
}

static void complete_to_free(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = accept_begin,
		.data = free_in_data,
		.end = accept_end,
		.closed = ignore_closed,
	};
	struct side *s = arg;

	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(msrp_session_new(transport, NULL, &callbacks, s, &s->session), 0);
}

START_TEST(session_can_be_freed_in_its_own_callback)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	msrp_acceptor_direct_new(p.context, &p.callee.connector);
	msrp_connector_direct_new(p.context, &p.caller.connector);
	msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee);
	msrp_connector_prepare(p.caller.connector, &local, side_on_prepared, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.path && p.callee.path);
	msrp_connector_complete(p.callee.connector, NULL, complete_to_free, &p.callee);
	msrp_connector_complete(p.caller.connector, p.callee.path, side_on_completed, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	ck_assert_str_eq(msrp_session_remote_path(p.callee.session), p.caller.path);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, NULL, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.closed);
	ck_assert_uint_eq(p.callee.n_data, 1);
	ck_assert_ptr_null(p.callee.session);
	pair_done(&p);
}
END_TEST

/* Fourteen megabytes each way are more than the system keeps for two sockets. */
START_TEST(both_may_send_more_than_fits)
{
	static const uint8_t megabyte[1024 * 1024];
	struct msrp_send_options to_callee, to_caller;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	to_callee = side_options(&p.caller);
	to_caller = side_options(&p.callee);
	for (int i = 0; i < 14; i++) {
		msrp_session_send(p.caller.session, megabyte, sizeof(megabyte), &to_callee, NULL);
		msrp_session_send(p.callee.session, megabyte, sizeof(megabyte), &to_caller, NULL);
	}
	PAIR_RUN_UNTIL(&p, p.caller.n_responses == 14 && p.callee.n_responses == 14);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.callee.response, 200);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/session");
	TCase *messages = tcase_create("messages");
	TCase *ends = tcase_create("ends");

	tcase_add_loop_test(messages, message_arrives_and_is_answered, 0, N_TRANSPORTS);
	tcase_add_loop_test(messages, both_ends_know_their_paths, 0, N_TRANSPORTS);
	tcase_add_loop_test(messages, reports_come_as_they_were_asked_for, 0,
			    SUPPORT_COUNT(wishes));
	tcase_add_loop_test(messages, only_accepted_types_are_passed_on, 0, SUPPORT_COUNT(types));
	tcase_add_loop_test(messages, receiver_can_refuse, 0, 2);
	tcase_add_test(messages, bad_headers_are_not_sent);
	suite_add_tcase(suite, messages);

	tcase_add_loop_test(ends, shutdown_sends_what_is_queued, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, killed_peer_is_told_to_the_other, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, killed_sender_aborts_what_it_sent, 0, N_TRANSPORTS);
	tcase_add_loop_test(ends, both_may_send_more_than_fits, 0, N_TRANSPORTS);
	tcase_add_test(ends, session_can_be_freed_in_its_own_callback);
	suite_add_tcase(suite, ends);
	return support_run(suite);
}
