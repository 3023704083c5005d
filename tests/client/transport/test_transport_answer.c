/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/raw.h"
#include "support/expect.h"
#include "support/run.h"

/* ---- answering ---- */

#define REQUEST(method, headers)                                                                   \
	"MSRP aaaa " method "\r\nTo-Path: msrp://us/1;tcp msrp://us/2;tcp\r\n"                     \
	"From-Path: msrp://hop/3;tcp msrp://them/4;tcp\r\n" headers "-------aaaa$\r\n"

#define TO_HOP "|msrp://hop/3;tcp|msrp://us/1;tcp"
#define TO_END "|msrp://hop/3;tcp msrp://them/4;tcp|msrp://us/1;tcp"

static const struct {
	const char *request;
	unsigned code;
	const char *want; /* NULL: no answer */
} answers[] = {
	{ REQUEST("SEND", "Message-ID: m1xx\r\n"), 200, "200" TO_HOP },
	{ REQUEST("SEND", "Message-ID: m1xx\r\n"), 415, "415" TO_HOP },
	{ REQUEST("NICKNAME", "Use-Nickname: \"x\"\r\n"), 200, "200" TO_END },
	{ REQUEST("PING", "X-Y: z\r\n"), 501, "501" TO_END },
	{ REQUEST("SEND", "Failure-Report: yes\r\n"), 200, "200" TO_HOP },
	{ REQUEST("SEND", "Failure-Report: partial\r\n"), 200, NULL },
	{ REQUEST("SEND", "Failure-Report: partial\r\n"), 400, "400" TO_HOP },
	{ REQUEST("SEND", "Failure-Report: no\r\n"), 200, NULL },
	{ REQUEST("SEND", "Failure-Report: no\r\n"), 400, NULL },
	{ REQUEST("REPORT", "Message-ID: m1xx\r\nStatus: 000 200 OK\r\n"), 200, NULL },
	{ REQUEST("REPORT", "Message-ID: m1xx\r\nStatus: 000 200 OK\r\n"), 481, NULL },
};

static struct msrp_chunk *parse(const char *text)
{
	struct msrp_chunk *chunk;

	ck_assert_int_eq(msrp_chunk_parse(text, strlen(text), &chunk), 0);
	return chunk;
}

START_TEST(rfc4975_7_2_responses_go_where_they_should_if_they_are_asked_for)
{
	struct msrp_chunk *request = parse(answers[_i].request);
	struct msrp_chunk *other = parse(REQUEST("OTHER", ""));
	struct raw_world w;

	raw_world_init(&w);
	ck_assert_int_eq(msrp_transport_write_response(w.raw.transport, request, answers[_i].code,
						       NULL, raw_on_written, &w.raw),
			 0);
	ck_assert_uint_eq(w.raw.n_written, 0);
	if (answers[_i].want) {
		PAIR_RUN_UNTIL(&w.pair, w.script.n_responses);
		ck_assert_str_eq(w.last, answers[_i].want);
	}
	PAIR_RUN_UNTIL(&w.pair, w.raw.n_written);
	ck_assert_int_eq(w.raw.written_err, 0);
	/* One more, to detect an extra answer. */
	ck_assert_int_eq(
	    msrp_transport_write_response(w.raw.transport, other, 599, "No", NULL, NULL), 0);
	PAIR_RUN_UNTIL(&w.pair, w.script.status == 599);
	ck_assert_uint_eq(w.script.n_responses, 1 + (answers[_i].want != NULL));
	msrp_chunk_free(request);
	msrp_chunk_free(other);
	raw_world_done(&w);
}
END_TEST

START_TEST(answer_that_is_not_asked_for_is_forgotten_with_its_transport)
{
	struct msrp_chunk *request = parse(REQUEST("SEND", "Failure-Report: no\r\n"));
	struct raw_world w;

	raw_world_init(&w);
	msrp_transport_write_response(w.raw.transport, request, 200, NULL, raw_free_on_written,
				      &w.raw);
	msrp_transport_write_response(w.raw.transport, request, 200, NULL, raw_free_on_written,
				      &w.raw);
	PAIR_RUN_UNTIL(&w.pair, !w.script.net);
	ck_assert_uint_eq(w.raw.n_written, 1);
	msrp_chunk_free(request);
	raw_world_done(&w);
}
END_TEST

/* ---- checking ---- */

#define SENT(to, from, rest)                                                                       \
	"MSRP aaaa SEND\r\nTo-Path: " to "\r\nFrom-Path: " from "\r\n" rest "-------aaaa$\r\n"

#define OK "Message-ID: m1xx\r\nByte-Range: 1-0/0\r\n"

static const struct {
	const char *what;
	const char *text; /* "@": the other end's path */
	int want;
} checks[] = {
	{ "ours", SENT(RAW_PATH, "@", OK), 0 },
	{ "ours, by way of a relay", SENT(RAW_PATH, "msrp://relay/1;tcp @", OK), 0 },
	{ "another session", SENT("msrp://127.0.0.1:2855/other;tcp", "@", OK), 481 },
	{ "another sender", SENT(RAW_PATH, "msrp://127.0.0.1:1/r3m0te;tcp", OK), 481 },
	{ "it is to go on", SENT(RAW_PATH " " RAW_PATH, "@", OK), 481 },
	{ "a bad range", SENT(RAW_PATH, "@", "Message-ID: m1xx\r\nByte-Range: x\r\n"), 400 },
	{ "a header twice", SENT(RAW_PATH, "@", OK "Message-ID: m2xx\r\n"), 400 },
	{ "no SEND", REQUEST("REPORT", OK "Status: 000 200 OK\r\n"), -EINVAL },
	{ "a response",
	  "MSRP aaaa 200\r\nTo-Path: msrp://a/b;tcp\r\nFrom-Path: msrp://c/d;tcp\r\n"
	  "-------aaaa$\r\n",
	  -EINVAL },
};

START_TEST(incoming_send_is_checked)
{
	struct msrp_chunk *chunk;
	const char *comment = NULL;
	char text[512];
	struct raw_world w;
	int at, got;

	raw_world_init(&w);
	at = (int)strcspn(checks[_i].text, "@");
	snprintf(text, sizeof(text), "%.*s%s%s", at, checks[_i].text, w.path,
		 checks[_i].text[at] ? checks[_i].text + at + 1 : "");
	chunk = parse(checks[_i].text[at] ? text : checks[_i].text);
	got = msrp_transport_check_incoming_send(w.raw.transport, chunk, &comment);
	ck_assert_msg(got == checks[_i].want, "%s: %d", checks[_i].what, got);
	if (got > 0)
		ck_assert_str_ne(comment, "");
	msrp_chunk_free(chunk);
	raw_world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/transport_answer");
	TCase *answering = tcase_create("answering");

	tcase_add_loop_test(answering,
			    rfc4975_7_2_responses_go_where_they_should_if_they_are_asked_for, 0,
			    SUPPORT_COUNT(answers));
	tcase_add_test(answering, answer_that_is_not_asked_for_is_forgotten_with_its_transport);
	tcase_add_loop_test(answering, incoming_send_is_checked, 0, SUPPORT_COUNT(checks));
	suite_add_tcase(suite, answering);

	return support_run(suite);
}
