/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/pair.h"
#include "client/script.h"
#include "support/expect.h"
#include "support/run.h"

#define REMOTE_ID "r3m0te"

/* A client that has called a scripted endpoint. */
struct world {
	struct pair pair; /* the caller of it is used */
	struct script script;
	char path[64];	       /* the script's */
	unsigned bind_status;  /* its answer to the SEND that binds; 0: none */
	char last[512];	       /* the last message received: kind, To-Path, From-Path, as lines */
	char status_line[128]; /* Status of the last REPORT */
};

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct world *w = s->data;
	const struct msrp_header_slices *status = msrp_message_find(m, MSRP_H_STATUS);

	snprintf(w->last, sizeof(w->last), "%" SLICE_FMT "|%" SLICE_FMT "|%" SLICE_FMT,
		 SLICE_ARG(m->id), SLICE_ARG(m->to.text), SLICE_ARG(m->from.text));
	if (status)
		snprintf(w->status_line, sizeof(w->status_line), "%" SLICE_FMT " of %" SLICE_FMT,
			 SLICE_ARG(status->value), SLICE_ARG(m->message_id));
	if (m->is_request && m->method == MSRP_SEND && w->bind_status)
		script_respond(s, m, w->bind_status, "");
}

static void world_init(struct world *w, const struct msrp_context_options *options)
{
	*w = (struct world){ .bind_status = 200 };
	pair_init(&w->pair, WITH_TCP, options);
	script_init(&w->script, &w->pair.loop, on_message, w);
	snprintf(w->path, sizeof(w->path), "msrp://127.0.0.1:%u/" REMOTE_ID ";tcp",
		 script_port(&w->script));
}

static void world_done(struct world *w)
{
	script_done(&w->script);
	pair_done(&w->pair);
}

static void world_prepare(struct world *w)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .session_id = "l0cal" };
	struct side *s = &w->pair.caller;

	ck_assert_int_eq(msrp_connector_direct_new(w->pair.context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(&w->pair, s->path);
	ck_assert_str_eq(s->path, "msrp://127.0.0.1:2855/l0cal;tcp");
	s->connect_err = INT_MIN;
	ck_assert_int_eq(msrp_connector_complete(s->connector, w->path, side_on_completed, s), 0);
}

static void world_connect(struct world *w)
{
	world_prepare(w);
	PAIR_RUN_UNTIL(&w->pair, w->pair.caller.connect_err != INT_MIN);
	ck_assert_int_eq(w->pair.caller.connect_err, 0);
}

/* Sends a request with HEAD after From-Path; fills in the paths. */
static void send_request(struct world *w, const char *id, const char *method, const char *to,
			 const char *from, const char *rest, char flag)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "MSRP %s %s\r\nTo-Path: %s\r\nFrom-Path: %s\r\n%s-------%s%c\r\n", id, method,
		 to ? to : w->pair.caller.path, from ? from : w->path, rest, id, flag);
	script_send(&w->script, text);
}

static const char body[] = "Message-ID: m1xx\r\nByte-Range: 1-5/5\r\n"
			   "Content-Type: text/plain\r\n\r\nhello\r\n";

static const struct {
	const char *what;
	const char *method;
	const char *to;	  /* NULL: the right one */
	const char *from; /* NULL: the right one */
	const char *rest;
	unsigned want;	 /* 0: no answer */
	bool whole_path; /* the answer goes all the way back */
} requests[] = {
	{ "all is well", "SEND", NULL, NULL, body, 200, false },
	{ "an empty SEND", "SEND", NULL, NULL, "Message-ID: m1xx\r\n", 200, false },
	{ "another session", "SEND", "msrp://127.0.0.1:2855/other;tcp", NULL, body, 481, false },
	{ "two URIs", "SEND", "msrp://127.0.0.1:2855/l0cal;tcp msrp://127.0.0.1:2855/l0cal;tcp",
	  NULL, body, 481, false },
	{ "another sender", "SEND", NULL, "msrp://127.0.0.1:9/other;tcp", body, 481, false },
	{ "an unknown method", "PING", NULL, "msrp://127.0.0.1:9/a;tcp msrp://127.0.0.1:9/b;tcp",
	  "Use-Nickname: \"x\"\r\n", 501, true },
	{ "AUTH is for relays", "AUTH", NULL, NULL, "", 501, false },
	{ "a report", "REPORT", NULL, NULL, "Message-ID: m1xx\r\nStatus: 000 200 OK\r\n", 0,
	  false },
	{ "a wrong report", "REPORT", "msrp://127.0.0.1:2855/other;tcp", NULL, "", 0, false },
	{ "a bad range", "SEND", NULL, NULL,
	  "Message-ID: m1xx\r\nByte-Range: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n", 400,
	  false },
	{ "a range beyond the total", "SEND", NULL, NULL,
	  "Message-ID: m1xx\r\nByte-Range: 4-8/5\r\nContent-Type: text/plain\r\n\r\nhello\r\n", 400,
	  false },
	{ "no wish for failures, success", "SEND", NULL, NULL,
	  "Message-ID: m1xx\r\nFailure-Report: no\r\nContent-Type: a/b\r\n\r\nhello\r\n", 0,
	  false },
	{ "no wish for failures, failure", "SEND", "msrp://127.0.0.1:2855/other;tcp", NULL,
	  "Message-ID: m1xx\r\nFailure-Report: no\r\nContent-Type: a/b\r\n\r\nhello\r\n", 0,
	  false },
	{ "only failures, success", "SEND", NULL, NULL,
	  "Message-ID: m1xx\r\nFailure-Report: partial\r\nContent-Type: a/b\r\n\r\nhello\r\n", 0,
	  false },
	{ "only failures, failure", "SEND", "msrp://127.0.0.1:2855/other;tcp", NULL,
	  "Message-ID: m1xx\r\nFailure-Report: partial\r\nContent-Type: a/b\r\n\r\nhello\r\n", 481,
	  false },
};

START_TEST(request_gets_its_answer)
{
	const char *from = requests[_i].from;
	struct world w;
	char want[512];

	world_init(&w, NULL);
	world_connect(&w);
	send_request(&w, "aaaa", requests[_i].method, requests[_i].to, from, requests[_i].rest,
		     '$');
	/* One more, to detect an extra or missing answer. */
	send_request(&w, "zzzz", "SEND", NULL, NULL, "Message-ID: m2xx\r\n", '$');
	if (requests[_i].want) {
		PAIR_RUN_UNTIL(&w.pair, w.script.n_responses >= 1);
		ck_assert_msg(w.script.status == requests[_i].want || w.script.n_responses == 2,
			      "%s: %u", requests[_i].what, w.script.status);
	}
	PAIR_RUN_UNTIL(&w.pair, strncmp(w.last, "zzzz", 4) == 0);
	ck_assert_msg(w.script.n_responses == 1 + (requests[_i].want != 0), "%s: %zu responses",
		      requests[_i].what, w.script.n_responses);
	snprintf(want, sizeof(want), "zzzz|%s|%s", w.path, w.pair.caller.path);
	ck_assert_str_eq(w.last, want);
	world_done(&w);
}
END_TEST

/* Likewise without the second request: this examines the answer itself. */
START_TEST(answer_takes_the_right_way)
{
	const char *from = requests[_i].from ? requests[_i].from : NULL;
	struct world w;
	char want[512];

	if (!requests[_i].want)
		return;
	world_init(&w, NULL);
	world_connect(&w);
	if (!requests[_i].whole_path && !from)
		from = w.path;
	send_request(&w, "aaaa", requests[_i].method, requests[_i].to, from, requests[_i].rest,
		     '$');
	PAIR_RUN_UNTIL(&w.pair, w.script.n_responses == 1);
	ck_assert_msg(w.script.status == requests[_i].want, "%s: %u", requests[_i].what,
		      w.script.status);
	snprintf(want, sizeof(want), "aaaa|%s|", from ? from : w.path);
	ck_assert_msg(strncmp(w.last, want, strlen(want)) == 0, "%s: %s", requests[_i].what,
		      w.last);
	world_done(&w);
}
END_TEST

START_TEST(chunks_may_come_in_any_order)
{
	struct side *s;
	struct world w;

	world_init(&w, NULL);
	world_connect(&w);
	s = &w.pair.caller;
#define CHUNK(range, octets)                                                                       \
	"Message-ID: m1xx\r\nByte-Range: " range "\r\nSuccess-Report: yes\r\n"                     \
	"Content-Type: text/plain\r\n\r\n" octets "\r\n"
	send_request(&w, "cccc", "SEND", NULL, NULL, CHUNK("9-*/10", "ij"), '$');
	send_request(&w, "aaaa", "SEND", NULL, NULL, CHUNK("1-*/10", "abcd"), '+');
	/* This one overlaps, and is shorter than it claims. */
	send_request(&w, "bbbb", "SEND", NULL, NULL, CHUNK("4-9/10", "defgh"), '+');
	PAIR_RUN_UNTIL(&w.pair, w.status_line[0]);
	ck_assert_str_eq(w.status_line, "000 200 OK of m1xx");
	ck_assert_uint_eq(s->n_complete, 1);
	ck_assert_str_eq(s->flags, "$++");
	ck_assert_uint_eq(s->in.len, 10);
	ck_assert(memcmp(buf_data(&s->in), "abcdefghij", 10) == 0);
	world_done(&w);
}
END_TEST

START_TEST(aborted_message_is_not_reported)
{
	struct world w;

	world_init(&w, NULL);
	world_connect(&w);
	send_request(&w, "aaaa", "SEND", NULL, NULL, CHUNK("1-*/10", "abcd"), '#');
	PAIR_RUN_UNTIL(&w.pair, w.script.n_responses == 1);
	ck_assert_uint_eq(w.pair.caller.n_aborted, 1);
	ck_assert_uint_eq(w.script.status, 200);
	ck_assert_str_eq(w.status_line, "");
	world_done(&w);
}
END_TEST

static const struct {
	const char *what;
	unsigned bind_status;
	int want;
} bindings[] = {
	{ "refused", 481, MSRP_ERROR_BIND },
	{ "in use", 506, MSRP_ERROR_BIND },
	{ "silence", 0, MSRP_ERROR_BIND_TIMEOUT },
};

START_TEST(failed_binding_is_told)
{
	struct msrp_context_options options = { .bind_timeout_ms = 100 };
	struct world w;

	world_init(&w, &options);
	w.bind_status = bindings[_i].bind_status;
	world_prepare(&w);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.connect_err != INT_MIN);
	ck_assert_msg(w.pair.caller.connect_err == bindings[_i].want, "%s: %d", bindings[_i].what,
		      w.pair.caller.connect_err);
	world_done(&w);
}
END_TEST

/* Both think that they have to bind: the other side's SEND binds as well as its answer. */
START_TEST(both_may_be_active)
{
	struct world w;

	world_init(&w, NULL);
	w.bind_status = 0;
	world_prepare(&w);
	PAIR_RUN_UNTIL(&w.pair, w.script.n_requests == 1);
	send_request(&w, "aaaa", "SEND", NULL, NULL, "Message-ID: m1xx\r\n", '$');
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.session && w.script.n_responses == 1);
	ck_assert_uint_eq(w.script.status, 200);
	world_done(&w);
}
END_TEST

START_TEST(silence_is_a_failure)
{
	struct msrp_context_options options = { .response_timeout_ms = 50 };
	struct msrp_send_options send;
	struct world w;

	world_init(&w, &options);
	world_connect(&w);
	w.bind_status = 0; /* from here on it is silent */
	send = side_options(&w.pair.caller);
	ck_assert_int_eq(msrp_session_send(w.pair.caller.session, "x", 1, &send, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses);
	ck_assert_int_eq(w.pair.caller.response, 408);
	world_done(&w);
}
END_TEST

START_TEST(failure_report_is_told)
{
	struct msrp_send_options send;
	char rest[128];
	char id[MSRP_MESSAGE_ID_SIZE];
	struct world w;

	world_init(&w, NULL);
	world_connect(&w);
	send = side_options(&w.pair.caller);
	send.success_report = true;
	ck_assert_int_eq(msrp_session_send(w.pair.caller.session, "x", 1, &send, id), 0);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_responses);
	ck_assert_int_eq(w.pair.caller.response, 200);
	snprintf(rest, sizeof(rest),
		 "Message-ID: %s\r\nByte-Range: 1-1/1\r\nStatus: 000 408 Gone\r\n", id);
	send_request(&w, "aaaa", "REPORT", NULL, NULL, rest, '$');
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.n_delivered);
	ck_assert_int_eq(w.pair.caller.delivered, 408);
	world_done(&w);
}
END_TEST

START_TEST(what_is_not_msrp_ends_the_session)
{
	struct world w;

	world_init(&w, NULL);
	world_connect(&w);
	script_send(&w.script, "HTTP/1.1 200 OK\r\n\r\n");
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.closed);
	ck_assert_int_eq(w.pair.caller.closed_err, MSRP_ERROR_PROTOCOL);
	world_done(&w);
}
END_TEST

/* ---- acceptors ---- */

START_TEST(nobody_connects)
{
	struct msrp_context_options options = { .incoming_timeout_ms = 50 };
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct pair p;

	pair_init(&p, WITH_TCP, &options);
	ck_assert_int_eq(msrp_acceptor_direct_new(p.context, &p.callee.connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee), 0);
	PAIR_RUN_UNTIL(&p, p.callee.path);
	p.callee.connect_err = INT_MIN;
	msrp_connector_complete(p.callee.connector, NULL, side_on_completed, &p.callee);
	PAIR_RUN_UNTIL(&p, p.callee.connect_err != INT_MIN);
	ck_assert_int_eq(p.callee.connect_err, MSRP_ERROR_INCOMING_TIMEOUT);
	pair_done(&p);
}
END_TEST

/* The caller is fast: its SEND comes before the callee knows whom to expect. */
START_TEST(early_caller_waits)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	msrp_acceptor_direct_new(p.context, &p.callee.connector);
	msrp_connector_direct_new(p.context, &p.caller.connector);
	msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee);
	msrp_connector_prepare(p.caller.connector, &local, side_on_prepared, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.path && p.callee.path);
	msrp_connector_complete(p.caller.connector, p.callee.path, side_on_completed, &p.caller);
	for (int i = 0; i < 200; i++)
		uv_run(&p.loop, UV_RUN_NOWAIT);
	ck_assert_ptr_null(p.caller.session);
	msrp_connector_complete(p.callee.connector, p.caller.path, side_on_completed, &p.callee);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	pair_done(&p);
}
END_TEST

/* Somebody else knows the port and even the URI: the right one still gets in. */
START_TEST(stranger_does_not_take_the_place)
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct side stranger = { .connect_err = INT_MIN };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	msrp_acceptor_direct_new(p.context, &p.callee.connector);
	msrp_connector_direct_new(p.context, &p.caller.connector);
	msrp_connector_direct_new(p.context, &stranger.connector);
	msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee);
	msrp_connector_prepare(p.caller.connector, &local, side_on_prepared, &p.caller);
	msrp_connector_prepare(stranger.connector, &local, side_on_prepared, &stranger);
	PAIR_RUN_UNTIL(&p, p.caller.path && p.callee.path && stranger.path);
	stranger.connect_err = INT_MIN;
	msrp_connector_complete(p.callee.connector, p.caller.path, side_on_completed, &p.callee);
	msrp_connector_complete(stranger.connector, p.callee.path, side_on_completed, &stranger);
	PAIR_RUN_UNTIL(&p, stranger.connect_err != INT_MIN);
	ck_assert_int_eq(stranger.connect_err, MSRP_ERROR_BIND);
	ck_assert_ptr_null(p.callee.session);
	msrp_connector_complete(p.caller.connector, p.callee.path, side_on_completed, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	msrp_connector_cleanup(stranger.connector);
	free(stranger.path);
	pair_done(&p);
}
END_TEST

START_TEST(nobody_listens)
{
	struct world w;

	world_init(&w, NULL);
	w.script.listener = net_listener_free(w.script.listener);
	world_prepare(&w);
	PAIR_RUN_UNTIL(&w.pair, w.pair.caller.connect_err != INT_MIN);
	ck_assert_int_eq(w.pair.caller.connect_err, UV_ECONNREFUSED);
	world_done(&w);
}
END_TEST

static const char *const bad_paths[] = {
	"",
	"nonsense",
	"msrp://127.0.0.1:9;tcp",
	"msrp://127.0.0.1:0/x;tcp",
	"msrp://127.0.0.1/x;tcp",
	"msrp://127.0.0.1:9/x;tcp\r\nX: y",
	NULL,
};

START_TEST(bad_path_is_told)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	msrp_connector_direct_new(p.context, &p.caller.connector);
	msrp_connector_prepare(p.caller.connector, NULL, side_on_prepared, &p.caller);
	PAIR_RUN_UNTIL(&p, p.caller.path);
	p.caller.connect_err = INT_MIN;
	ck_assert_int_eq(msrp_connector_complete(p.caller.connector, bad_paths[_i],
						 side_on_completed, &p.caller),
			 0);
	ck_assert_int_eq(p.caller.connect_err, INT_MIN); /* never before it has returned */
	PAIR_RUN_UNTIL(&p, p.caller.connect_err != INT_MIN);
	ck_assert_int_eq(p.caller.connect_err, MSRP_ERROR_PATH);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/transport");
	TCase *tcase = tcase_create("transport");

	tcase_add_loop_test(tcase, request_gets_its_answer, 0, SUPPORT_COUNT(requests));
	tcase_add_loop_test(tcase, answer_takes_the_right_way, 0, SUPPORT_COUNT(requests));
	tcase_add_test(tcase, chunks_may_come_in_any_order);
	tcase_add_test(tcase, aborted_message_is_not_reported);
	tcase_add_loop_test(tcase, failed_binding_is_told, 0, SUPPORT_COUNT(bindings));
	tcase_add_test(tcase, both_may_be_active);
	tcase_add_test(tcase, silence_is_a_failure);
	tcase_add_test(tcase, failure_report_is_told);
	tcase_add_test(tcase, what_is_not_msrp_ends_the_session);
	tcase_add_test(tcase, nobody_connects);
	tcase_add_test(tcase, early_caller_waits);
	tcase_add_test(tcase, stranger_does_not_take_the_place);
	tcase_add_test(tcase, nobody_listens);
	tcase_add_loop_test(tcase, bad_path_is_told, 0, SUPPORT_COUNT(bad_paths));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
