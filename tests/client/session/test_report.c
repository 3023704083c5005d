/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/call.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* ---- reports that the user sends ---- */

/* The parts of a received REPORT. */
struct seen {
	struct call call;
	size_t n_reports;
	char to[128];
	char from[128];
	char message_id[40];
	char status[64];
	struct msrp_range range;
};

static void see(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct seen *seen = c->data;
	const struct msrp_header_slices *status = msrp_message_find(m, MSRP_H_STATUS);

	if (!m->is_request || m->method != MSRP_REPORT)
		return;
	seen->n_reports++;
	snprintf(seen->to, sizeof(seen->to), "%" SLICE_FMT, SLICE_ARG(m->to.text));
	snprintf(seen->from, sizeof(seen->from), "%" SLICE_FMT, SLICE_ARG(m->from.text));
	snprintf(seen->message_id, sizeof(seen->message_id), "%" SLICE_FMT,
		 SLICE_ARG(m->message_id));
	snprintf(seen->status, sizeof(seen->status), "%" SLICE_FMT, SLICE_ARG(status->value));
	seen->range = m->range;
}

static void start(struct seen *seen)
{
	seen->call.on_message = see;
	seen->call.data = seen;
	call_start(&seen->call, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&seen->call.pair, seen->call.pair.caller.session);
	msrp_session_set_automatic_reports(seen->call.pair.caller.session, false);
}

/* A chunk of five octets of the message ID, with HEADERS besides. */
static void receive(struct seen *seen, const char *id, const char *range, const char *headers,
		    char flag)
{
	struct side *s = &seen->call.pair.caller;
	size_t before = strlen(s->flags);
	char head[256];

	snprintf(head, sizeof(head), "Message-ID: %s\r\n%sByte-Range: %s\r\nContent-Type: t/x\r\n",
		 id, headers, range);
	call_request(&seen->call, "SEND", head, "hello", flag);
	PAIR_RUN_UNTIL(&seen->call.pair, strlen(s->flags) > before);
}

/* When this has arrived, everything sent before has, too. */
static void flush(struct seen *seen)
{
	seen->call.pair.caller.flags[0] = '\0';
	receive(seen, "last", "1-5/5", "Success-Report: yes\r\n", '$');
	ck_assert_int_eq(msrp_session_report(seen->call.pair.caller.session, "last", 200, NULL), 0);
	PAIR_RUN_UNTIL(&seen->call.pair, strcmp(seen->message_id, "last") == 0);
	seen->n_reports--;
}

/* RFC 4975 7.1.3: paths, Message-ID, range and status of the report. */
START_TEST(success_report_is_sent_when_the_user_says_so)
{
	struct seen seen = { 0 };
	struct msrp_session *s;

	start(&seen);
	s = seen.call.pair.caller.session;
	receive(&seen, "m1xx", "1-5/5", "Success-Report: yes\r\n", '$');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, "seen by all"), 0);
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports);
	ck_assert_str_eq(seen.to, seen.call.path);
	ck_assert_str_eq(seen.from, seen.call.pair.caller.path);
	ck_assert_str_eq(seen.message_id, "m1xx");
	ck_assert_str_eq(seen.status, "000 200 seen by all");
	ck_assert_uint_eq(seen.range.start, 1);
	ck_assert_uint_eq(seen.range.end, 5);
	ck_assert_uint_eq(seen.range.total, 5);
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), -ENOENT);
	call_done(&seen.call);
}
END_TEST

START_TEST(nothing_is_reported_unless_the_user_says_so)
{
	struct seen seen = { 0 };

	start(&seen);
	receive(&seen, "m1xx", "1-5/5", "Success-Report: yes\r\n", '$');
	flush(&seen);
	ck_assert_uint_eq(seen.n_reports, 0);
	call_done(&seen.call);
}
END_TEST

START_TEST(automatic_reports_can_be_turned_on_again)
{
	struct seen seen = { 0 };
	struct msrp_session *s;

	start(&seen);
	s = seen.call.pair.caller.session;
	receive(&seen, "m1xx", "1-5/10", "Success-Report: yes\r\n", '+');
	msrp_session_set_automatic_reports(s, true);
	receive(&seen, "m2xx", "1-5/5", "Success-Report: yes\r\n", '$');
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports);
	ck_assert_str_eq(seen.message_id, "m2xx");
	ck_assert_int_eq(msrp_session_report(s, "m2xx", 200, NULL), -ENOENT);
	/* This one began before. */
	receive(&seen, "m1xx", "6-10/10", "Success-Report: yes\r\n", '$');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), 0);
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports == 2);
	ck_assert_str_eq(seen.message_id, "m1xx");
	call_done(&seen.call);
}
END_TEST

static const struct {
	const char *headers;
	unsigned code;
	size_t n; /* reports */
} wishes[] = {
	{ "", 200, 0 },
	{ "Success-Report: no\r\n", 200, 0 },
	{ "Success-Report: yes\r\nFailure-Report: no\r\n", 200, 1 },
	{ "", 403, 1 },
	{ "Failure-Report: yes\r\n", 403, 1 },
	{ "Failure-Report: partial\r\n", 403, 1 },
	{ "Success-Report: yes\r\nFailure-Report: no\r\n", 403, 0 },
};

/* RFC 4975 7.1.3, 7.1.4: MUST NOT */
START_TEST(report_that_was_not_asked_for_is_not_sent)
{
	struct seen seen = { 0 };

	start(&seen);
	receive(&seen, "m1xx", "1-5/5", wishes[_i].headers, '$');
	ck_assert_int_eq(
	    msrp_session_report(seen.call.pair.caller.session, "m1xx", wishes[_i].code, NULL), 0);
	flush(&seen);
	ck_assert_uint_eq(seen.n_reports, wishes[_i].n);
	call_done(&seen.call);
}
END_TEST

/* RFC 4975 7.1.3: incremental reports */
START_TEST(part_of_a_message_can_be_reported)
{
	struct seen seen = { 0 };
	struct msrp_session *s;

	start(&seen);
	s = seen.call.pair.caller.session;
	receive(&seen, "m1xx", "11-15/15", "Success-Report: yes\r\n", '$');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), -EAGAIN);
	receive(&seen, "m1xx", "1-5/15", "Success-Report: yes\r\n", '+');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), 0);
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports == 1);
	ck_assert_uint_eq(seen.range.end, 5);
	ck_assert_uint_eq(seen.range.total, 15);
	receive(&seen, "m1xx", "6-10/15", "Success-Report: yes\r\n", '+');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), 0);
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports == 2);
	ck_assert_uint_eq(seen.range.end, 15);
	call_done(&seen.call);
}
END_TEST

/* RFC 4975 7.1.4: it has the range that it is about. */
START_TEST(failure_report_is_sent_while_a_message_comes)
{
	struct seen seen = { 0 };
	struct msrp_session *s;

	start(&seen);
	s = seen.call.pair.caller.session;
	receive(&seen, "m1xx", "1-5/15", "", '+');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 413, "no room"), 0);
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports);
	ck_assert_str_eq(seen.status, "000 413 no room");
	ck_assert_uint_eq(seen.range.start, 1);
	ck_assert_uint_eq(seen.range.end, 5);
	ck_assert_uint_eq(seen.range.total, 15);
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), -ENOENT);
	call_done(&seen.call);
}
END_TEST

START_TEST(report_that_makes_no_sense_is_not_sent)
{
	struct seen seen = { 0 };
	struct side *side = &seen.call.pair.caller;
	struct msrp_session *s;

	start(&seen);
	s = side->session;
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), -ENOENT);
	receive(&seen, "m1xx", "1-5/5", "", '$');
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 100, NULL), -EINVAL);
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 1000, NULL), -EINVAL);
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, "a\r\nb"), -EINVAL);
	net_conn_close(seen.call.script.net);
	PAIR_RUN_UNTIL(&seen.call.pair, side->closed);
	ck_assert_int_eq(msrp_session_report(s, "m1xx", 200, NULL), -EPIPE);
	call_done(&seen.call);
}
END_TEST

START_TEST(only_so_many_reports_are_owed)
{
	enum { LIMIT = 1024 };
	struct seen seen = { 0 };
	struct side *side = &seen.call.pair.caller;
	char id[16];

	start(&seen);
	for (size_t i = 0; i <= LIMIT; i++) {
		snprintf(id, sizeof(id), "m%zuxx", i);
		side->flags[0] = '\0';
		receive(&seen, id, "1-5/5", "", '$');
	}
	ck_assert_int_eq(msrp_session_report(side->session, "m0xx", 403, NULL), -ENOENT);
	ck_assert_int_eq(msrp_session_report(side->session, "m1xx", 403, NULL), 0);
	call_done(&seen.call);
}
END_TEST

START_TEST(memory_may_run_out)
{
	struct seen seen = { 0 };
	int err = -ENOMEM;

	start(&seen);
	receive(&seen, "m1xx", "1-5/5", "Success-Report: yes\r\n", '$');
	for (size_t n = 0; err; n++) {
		support_oom_start(n, false);
		err = msrp_session_report(seen.call.pair.caller.session, "m1xx", 200, NULL);
		support_oom_stop();
		ck_assert(err == 0 || err == -ENOMEM);
	}
	PAIR_RUN_UNTIL(&seen.call.pair, seen.n_reports);
	ck_assert_str_eq(seen.status, "000 200 OK");
	call_done(&seen.call);
}
END_TEST

/* ---- both ends ---- */

static int report_in_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct side *s = arg;

	s->n_complete++;
	ck_assert_int_eq(
	    msrp_session_report(s->session, message->message_id, (unsigned)s->begin_result, NULL),
	    0);
	ck_assert_int_eq(msrp_session_report(s->session, message->message_id, 200, NULL), -ENOENT);
	return 0;
}

static int accept_begin(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int accept_data(void *arg, struct msrp_incoming *message, uint64_t offset,
		       const uint8_t *bytes, size_t len)
{
	return 0;
}

static void ignore_closed(void *arg, int err, const char *why)
{
}

static void complete_to_report(void *arg, int err, const char *why, struct msrp_transport *t)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = accept_begin,
		.data = accept_data,
		.end = report_in_end,
		.closed = ignore_closed,
	};
	struct side *s = arg;

	ck_assert_int_eq(msrp_session_new(t, NULL, &callbacks, s, &s->session), 0);
	msrp_session_set_automatic_reports(s->session, false);
}

static const unsigned codes[] = { 200, 413 };

START_TEST(user_may_report_from_inside_of_end)
{
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	p.callee.begin_result = (int)codes[_i];
	pair_connect_with(&p, WITH_TCP, complete_to_report);
	options = side_options(&p.caller);
	options.success_report = true;
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &options, NULL), 0);
	/* A failure may be reported before the answer comes, and then is the response. */
	PAIR_RUN_UNTIL(&p, p.caller.n_responses + p.caller.n_delivered == (_i ? 1 : 2));
	ck_assert_int_eq(_i ? p.caller.response : p.caller.delivered, (int)codes[_i]);
	pair_done(&p);
}
END_TEST

/* ---- reports that the sender gets ---- */

struct sender {
	struct call call;
	char message_id[40];
	bool silent;
};

static void answer(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct sender *sender = c->data;

	if (!m->has_body)
		return;
	snprintf(sender->message_id, sizeof(sender->message_id), "%" SLICE_FMT,
		 SLICE_ARG(m->message_id));
	if (!sender->silent)
		script_respond(s, m, 200, "");
}

static void report(struct sender *sender, const char *id, const char *range, const char *status)
{
	char headers[256];

	snprintf(headers, sizeof(headers), "Message-ID: %s\r\nByte-Range: %s\r\nStatus: %s\r\n", id,
		 range, status);
	call_request(&sender->call, "REPORT", headers, NULL, '$');
}

static void send_hello(struct sender *sender, enum msrp_failures failures)
{
	struct side *s = &sender->call.pair.caller;
	struct msrp_send_options options;

	sender->call.on_message = answer;
	sender->call.data = sender;
	call_start(&sender->call, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&sender->call.pair, s->session);
	options = side_options(s);
	options.success_report = true;
	options.failures = failures;
	ck_assert_int_eq(msrp_session_send(s->session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(&sender->call.pair, sender->message_id[0]);
}

/*
 * RFC 4975 7.3.2: without an answer it is the outcome of the message, after an answer that of its
 * delivery.
 */
START_TEST(failure_report_is_told_to_the_sender)
{
	struct sender sender = { .silent = _i };
	struct side *s = &sender.call.pair.caller;

	send_hello(&sender, MSRP_FAILURES_YES);
	if (!sender.silent)
		PAIR_RUN_UNTIL(&sender.call.pair, s->n_responses);
	report(&sender, sender.message_id, "1-5/5", "000 413 no room");
	PAIR_RUN_UNTIL(&sender.call.pair, sender.silent ? s->n_responses : s->n_delivered);
	ck_assert_int_eq(sender.silent ? s->response : s->delivered, 413);
	ck_assert_uint_eq(s->n_delivered, sender.silent ? 0 : 1);
	call_done(&sender.call);
}
END_TEST

START_TEST(partial_hears_of_failures_only)
{
	struct sender sender = { .silent = true };
	struct side *s = &sender.call.pair.caller;

	send_hello(&sender, MSRP_FAILURES_PARTIAL);
	report(&sender, sender.message_id, "1-5/5", "000 408 nobody there");
	PAIR_RUN_UNTIL(&sender.call.pair, s->n_responses);
	ck_assert_int_eq(s->response, 408);
	call_done(&sender.call);
}
END_TEST

/* RFC 4975 7.1.2, 7.1.3 */
START_TEST(report_on_another_message_or_namespace_is_ignored)
{
	struct sender sender = { 0 };
	struct side *s = &sender.call.pair.caller;

	send_hello(&sender, MSRP_FAILURES_YES);
	PAIR_RUN_UNTIL(&sender.call.pair, s->n_responses);
	report(&sender, "an0ther", "1-5/5", "000 413 no room");
	report(&sender, sender.message_id, "1-5/5", "001 413 no room");
	report(&sender, sender.message_id, "1-3/5", "000 200 OK");
	report(&sender, sender.message_id, "4-5/5", "000 200 OK");
	PAIR_RUN_UNTIL(&sender.call.pair, s->n_delivered);
	ck_assert_int_eq(s->delivered, 200);
	call_done(&sender.call);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/report");
	TCase *sent = tcase_create("sent");
	TCase *received = tcase_create("received");

	tcase_set_timeout(sent, 30);
	tcase_add_test(sent, success_report_is_sent_when_the_user_says_so);
	tcase_add_test(sent, nothing_is_reported_unless_the_user_says_so);
	tcase_add_test(sent, automatic_reports_can_be_turned_on_again);
	tcase_add_loop_test(sent, report_that_was_not_asked_for_is_not_sent, 0,
			    SUPPORT_COUNT(wishes));
	tcase_add_test(sent, part_of_a_message_can_be_reported);
	tcase_add_test(sent, failure_report_is_sent_while_a_message_comes);
	tcase_add_test(sent, report_that_makes_no_sense_is_not_sent);
	tcase_add_test(sent, only_so_many_reports_are_owed);
	tcase_add_test(sent, memory_may_run_out);
	tcase_add_loop_test(sent, user_may_report_from_inside_of_end, 0, SUPPORT_COUNT(codes));
	suite_add_tcase(suite, sent);

	tcase_add_loop_test(received, failure_report_is_told_to_the_sender, 0, 2);
	tcase_add_test(received, partial_hears_of_failures_only);
	tcase_add_test(received, report_on_another_message_or_namespace_is_ignored);
	suite_add_tcase(suite, received);
	return support_run(suite);
}
