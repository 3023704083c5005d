/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>

#include "client/call.h"
#include "support/expect.h"
#include "support/run.h"

enum {
	INTERVAL_MS = 5,
	ANSWER_MS = 300, /* time for an answer, even on a busy machine */
};

static const struct msrp_context_options hurried = { .response_timeout_ms = ANSWER_MS };

/* A session with keep-alives, and a script that answers them. */
struct world {
	struct call call;
	struct side *side;
	unsigned answer; /* 0: none */
	size_t n;	 /* keep-alives received */
	char id[40];
	bool is_empty;
};

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct world *w = c->data;

	for (size_t i = 0; i < m->n_headers; i++) {
		if (!slice_equal(m->header[i].line, SLICE("Keep-Alive: yes")))
			continue;
		w->n++;
		w->is_empty = m->method == MSRP_SEND && !m->has_body && m->range.end == 0 &&
			      m->failure_report == MSRP_FAILURE_YES;
		snprintf(w->id, sizeof(w->id), "%" SLICE_FMT, SLICE_ARG(m->message_id));
		if (w->answer)
			script_respond(s, m, w->answer, "");
	}
}

static void start(struct world *w, const struct msrp_context_options *options)
{
	w->call.on_message = on_message;
	w->call.data = w;
	w->side = &w->call.pair.caller;
	call_start(&w->call, options, NULL, NULL);
	PAIR_RUN_UNTIL(&w->call.pair, w->side->session);
}

static void pass_time(struct world *w, unsigned ms)
{
	uv_loop_t *loop = &w->call.pair.loop;
	uint64_t end = uv_now(loop) + ms;

	PAIR_RUN_UNTIL(&w->call.pair, uv_now(loop) >= end);
}

START_TEST(keep_alives_are_empty_sends)
{
	struct world w = { .answer = 200 };

	start(&w, NULL);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == 5);
	ck_assert(w.is_empty);
	ck_assert(!w.side->closed);
	call_done(&w.call);
}
END_TEST

START_TEST(none_are_sent_unless_they_are_asked_for)
{
	struct world w = { .answer = 200 };
	size_t n;

	start(&w, NULL);
	pass_time(&w, 10 * INTERVAL_MS);
	ck_assert_uint_eq(w.n, 0);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == 1);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, 0), 0);
	n = w.n;
	pass_time(&w, 10 * INTERVAL_MS);
	ck_assert_uint_eq(w.n, n);
	call_done(&w.call);
}
END_TEST

START_TEST(missing_answer_ends_the_session)
{
	struct world w = { 0 };

	start(&w, &hurried);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.side->closed);
	ck_assert_int_eq(w.side->closed_err, MSRP_ERROR_KEEP_ALIVE);
	ck_assert_uint_eq(w.n, 1); /* the second would come after the first one's answer */
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), -EPIPE);
	call_done(&w.call);
}
END_TEST

static const struct {
	unsigned code;
	bool ends;
} answers[] = { { 200, false }, { 400, false }, { 403, false },
		{ 501, false }, { 408, true },	{ 481, true } };

START_TEST(answer_tells_whether_the_session_is_there)
{
	struct world w = { .answer = answers[_i].code };

	start(&w, NULL);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.side->closed || w.n == 3);
	ck_assert_int_eq(w.side->closed, answers[_i].ends);
	if (w.side->closed)
		ck_assert_int_eq(w.side->closed_err, MSRP_ERROR_KEEP_ALIVE);
	call_done(&w.call);
}
END_TEST

/* A relay answers, and reports later that the other end does not. */
START_TEST(failure_report_ends_the_session)
{
	struct world w = { .answer = 200 };
	char headers[128];

	start(&w, NULL);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == 1);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, 0), 0);
	snprintf(headers, sizeof(headers),
		 "Message-ID: %s\r\nByte-Range: 1-0/0\r\nStatus: 000 408 gone\r\n", w.id);
	call_request(&w.call, "REPORT", headers, NULL, '$');
	PAIR_RUN_UNTIL(&w.call.pair, w.side->closed);
	ck_assert_int_eq(w.side->closed_err, MSRP_ERROR_KEEP_ALIVE);
	call_done(&w.call);
}
END_TEST

/* Answers are not read either, so missing ones mean nothing. */
START_TEST(who_does_not_read_does_not_ask)
{
	struct world w = { .answer = 200 };
	size_t n;

	start(&w, &hurried);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == 1);
	msrp_session_set_reading(w.side->session, false);
	n = w.n;
	pass_time(&w, 2 * ANSWER_MS);
	ck_assert_uint_le(w.n, n + 1); /* one may have been on its way */
	msrp_session_set_reading(w.side->session, true);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == n + 3);
	ck_assert(!w.side->closed);
	call_done(&w.call);
}
END_TEST

/* The answer to a keep-alive waits in a long queue, but data arrives all the time. */
START_TEST(whoever_sends_is_there)
{
	struct world w = { 0 };
	size_t n = 0;

	start(&w, &hurried);
	ck_assert_int_eq(msrp_session_set_keep_alive(w.side->session, INTERVAL_MS), 0);
	PAIR_RUN_UNTIL(&w.call.pair, w.n == 1);
	while (w.n < 4) {
		if (w.n > n)
			call_request(&w.call, "SEND", "Message-ID: m1xx\r\nContent-Type: t/x\r\n",
				     "x", '$');
		n = w.n;
		uv_run(&w.call.pair.loop, UV_RUN_ONCE);
	}
	ck_assert(!w.side->closed);
	call_done(&w.call);
}
END_TEST

START_TEST(other_side_does_not_see_them)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	ck_assert_int_eq(msrp_session_set_keep_alive(p.caller.session, 1), 0);
	ck_assert_int_eq(msrp_session_set_keep_alive(p.callee.session, 1), 0);
	for (size_t i = 1; i <= 10; i++) {
		options = side_options(&p.caller);
		ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &options, NULL), 0);
		PAIR_RUN_UNTIL(&p, p.caller.n_responses == i);
	}
	ck_assert_uint_eq(p.callee.n_begun, 10);
	ck_assert_uint_eq(p.caller.n_begun, 0);
	msrp_session_shutdown(p.caller.session);
	PAIR_RUN_UNTIL(&p, p.caller.closed && p.callee.closed);
	ck_assert_int_eq(p.caller.closed_err, 0);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/keep_alive");
	TCase *tcase = tcase_create("keep_alive");

	tcase_add_test(tcase, keep_alives_are_empty_sends);
	tcase_add_test(tcase, none_are_sent_unless_they_are_asked_for);
	tcase_add_test(tcase, missing_answer_ends_the_session);
	tcase_add_loop_test(tcase, answer_tells_whether_the_session_is_there, 0,
			    SUPPORT_COUNT(answers));
	tcase_add_test(tcase, failure_report_ends_the_session);
	tcase_add_test(tcase, who_does_not_read_does_not_ask);
	tcase_add_test(tcase, whoever_sends_is_there);
	tcase_add_loop_test(tcase, other_side_does_not_see_them, 0, N_TRANSPORTS);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
