/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

/* A server in the context of a pair, whose callee it expects. */
static struct msrp_server *make_server(struct pair *p)
{
	struct msrp_server *server;
	char error[200];
	int err = msrp_server_new(p->context, NULL, error, sizeof(error), &server);

	ck_assert_msg(!err, "%s", error);
	return server;
}

static void expect_session(struct pair *p, struct msrp_server *server, struct side *s,
			   const struct msrp_local_uri *local)
{
	ck_assert_int_eq(msrp_acceptor_server_new(server, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(p, s->path);
	s->connect_err = INT_MIN;
}

static void prepare_caller(struct pair *p, struct side *s, const struct msrp_local_uri *local)
{
	ck_assert_int_eq(msrp_connector_direct_new(p->context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(p, s->path);
	s->connect_err = INT_MIN;
}

static void complete(struct side *s, const char *remote_path)
{
	ck_assert_int_eq(msrp_connector_complete(s->connector, remote_path, side_on_completed, s),
			 0);
}

static void server_done(struct pair *p, struct msrp_server *server)
{
	p->callee.connector = msrp_connector_cleanup(p->callee.connector);
	ck_assert_ptr_null(msrp_server_free(server));
	pair_done(p);
}

static const struct msrp_local_uri here = { .host = "127.0.0.1" };

enum { N_SESSIONS = 40 };

static unsigned port_of(const char *path)
{
	return (unsigned)strtoul(strrchr(path, ':') + 1, NULL, 10);
}

START_TEST(many_sessions_share_a_port)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .secure = _i == WITH_TLS };
	struct side callers[N_SESSIONS] = { 0 }, callees[N_SESSIONS] = { 0 };
	struct msrp_server *server;
	struct pair p;

	pair_init(&p, _i, NULL);
	server = make_server(&p);
	for (int i = 0; i < N_SESSIONS; i++) {
		expect_session(&p, server, &callees[i], &local);
		prepare_caller(&p, &callers[i], &local);
		ck_assert_uint_eq(port_of(callees[i].path), port_of(callees[0].path));
	}
	/* The order of calls differs from the order of completion. */
	for (int i = 0; i < N_SESSIONS; i++)
		complete(&callers[i], callees[i].path);
	for (int i = N_SESSIONS; i-- > 0;)
		complete(&callees[i], callers[i].path);
	for (int i = 0; i < N_SESSIONS; i++) {
		char text[16];

		PAIR_RUN_UNTIL(&p, callers[i].session && callees[i].session);
		snprintf(text, sizeof(text), "session %d", i);
		msrp_session_send(callers[i].session, text, strlen(text), NULL, NULL);
		PAIR_RUN_UNTIL(&p, callees[i].n_complete);
		ck_assert_uint_eq(callees[i].in.len, strlen(text));
		ck_assert_mem_eq(buf_data(&callees[i].in), text, strlen(text));
	}
	ck_assert_ptr_eq(msrp_server_free(server), server); /* it has acceptors */
	for (int i = 0; i < N_SESSIONS; i++) {
		side_done(&callers[i]);
		side_done(&callees[i]);
	}
	server_done(&p, server);
}
END_TEST

/* Callers that are not expected. */
static const struct {
	const char *what;
	bool cleaned_up; /* the session was given up */
	bool misnamed;	 /* the caller wants another session */
	bool impostor;	 /* the caller is not the expected one */
} strangers[] = {
	{ "a session that was never expected", false, true, false },
	{ "a session that is no longer expected", true, false, false },
	{ "a caller that is not expected", false, false, true },
};

START_TEST(stranger_is_refused)
{
	struct msrp_server *server;
	struct pair p;
	char path[128];

	pair_init(&p, WITH_TCP, NULL);
	server = make_server(&p);
	expect_session(&p, server, &p.callee, &here);
	prepare_caller(&p, &p.caller, &here);
	snprintf(path, sizeof(path), "%s", p.callee.path);
	complete(&p.callee,
		 strangers[_i].impostor ? "msrp://127.0.0.1:9/other;tcp" : p.caller.path);
	if (strangers[_i].cleaned_up)
		p.callee.connector = msrp_connector_cleanup(p.callee.connector);
	if (strangers[_i].misnamed)
		snprintf(path, sizeof(path), "msrp://127.0.0.1:%u/another;tcp",
			 port_of(p.callee.path));
	complete(&p.caller, path);
	PAIR_RUN_UNTIL(&p, p.caller.connect_err != INT_MIN);
	ck_assert_msg(p.caller.connect_err == MSRP_ERROR_BIND, "%s: %d", strangers[_i].what,
		      p.caller.connect_err);
	ck_assert_ptr_nonnull(strstr(p.caller.why, "481"));
	ck_assert_int_eq(p.callee.connect_err, INT_MIN);
	server_done(&p, server);
}
END_TEST

/* The expected one is the owner of the path, whoever came before. */
START_TEST(impostor_does_not_keep_out_the_owner)
{
	struct msrp_server *server;
	struct side impostor = { 0 };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	server = make_server(&p);
	expect_session(&p, server, &p.callee, &here);
	prepare_caller(&p, &p.caller, &here);
	prepare_caller(&p, &impostor, &here);
	complete(&p.callee, p.caller.path);
	complete(&impostor, p.callee.path);
	PAIR_RUN_UNTIL(&p, impostor.connect_err != INT_MIN);
	complete(&p.caller, p.callee.path);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	side_done(&impostor);
	server_done(&p, server);
}
END_TEST

START_TEST(second_connection_of_a_session_is_refused)
{
	struct msrp_server *server;
	struct side second = { 0 };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	server = make_server(&p);
	expect_session(&p, server, &p.callee, &here);
	prepare_caller(&p, &p.caller, &here);
	prepare_caller(&p, &second, &here);
	complete(&p.callee, p.caller.path);
	complete(&p.caller, p.callee.path);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	complete(&second, p.callee.path);
	PAIR_RUN_UNTIL(&p, second.connect_err != INT_MIN);
	ck_assert_int_eq(second.connect_err, MSRP_ERROR_BIND);
	ck_assert_ptr_nonnull(strstr(second.why, "506"));
	side_done(&second);
	server_done(&p, server);
}
END_TEST

START_TEST(connection_waits_for_complete)
{
	struct msrp_server *server;
	struct pair p;

	pair_init(&p, _i, NULL);
	server = make_server(&p);
	expect_session(&p, server, &p.callee,
		       &(struct msrp_local_uri){ .host = "127.0.0.1", .secure = _i == WITH_TLS });
	prepare_caller(&p, &p.caller, &here);
	complete(&p.caller, p.callee.path);
	/* Its SEND is there before the other side's path is set. */
	for (int turns = 0; turns < 20; turns++)
		uv_run(&p.loop, UV_RUN_ONCE);
	ck_assert_int_eq(p.caller.connect_err, INT_MIN);
	complete(&p.callee, p.caller.path);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	server_done(&p, server);
}
END_TEST

START_TEST(nobody_comes)
{
	struct msrp_context_options options = { .incoming_timeout_ms = 20 };
	struct msrp_server *server;
	struct pair p;

	pair_init(&p, WITH_TCP, &options);
	server = make_server(&p);
	expect_session(&p, server, &p.callee, &here);
	complete(&p.callee, "msrp://127.0.0.1:9/other;tcp");
	PAIR_RUN_UNTIL(&p, p.callee.connect_err != INT_MIN);
	ck_assert_int_eq(p.callee.connect_err, MSRP_ERROR_INCOMING_TIMEOUT);
	server_done(&p, server);
}
END_TEST

START_TEST(each_port_is_opened_once)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .session_id = "first" };
	struct msrp_server *server;
	struct side second = { 0 }, third = { 0 };
	struct msrp_connector *c;
	struct pair p;

	pair_init(&p, WITH_TLS, NULL);
	server = make_server(&p);
	expect_session(&p, server, &p.callee, &local);
	/* A second one with the same session-id could not be told from the first. */
	ck_assert_int_eq(msrp_acceptor_server_new(server, &c), 0);
	ck_assert_int_eq(msrp_connector_prepare(c, &local, side_on_prepared, &second), -EADDRINUSE);
	ck_assert_ptr_null(msrp_connector_cleanup(c));
	local = (struct msrp_local_uri){ .host = "127.0.0.1",
					 .port = (uint16_t)port_of(p.callee.path) };
	expect_session(&p, server, &second, &local);
	ck_assert_uint_eq(port_of(second.path), port_of(p.callee.path));
	local = (struct msrp_local_uri){ .host = "127.0.0.1", .secure = true };
	expect_session(&p, server, &third, &local);
	ck_assert_uint_ne(port_of(third.path), port_of(p.callee.path));
	side_done(&second);
	side_done(&third);
	server_done(&p, server);
}
END_TEST

START_TEST(msrps_needs_a_certificate)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .secure = true };
	struct msrp_server_options missing = { .certificate = "/nowhere", .key = "/nowhere" };
	struct msrp_server *server;
	char error[200];
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	ck_assert_int_ne(msrp_server_new(p.context, &missing, error, sizeof(error), &server), 0);
	ck_assert_ptr_nonnull(strstr(error, "/nowhere"));
	server = make_server(&p);
	ck_assert_int_eq(msrp_acceptor_server_new(server, &p.callee.connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee),
	    -EINVAL);
	server_done(&p, server);
}
END_TEST

/* A border controller has put itself into the paths of the SDP. */
START_TEST(session_ids_are_enough_with_sessmatch)
{
	char path[128], caller_path[128];
	struct msrp_server *server;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	server = make_server(&p);
	ck_assert_int_eq(msrp_acceptor_server_new(server, &p.callee.connector), 0);
	ck_assert_int_eq(msrp_connector_use_sessmatch(p.callee.connector, _i), 0);
	msrp_connector_prepare(p.callee.connector, &here, side_on_prepared, &p.callee);
	PAIR_RUN_UNTIL(&p, p.callee.path);
	prepare_caller(&p, &p.caller, &here);
	p.callee.connect_err = INT_MIN;
	snprintf(path, sizeof(path), "msrp://localhost:%u%s", port_of(p.callee.path),
		 strrchr(p.callee.path, '/'));
	snprintf(caller_path, sizeof(caller_path), "msrp://192.0.2.1:9%s",
		 strrchr(p.caller.path, '/'));
	complete(&p.callee, caller_path);
	complete(&p.caller, path);
	if (_i) {
		PAIR_RUN_UNTIL(&p, p.callee.session);
	} else {
		PAIR_RUN_UNTIL(&p, p.caller.connect_err != INT_MIN);
		ck_assert_int_eq(p.caller.connect_err, MSRP_ERROR_BIND);
		ck_assert_ptr_null(p.callee.session);
	}
	server_done(&p, server);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/server");
	TCase *sessions = tcase_create("sessions");
	TCase *strange = tcase_create("strangers");

	tcase_add_loop_test(sessions, many_sessions_share_a_port, 0, N_TRANSPORTS);
	tcase_add_loop_test(sessions, connection_waits_for_complete, 0, N_TRANSPORTS);
	tcase_add_test(sessions, nobody_comes);
	tcase_add_test(sessions, each_port_is_opened_once);
	tcase_add_test(sessions, msrps_needs_a_certificate);
	tcase_add_loop_test(sessions, session_ids_are_enough_with_sessmatch, 0, 2);
	suite_add_tcase(suite, sessions);

	tcase_add_loop_test(strange, stranger_is_refused, 0, SUPPORT_COUNT(strangers));
	tcase_add_test(strange, impostor_does_not_keep_out_the_owner);
	tcase_add_test(strange, second_connection_of_a_session_is_refused);
	suite_add_tcase(suite, strange);
	return support_run(suite);
}
