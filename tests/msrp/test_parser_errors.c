/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "msrp/parser.h"
#include "support/example.h"
#include "support/expect.h"
#include "support/run.h"
#include "support/trace.h"

static const struct example examples[] = {
/* Heads with mistakes that permit an answer: the framing continues. */
#define WRONG(header, problem)                                                                     \
	IN("MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\n" header                                   \
	   "\r\n\r\n\r\n-------abce$\r\n\r\n-------abcd$\r\n" SEND "-------abcd$\r\n"),            \
	    "SEND abcd\n" T_PATHS "Message-ID: 1\n" problem                                        \
	    "body \\r\\n-------abce$\\r\\n\nend $\n" T_SEND "end $\nidle\n"
	{ "a malformed Byte-Range",
	  WRONG("Byte-Range: 1-x/3", "Byte-Range: 1-x/3\nproblem: Byte-Range is malformed\n") },
	{ "a malformed Failure-Report",
	  WRONG("Failure-Report: maybe", "Failure-Report: maybe\nproblem: Failure-Report is "
					 "neither yes, no nor partial\n") },
	{ "a malformed Success-Report",
	  WRONG("Success-Report: partial", "Success-Report: partial\nproblem: Success-Report is "
					   "neither yes nor no\n") },
	{ "a header given twice", WRONG("message-id: 2", "problem: a header is given twice\n") },
	{ "a path given twice", WRONG("To-Path: " BOB, "problem: a header is given twice\n") },
	{ "a NUL in a header", WRONG("X-A: b\0c", "problem: a header has a control character\n") },
	{ "a CR in a header", WRONG("X-A: b\rc", "problem: a header has a control character\n") },
	{ "a DEL in a header", WRONG("X-A: \x7f", "problem: a header has a control character\n") },
	{ "a header without a colon", WRONG("X-A", "problem: a header line is malformed\n") },
	{ "a header without a name", WRONG(": x", "problem: a header line is malformed\n") },
	{ "a header that is continued", WRONG(" x: y", "problem: a header line is malformed\n") },
	{ "a space after a header's name",
	  WRONG("X-A : y", "problem: a header line is malformed\n") },
	{ "fewer hyphens than an end-line has",
	  WRONG("------abcd$", "problem: a header line is malformed\n") },
	{ "SEND without Message-ID", IN("MSRP abcd SEND\r\n" PATHS "\r\nx\r\n-------abcd$\r\n"),
	  "SEND abcd\n" T_PATHS "problem: SEND without Message-ID\nbody x\nend $\nidle\n" },
	{ "an empty Message-ID", IN("MSRP abcd SEND\r\n" PATHS "Message-ID: \r\n-------abcd$\r\n"),
	  "SEND abcd\n" T_PATHS "Message-ID: \nproblem: Message-ID is malformed\nend $\nidle\n" },
	{ "a Message-ID of two words",
	  IN("MSRP abcd SEND\r\n" PATHS "Message-ID: a b\r\n-------abcd$\r\n"),
	  "SEND abcd\n" T_PATHS
	  "Message-ID: a b\nproblem: Message-ID is malformed\nend $\nidle\n" },
	{ "REPORT without Status",
	  IN("MSRP abcd REPORT\r\n" PATHS "Message-ID: 1\r\n-------abcd$\r\n"),
	  "REPORT abcd\n" T_PATHS "Message-ID: 1\nproblem: REPORT without Status\nend $\nidle\n" },
	{ "a control character in a comment", IN("MSRP abcd 200 O\rK\r\n" PATHS "-------abcd$\r\n"),
	  "200 O\\rK abcd\n" T_PATHS
	  "problem: the comment has a control character\nend $\nidle\n" },

	/* The framing is lost. */
	{ "garbage", IN("GET / HTTP/1.1\r\n"), "bad: not MSRP\n" },
	{ "garbage after four good letters", IN("MSRPabcd SEND\r\n"), "bad: not MSRP\n" },
	{ "an empty line before a message", IN("\r\n" SEND), "bad: not MSRP\n" },
	{ "garbage between messages", IN(SEND "-------abcd$\r\n\r\n" SEND),
	  T_SEND "end $\nbad: not MSRP\n" },
	{ "LF without CR in the start line", IN("MSRP abcd SEND\n" PATHS),
	  "bad: a line ends without CRLF\n" },
	{ "LF without CR in a header", IN(SEND "X-A: b\nX-C: d\r\n\r\n"),
	  "bad: a line ends without CRLF\n" },
	{ "LF without CR as the empty line", IN(SEND "\nx\r\n-------abcd$\r\n"),
	  "bad: a line ends without CRLF\n" },
	{ "LF without CR in the end-line", IN(SEND "-------abcd$\n"),
	  "bad: a line ends without CRLF\n" },
	{ "the end-line of another message", IN(SEND "-------abce$\r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "the end-line of a message whose id goes on", IN(SEND "-------abcde$\r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "an end-line without a flag", IN(SEND "-------abcd\r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "an end-line with a wrong flag", IN(SEND "-------abcd!\r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "an end-line with too many hyphens", IN(SEND "--------abcd$\r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "an end-line that goes on", IN(SEND "-------abcd$ \r\n"),
	  "bad: the end-line does not match the start line\n" },
	{ "a start line without a method", IN("MSRP abcd\r\n" PATHS "-------abcd$\r\n"),
	  "bad: the start line is not one\n" },
	{ "a start line with two spaces", IN("MSRP  abcd SEND\r\n" PATHS "-------abcd$\r\n"),
	  "bad: the start line is not one\n" },

/* Nobody can be answered, but the end of the message is known: the next one is read. */
#define UNREADABLE(head, id, problem)                                                              \
	IN(head "-------" id "$\r\n" SEND "-------abcd$\r\n"),                                     \
	    "unreadable: " problem "\n" T_SEND "end $\nidle\n"
	{ "a method in small letters",
	  UNREADABLE("MSRP abcd Send\r\n" PATHS, "abcd",
		     "the start line has neither a method nor a status") },
	{ "a status of two digits",
	  UNREADABLE("MSRP abcd 20\r\n" PATHS, "abcd",
		     "the start line has neither a method nor a status") },
	{ "a status of zero", UNREADABLE("MSRP abcd 000 OK\r\n" PATHS, "abcd",
					 "the start line has neither a method nor a status") },
	{ "a status of four digits",
	  UNREADABLE("MSRP abcd 2000\r\n" PATHS, "abcd",
		     "the start line has neither a method nor a status") },
	{ "an id that is too short",
	  UNREADABLE("MSRP abc SEND\r\n" PATHS, "abc", "the transaction id is malformed") },
	{ "an id that is too long",
	  UNREADABLE("MSRP a23456789012345678901234567890123 SEND\r\n" PATHS,
		     "a23456789012345678901234567890123", "the transaction id is malformed") },
	{ "an id that begins with a hyphen",
	  UNREADABLE("MSRP -bcd SEND\r\n" PATHS, "-bcd", "the transaction id is malformed") },
	{ "no header at all",
	  UNREADABLE("MSRP abcd SEND\r\n", "abcd", "To-Path or From-Path is missing") },
	{ "a response without paths",
	  UNREADABLE("MSRP abcd 200 OK\r\n", "abcd", "To-Path or From-Path is missing") },
	{ "a response without paths, and with an empty line",
	  UNREADABLE("MSRP abcd 200 OK\r\n\r\n", "abcd", "To-Path or From-Path is missing") },
	{ "no From-Path, and a body with an end-line of another message",
	  UNREADABLE("MSRP abcd SEND\r\nTo-Path: " BOB "\r\n\r\nx\r\n-------abce$\r\n\r\n", "abcd",
		     "To-Path or From-Path is missing") },
	{ "another header in place of To-Path",
	  UNREADABLE("MSRP abcd SEND\r\nX-A: b\r\n" PATHS, "abcd",
		     "To-Path is not the second line") },
	{ "another header in place of From-Path",
	  UNREADABLE("MSRP abcd SEND\r\nTo-Path: " BOB "\r\nMessage-ID: 1234\r\n", "abcd",
		     "From-Path is not the third line") },
	{ "paths in the wrong order",
	  UNREADABLE("MSRP abcd SEND\r\nFrom-Path: " ALICE "\r\nTo-Path: " BOB "\r\n", "abcd",
		     "To-Path is not the second line") },
	{ "a To-Path that is none",
	  UNREADABLE("MSRP abcd SEND\r\nTo-Path: bob\r\nFrom-Path: " ALICE "\r\n", "abcd",
		     "To-Path has a malformed URI") },
	{ "a From-Path that is none",
	  UNREADABLE("MSRP abcd SEND\r\nTo-Path: " BOB "\r\nFrom-Path: msrp://a:65536;tcp\r\n",
		     "abcd", "From-Path has a malformed URI") },

/* These can be answered. */
#define FOUR	   BOB " " BOB " " BOB " " BOB " "
#define SIXTEEN	   FOUR FOUR FOUR FOUR
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
	{ "sixty-four URIs in a path",
	  IN("MSRP abcd SEND\r\nTo-Path: " SIXTY_FOUR "\r\nFrom-Path: " ALICE
	     "\r\nMessage-ID: 1234\r\n-------abcd$\r\n"),
	  "SEND abcd\nto " SIXTEEN SIXTEEN SIXTEEN FOUR FOUR FOUR BOB " " BOB " " BOB " " BOB
	  "\nfrom " ALICE "\nMessage-ID: 1234\nend $\nidle\n" },
	{ "sixty-five URIs in a path",
	  IN("MSRP abcd SEND\r\nTo-Path: " SIXTY_FOUR BOB "\r\nFrom-Path: " ALICE
	     "\r\nMessage-ID: 1234\r\n-------abcd$\r\n"),
	  "SEND abcd\nto " SIXTY_FOUR BOB "\nfrom " ALICE
	  "\nMessage-ID: 1234\nproblem: To-Path has more than 64 URIs\nend $\nidle\n" },
	{ "spaces at the end of the start line and of paths",
	  IN("MSRP abcd SEND \r\nTo-Path: " BOB " \r\nFrom-Path: " ALICE
	     "  \r\nMessage-ID: 1234\r\n-------abcd$\r\n"),
	  T_SEND "end $\nidle\n" },
	{ "an empty line before the end-line of a response",
	  IN("MSRP abcd 200 OK\r\n" PATHS "\r\n-------abcd$\r\n"),
	  "200 OK abcd\n" T_PATHS "body \nend $\nidle\n" },
};

START_TEST(errors_are_found_however_they_come)
{
	example_check(&examples[_i]);
}
END_TEST

static const struct {
	size_t n_headers;
	const char *last_line;
} many_headers[] = {
	{ MSRP_HEADERS_MAX, "idle\n" },
	{ MSRP_HEADERS_MAX + 1, "problem: more than 64 header lines\nbody \nend $\nidle\n" },
};

static void expect_last_line(struct slice in, const char *want)
{
	struct support_trace trace = { 0 };
	const char *got;

	for (size_t step = 1; step <= in.len;
	     step = step * 7 < in.len || step == in.len ? step * 7 : in.len) {
		support_trace_init(&trace);
		for (size_t at = 0; at < in.len; at += step)
			support_trace_feed(&trace, (const uint8_t *)in.p + at,
					   in.len - at < step ? in.len - at : step);
		got = support_trace_finish(&trace);
		ck_assert_uint_ge(strlen(got), strlen(want));
		ck_assert_str_eq(got + strlen(got) - strlen(want), want);
		support_trace_done(&trace);
	}
}

START_TEST(headers_are_limited_in_number)
{
	struct buf in = { 0 };

	buf_add_slice(&in, SLICE("MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\n"));
	for (size_t i = 1; i < many_headers[_i].n_headers; i++)
		buf_add_slice(&in, SLICE("X: y\r\n"));
	buf_add_slice(&in, SLICE("-------abcd$\r\n"));
	expect_last_line(buf_slice(&in), many_headers[_i].last_line);
	buf_done(&in);
}
END_TEST

static const struct {
	size_t len;
	bool has_end;
	const char *last_line;
} long_heads[] = {
	{ MSRP_HEAD_MAX, true, "idle\n" },
	{ MSRP_HEAD_MAX + 1, true,
	  "problem: the head is longer than 16384 octets\nbody \nend $\nidle\n" },
	{ 100 * 1024, true, "problem: the head is longer than 16384 octets\nbody \nend $\nidle\n" },
	{ MSRP_HEAD_MAX - 1, false, "unfinished\n" },
	{ MSRP_HEAD_MAX, false,
	  "problem: the head is longer than 16384 octets\nbody \nunfinished\n" },
	{ 100 * 1024, false, "problem: the head is longer than 16384 octets\nbody \nunfinished\n" },
};

START_TEST(heads_are_limited_in_length)
{
	struct slice end = long_heads[_i].has_end ? SLICE("\r\n-------abcd$\r\n") : SLICE("");
	struct buf in = { 0 };

	buf_add_slice(&in, SLICE(SEND "X: "));
	while (in.len < long_heads[_i].len - end.len)
		buf_add_char(&in, 'y');
	buf_add_slice(&in, end);
	expect_last_line(buf_slice(&in), long_heads[_i].last_line);
	buf_done(&in);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser_errors");
	TCase *tcase = tcase_create("parser_errors");

	tcase_add_loop_test(tcase, errors_are_found_however_they_come, 0, SUPPORT_COUNT(examples));
	tcase_add_loop_test(tcase, headers_are_limited_in_number, 0, SUPPORT_COUNT(many_headers));
	tcase_add_loop_test(tcase, heads_are_limited_in_length, 0, SUPPORT_COUNT(long_heads));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
