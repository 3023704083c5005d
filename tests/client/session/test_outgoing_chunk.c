/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/call.h"
#include "client/memory_file.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* Chunks that the user has made. */

enum { HEADERS_MAX = 8 };

struct name_value {
	const char *name;
	const char *value;
};

/* A SEND with DATA; HEADERS ends with a NULL. */
static struct msrp_chunk *chunk_new(const struct name_value headers[HEADERS_MAX], const char *data,
				    char contflag)
{
	struct msrp_header *header[HEADERS_MAX];
	struct msrp_chunk_parts parts = {
		.transaction_id = "t1xx",
		.method = "SEND",
		.headers = (const struct msrp_header *const *)header,
		.data = data,
		.len = strlen(data),
		.contflag = contflag,
	};
	struct msrp_chunk *chunk;

	for (; headers[parts.n_headers].name; parts.n_headers++)
		ck_assert_int_eq(msrp_header_new(headers[parts.n_headers].name,
						 headers[parts.n_headers].value,
						 &header[parts.n_headers]),
				 0);
	ck_assert_int_eq(msrp_chunk_new(&parts, &chunk), 0);
	while (parts.n_headers > 0)
		msrp_header_free(header[--parts.n_headers]);
	return chunk;
}

static int send_chunk(struct side *s, const struct name_value headers[HEADERS_MAX],
		      const char *data, char contflag)
{
	struct msrp_chunk *chunk = chunk_new(headers, data, contflag);
	struct msrp_send_options options = side_options(s);
	int err =
	    msrp_session_send_chunk(s->session, chunk, options.response, options.delivered, s);

	msrp_chunk_free(chunk);
	return err;
}

static const struct name_value first_half[HEADERS_MAX] = {
	{ "Message-ID", "m1xx" },
	{ "Byte-Range", "1-6/12" },
	{ "Success-Report", "yes" },
	{ "Content-Type", "text/x" },
	{ NULL, NULL },
};

static const struct name_value second_half[HEADERS_MAX] = {
	{ "Message-ID", "m1xx" },
	{ "Byte-Range", "7-12/12" },
	{ "Success-Report", "yes" },
	{ "Content-Type", "text/x" },
	{ NULL, NULL },
};

/* Each of them has its answer, and the report on the whole is about both (RFC 4975 7.1.3). */
START_TEST(message_is_sent_part_by_part)
{
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	ck_assert_int_eq(send_chunk(&p.caller, first_half, "hello,", '+'), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses == 1);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	ck_assert_uint_eq(p.caller.n_delivered, 0);
	ck_assert_int_eq(send_chunk(&p.caller, second_half, " world", '$'), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses == 2 && p.caller.n_delivered == 2);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.caller.delivered, 200);
	ck_assert_uint_eq(p.callee.n_complete, 1);
	ck_assert_str_eq(p.callee.content_type, "text/x");
	assert_in(&p.callee, "hello, world", 12);
	pair_done(&p);
}
END_TEST

START_TEST(last_part_may_come_first)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(send_chunk(&p.caller, second_half, " world", '$'), 0);
	ck_assert_int_eq(send_chunk(&p.caller, first_half, "hello,", '+'), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered == 2);
	assert_in(&p.callee, "hello, world", 12);
	pair_done(&p);
}
END_TEST

START_TEST(aborted_message_is_not_delivered)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(send_chunk(&p.caller, first_half, "hello,", '+'), 0);
	ck_assert_int_eq(send_chunk(&p.caller, second_half, " world", '#'), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses == 2);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_uint_eq(p.callee.n_aborted, 1);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	/* The first part still awaits its report; the other never did. */
	p.caller.session = msrp_session_free(p.caller.session);
	ck_assert_uint_eq(p.caller.n_delivered, 1);
	ck_assert_int_eq(p.caller.delivered, -ECANCELED);
	pair_done(&p);
}
END_TEST

/* ---- against a script ---- */

static void respond(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	const unsigned *status = c->data;

	if (m->has_body)
		script_respond(s, m, *status, "");
}

static const struct {
	const char *failure_report; /* NULL: no header */
	unsigned answer;	    /* 0: none */
	int want;
} answers[] = {
	{ NULL, 200, 200 },    { NULL, 0, 408 },	{ NULL, 413, 413 },
	{ "yes", 200, 200 },   { "yes", 0, 408 },	{ "yes", 415, 415 },
	{ "partial", 0, 200 }, { "partial", 403, 403 }, { "no", 0, 200 },
};

/* RFC 4975 7.1.1: with "yes" silence means failure, otherwise success. */
START_TEST(chunk_without_answer_is_408_or_200_by_its_failure_report)
{
	struct msrp_context_options context = { .response_timeout_ms = 50 };
	const struct name_value headers[HEADERS_MAX] = {
		{ "Message-ID", "m1xx" },
		{ "Content-Type", "text/x" },
		{ answers[_i].failure_report ? "Failure-Report" : NULL,
		  answers[_i].failure_report },
		{ NULL, NULL },
	};
	unsigned status = answers[_i].answer;
	struct call c = { .on_message = status ? respond : NULL, .data = &status };
	struct side *s = &c.pair.caller;

	call_start(&c, &context, NULL, NULL);
	PAIR_RUN_UNTIL(&c.pair, s->session);
	ck_assert_int_eq(send_chunk(s, headers, "hello", '$'), 0);
	PAIR_RUN_UNTIL(&c.pair, s->n_responses);
	ck_assert_int_eq(s->response, answers[_i].want);
	ck_assert_uint_eq(s->n_delivered, 0);
	call_done(&c);
}
END_TEST

/* The parts of a received SEND. */
struct seen {
	size_t n;
	char to[128];
	char id[64];
	char other[64];
	struct msrp_range range;
	bool has_body;
};

static void see(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct seen *seen = c->data;

	seen->n++;
	snprintf(seen->to, sizeof(seen->to), "%" SLICE_FMT, SLICE_ARG(m->to.text));
	snprintf(seen->id, sizeof(seen->id), "%" SLICE_FMT, SLICE_ARG(m->id));
	for (size_t i = 0; i < m->n_headers; i++)
		if (slice_equal(m->header[i].name, SLICE("X-Other")))
			snprintf(seen->other, sizeof(seen->other), "%" SLICE_FMT,
				 SLICE_ARG(m->header[i].value));
	seen->range = m->range;
	seen->has_body = m->has_body;
	script_respond(s, m, 200, "");
}

START_TEST(paths_and_transaction_ids_are_the_sessions)
{
	static const struct name_value headers[HEADERS_MAX] = {
		{ "To-Path", "msrp://elsewhere.example.com:9/x;tcp" },
		{ "From-Path", "msrp://elsewhere.example.com:9/y;tcp" },
		{ "Message-ID", "m1xx" },
		{ "X-Other", "passed" },
		{ "Content-Type", "text/x" },
		{ NULL, NULL },
	};
	struct seen seen = { 0 };
	struct call c = { .on_message = see, .data = &seen };
	struct side *s = &c.pair.caller;

	call_start(&c, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&c.pair, s->session);
	ck_assert_int_eq(send_chunk(s, headers, "hello", '$'), 0);
	PAIR_RUN_UNTIL(&c.pair, s->n_responses);
	ck_assert_str_eq(seen.to, c.path);
	ck_assert_str_ne(seen.id, "t1xx");
	ck_assert_str_eq(seen.other, "passed");
	ck_assert_uint_eq(seen.range.start, 1);
	ck_assert_uint_eq(seen.range.end, 5);
	ck_assert_uint_eq(seen.range.total, 5);
	call_done(&c);
}
END_TEST

START_TEST(chunk_without_type_and_data_has_no_body)
{
	static const struct name_value headers[HEADERS_MAX] = {
		{ "Message-ID", "m1xx" },
		{ NULL, NULL },
	};
	struct seen seen = { 0 };
	struct call c = { .on_message = see, .data = &seen };
	struct side *s = &c.pair.caller;

	call_start(&c, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&c.pair, s->session);
	ck_assert_int_eq(send_chunk(s, headers, "", '$'), 0);
	PAIR_RUN_UNTIL(&c.pair, s->n_responses);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert(!seen.has_body);
	call_done(&c);
}
END_TEST

static const struct {
	struct name_value headers[HEADERS_MAX];
	char contflag;
} bad[] = {
	{ { { "Content-Type", "text/x" } }, '$' },
	{ { { "Message-ID", "m1xx" } }, '$' },
	{ { { "Message-ID", "m 1" }, { "Content-Type", "text/x" } }, '$' },
	{ { { "Message-ID", "m1xx" }, { "Content-Type", "t/x" }, { "Byte-Range", "x" } }, '$' },
	{ { { "Message-ID", "m1xx" }, { "Content-Type", "t/x" }, { "Byte-Range", "1-4/5" } }, '$' },
	{ { { "Message-ID", "m1xx" }, { "Content-Type", "t/x" }, { "Byte-Range", "1-5/6" } }, '$' },
	{ { { "Message-ID", "m1xx" }, { "Content-Type", "t/x" }, { "Byte-Range", "2-*/5" } }, '+' },
	{ { { "Message-ID", "m1xx" },
	    { "Content-Type", "t/x" },
	    { "Byte-Range", "18446744073709551614-*/*" } },
	  '+' },
	{ { { "Message-ID", "m1xx" }, { "Content-Type", "t/x" }, { "Failure-Report", "x" } }, '$' },
};

START_TEST(chunk_that_makes_no_sense_is_invalid)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	ck_assert_int_eq(send_chunk(&p.caller, bad[_i].headers, "hello", bad[_i].contflag),
			 -EINVAL);
	pair_done(&p);
}
END_TEST

START_TEST(only_send_requests_are_sent)
{
	static const char *const methods[] = { "REPORT", "AUTH", NULL };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	for (size_t i = 0; i < SUPPORT_COUNT(methods); i++) {
		struct msrp_chunk_parts parts = { .transaction_id = "t1xx",
						  .method = methods[i],
						  .code = 200 };
		struct msrp_chunk *chunk;

		ck_assert_int_eq(msrp_chunk_new(&parts, &chunk), 0);
		ck_assert_int_eq(msrp_session_send_chunk(p.caller.session, chunk, NULL, NULL, NULL),
				 -EINVAL);
		msrp_chunk_free(chunk);
	}
	pair_done(&p);
}
END_TEST

START_TEST(chunk_after_shutdown_is_too_late)
{
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	msrp_session_shutdown(p.caller.session);
	ck_assert_int_eq(send_chunk(&p.caller, first_half, "hello,", '+'), -EPIPE);
	pair_done(&p);
}
END_TEST

START_TEST(memory_may_run_out)
{
	struct msrp_chunk *chunk = chunk_new(first_half, "hello,", '+');
	int err = -ENOMEM;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	for (size_t n = 0; err; n++) {
		support_oom_start(n, false);
		err = msrp_session_send_chunk(p.caller.session, chunk, NULL, NULL, NULL);
		support_oom_stop();
		ck_assert(err == 0 || err == -ENOMEM);
	}
	PAIR_RUN_UNTIL(&p, p.callee.in.len == 6);
	assert_in(&p.callee, "hello,", 6);
	msrp_chunk_free(chunk);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/outgoing_chunk");
	TCase *tcase = tcase_create("chunk");

	tcase_add_loop_test(tcase, message_is_sent_part_by_part, 0, N_TRANSPORTS);
	tcase_add_test(tcase, last_part_may_come_first);
	tcase_add_test(tcase, aborted_message_is_not_delivered);
	tcase_add_loop_test(tcase, chunk_without_answer_is_408_or_200_by_its_failure_report, 0,
			    SUPPORT_COUNT(answers));
	tcase_add_test(tcase, paths_and_transaction_ids_are_the_sessions);
	tcase_add_test(tcase, chunk_without_type_and_data_has_no_body);
	tcase_add_loop_test(tcase, chunk_that_makes_no_sense_is_invalid, 0, SUPPORT_COUNT(bad));
	tcase_add_test(tcase, only_send_requests_are_sent);
	tcase_add_test(tcase, chunk_after_shutdown_is_too_late);
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
