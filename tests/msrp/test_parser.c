/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "msrp/parser.h"
#include "msrp/result.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"
#include "support/trace.h"

#define ALICE "msrp://alice.example.com:7777/iau39;tcp"
#define BOB   "msrp://bob.example.com:8888/9di4ea;tcp"
#define PATHS "To-Path: " BOB "\r\nFrom-Path: " ALICE "\r\n"

/* The same in a trace. */
#define T_PATHS "to " BOB "\nfrom " ALICE "\n"

/* A SEND up to its body, and its trace. */
#define SEND   "MSRP abcd SEND\r\n" PATHS "Message-ID: 1234\r\n"
#define T_SEND "SEND abcd\n" T_PATHS "Message-ID: 1234\n"

struct example {
	const char *what;
	struct slice in;
	const char *want;
};

/* NUL may stand in an input, so its length is that of the literal. */
#define IN(literal)                                                                                \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct example examples[] = {
	{ "RFC 4975 section 4: a SEND",
	  IN("MSRP a786hjs2 SEND\r\n"
	     "To-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n"
	     "From-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n"
	     "Message-ID: 87652491\r\n"
	     "Byte-Range: 1-25/25\r\n"
	     "Content-Type: text/plain\r\n"
	     "\r\n"
	     "Hey Bob, are you there?\r\n"
	     "-------a786hjs2$\r\n"),
	  "SEND a786hjs2\n"
	  "to msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\n"
	  "from msrp://atlanta.example.com:7654/jshA7weztas;tcp\n"
	  "Message-ID: 87652491\n"
	  "Byte-Range: 1-25/25\n"
	  "Content-Type: text/plain\n"
	  "body Hey Bob, are you there?\n"
	  "end $\n"
	  "idle\n" },
	{ "RFC 4975 section 4: its response",
	  IN("MSRP a786hjs2 200 OK\r\n"
	     "To-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n"
	     "From-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n"
	     "-------a786hjs2$\r\n"),
	  "200 OK a786hjs2\n"
	  "to msrp://atlanta.example.com:7654/jshA7weztas;tcp\n"
	  "from msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\n"
	  "end $\n"
	  "idle\n" },
	{ "RFC 4975 section 5.1: two chunks of one message",
	  IN("MSRP dkei38sd SEND\r\n" PATHS "Message-ID: 4564dpWd\r\n"
	     "Byte-Range: 1-*/8\r\n"
	     "Content-Type: text/plain\r\n"
	     "\r\n"
	     "abcd\r\n"
	     "-------dkei38sd+\r\n"
	     "MSRP dkei38ia SEND\r\n" PATHS "Message-ID: 4564dpWd\r\n"
	     "Byte-Range: 5-8/8\r\n"
	     "Content-Type: text/plain\r\n"
	     "\r\n"
	     "EFGH\r\n"
	     "-------dkei38ia$\r\n"),
	  "SEND dkei38sd\n" T_PATHS "Message-ID: 4564dpWd\nByte-Range: 1-*/8\n"
	  "Content-Type: text/plain\nbody abcd\nend +\n"
	  "SEND dkei38ia\n" T_PATHS "Message-ID: 4564dpWd\nByte-Range: 5-8/8\n"
	  "Content-Type: text/plain\nbody EFGH\nend $\nidle\n" },
	{ "RFC 4975 section 7.1.2: a REPORT",
	  IN("MSRP dkei38sd REPORT\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
	     "Byte-Range: 1-106/106\r\n"
	     "Status: 000 200 OK\r\n"
	     "-------dkei38sd$\r\n"),
	  "REPORT dkei38sd\n" T_PATHS "Message-ID: 12339sdqwer\nByte-Range: 1-106/106\n"
	  "Status: 000 200 OK\nend $\nidle\n" },
	{ "RFC 4976 section 5.1: AUTH, its challenge, and what follows",
	  IN("MSRP 49fh AUTH\r\n"
	     "To-Path: msrps://alice@intra.example.com;tcp\r\n"
	     "From-Path: msrps://alice.example.com:9892/98cjs;tcp\r\n"
	     "-------49fh$\r\n"
	     "MSRP 49fh 401 Unauthorized\r\n"
	     "To-Path: msrps://alice.example.com:9892/98cjs;tcp\r\n"
	     "From-Path: msrps://alice@intra.example.com;tcp\r\n"
	     "WWW-Authenticate: Digest realm=\"intra.example.com\", qop=\"auth\"\r\n"
	     "WWW-Authenticate: Digest realm=\"intra.example.com\", algorithm=SHA-256\r\n"
	     "-------49fh$\r\n"
	     "MSRP 49fi 200 OK\r\n"
	     "To-Path: msrps://alice.example.com:9892/98cjs;tcp\r\n"
	     "From-Path: msrps://alice@intra.example.com;tcp\r\n"
	     "Use-Path: msrps://intra.example.com:9000/jui787s2f;tcp\r\n"
	     "Expires: 900\r\n"
	     "-------49fi$\r\n"),
	  "AUTH 49fh\n"
	  "to msrps://alice@intra.example.com;tcp\n"
	  "from msrps://alice.example.com:9892/98cjs;tcp\n"
	  "end $\n"
	  "401 Unauthorized 49fh\n"
	  "to msrps://alice.example.com:9892/98cjs;tcp\n"
	  "from msrps://alice@intra.example.com;tcp\n"
	  "WWW-Authenticate: Digest realm=\"intra.example.com\", qop=\"auth\"\n"
	  "WWW-Authenticate: Digest realm=\"intra.example.com\", algorithm=SHA-256\n"
	  "end $\n"
	  "200 OK 49fi\n"
	  "to msrps://alice.example.com:9892/98cjs;tcp\n"
	  "from msrps://alice@intra.example.com;tcp\n"
	  "Use-Path: msrps://intra.example.com:9000/jui787s2f;tcp\n"
	  "Expires: 900\n"
	  "end $\nidle\n" },
	{ "a response without a comment", IN("MSRP abcd 481\r\n" PATHS "-------abcd$\r\n"),
	  "481 abcd\n" T_PATHS "end $\nidle\n" },
	{ "a response with an empty comment", IN("MSRP abcd 481 \r\n" PATHS "-------abcd$\r\n"),
	  "481 abcd\n" T_PATHS "end $\nidle\n" },
	{ "a response with a body", IN("MSRP abcd 200 OK\r\n" PATHS "\r\nx\r\n-------abcd$\r\n"),
	  "200 OK abcd\n" T_PATHS "body x\nend $\nidle\n" },
	{ "an unknown method",
	  IN("MSRP abcd NICKNAME\r\n" PATHS "Use-Nickname: \"Al\"\r\n-------abcd$\r\n"),
	  "NICKNAME abcd\n" T_PATHS "Use-Nickname: \"Al\"\nend $\nidle\n" },
	{ "no body, the flag $", IN(SEND "-------abcd$\r\n"), T_SEND "end $\nidle\n" },
	{ "no body, the flag +", IN(SEND "-------abcd+\r\n"), T_SEND "end +\nidle\n" },
	{ "no body, the flag #", IN(SEND "-------abcd#\r\n"), T_SEND "end #\nidle\n" },
	{ "an empty body", IN(SEND "\r\n\r\n-------abcd$\r\n"), T_SEND "body \nend $\nidle\n" },
	{ "an empty body without a CRLF of its own", IN(SEND "\r\n-------abcd#\r\n"),
	  T_SEND "body \nend #\nidle\n" },
	{ "a body that begins like such an end-line",
	  IN(SEND "\r\n-------abcx$\r\n-------abcd$\r\n"),
	  T_SEND "body -------abcx$\nend $\nidle\n" },
	{ "a body that begins with that end-line and a wrong flag",
	  IN(SEND "\r\n-------abcd!\r\n-------abcd$\r\n"),
	  T_SEND "body -------abcd!\nend $\nidle\n" },
	{ "a body of one CRLF", IN(SEND "\r\n\r\n\r\n-------abcd$\r\n"),
	  T_SEND "body \\r\\n\nend $\nidle\n" },
	{ "a body that ends in CRs", IN(SEND "\r\nx\r\r\r\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\r\\r\nend $\nidle\n" },
	{ "a body with the end-line of another message",
	  IN(SEND "\r\nx\r\n-------abce$\r\ny\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\n-------abce$\\r\\ny\nend $\nidle\n" },
	{ "a body with the end-line of a message whose id goes on",
	  IN(SEND "\r\nx\r\n-------abcde$\r\n\r\n-------abcd+\r\n"),
	  T_SEND "body x\\r\\n-------abcde$\\r\\n\nend +\nidle\n" },
	{ "a body with the end-line but for the flag",
	  IN(SEND "\r\nx\r\n-------abcd*\r\n-------abcd\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\n-------abcd*\\r\\n-------abcd\nend $\nidle\n" },
	{ "a body with the end-line but for the CRLF",
	  IN(SEND "\r\nx\r\n-------abcd$y\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\n-------abcd$y\nend $\nidle\n" },
	{ "a body with the end-line but for its LF",
	  IN(SEND "\r\nx\r\n-------abcd$\rz\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\n-------abcd$\\rz\nend $\nidle\n" },
	{ "a body with the end-line but for its LF, in place of which it begins again",
	  IN(SEND "\r\nx\r\n-------abcd$\r\r\n-------abcd$\r\n"),
	  T_SEND "body x\\r\\n-------abcd$\\r\nend $\nidle\n" },
	{ "a body with the end-line but for its CR",
	  IN(SEND "\r\nx\n-------abcd$\r\n\r\n-------abcd$\r\n"),
	  T_SEND "body x\\n-------abcd$\\r\\n\nend $\nidle\n" },
	{ "a body with more hyphens than an end-line has",
	  IN(SEND "\r\n--------\r\n--------abcd$\r\n---------\r\n-------abcd$\r\n"),
	  T_SEND "body --------\\r\\n--------abcd$\\r\\n---------\nend $\nidle\n" },
	{ "a body that looks like a message",
	  IN(SEND "\r\n" SEND "\r\n-------abc$\r\n\r\n-------abcd$\r\n"),
	  T_SEND "body MSRP abcd SEND\\r\\nTo-Path: " BOB "\\r\\nFrom-Path: " ALICE
		 "\\r\\nMessage-ID: 1234\\r\\n\\r\\n-------abc$\\r\\n\nend $\nidle\n" },
	{ "a body of NULs and bytes beyond ASCII",
	  IN(SEND "\r\n\0\0\xff\xc3\xa4\r\n-------abcd$\r\n"),
	  T_SEND "body \\00\\00\\ff\\c3\\a4\nend $\nidle\n" },
	{ "ids as long as they may be and as strange",
	  IN("MSRP a.-+%=789012345678901234567890ab SEND\r\n" PATHS "Message-ID: 1\r\n\r\n"
	     "\r\n-------a.-+%=789012345678901234567890aa$\r\n"
	     "\r\n-------a.-+%=789012345678901234567890ab$\r\n"),
	  "SEND a.-+%=789012345678901234567890ab\n" T_PATHS "Message-ID: 1\n"
	  "body \\r\\n-------a.-+%=789012345678901234567890aa$\\r\\n\nend $\nidle\n" },
	{ "an id that ends like a flag",
	  IN("MSRP abc+ SEND\r\n" PATHS "Message-ID: 1\r\n\r\n"
	     "x\r\n-------abc+\r\n\r\n-------abc++\r\n"),
	  "SEND abc+\n" T_PATHS "Message-ID: 1\nbody x\\r\\n-------abc+\\r\\n\nend +\nidle\n" },
	{ "three messages in a row",
	  IN(SEND "\r\nx\r\n-------abcd$\r\n" SEND "-------abcd$\r\n"
		  "MSRP abcd 200 OK\r\n" PATHS "-------abcd$\r\n"),
	  T_SEND "body x\nend $\n" T_SEND "end $\n200 OK abcd\n" T_PATHS "end $\nidle\n" },
	{ "names in another case, values with and without a space",
	  IN("MSRP abcd SEND\r\nTO-PATH: " BOB "\r\nfrom-path:" ALICE "\r\n"
	     "message-id:  1234\r\nX-A: b: c\r\nX-B:\r\n-------abcd$\r\n"),
	  "SEND abcd\n" T_PATHS "message-id:  1234\nX-A: b: c\nX-B:\nend $\nidle\n" },
	{ "tabs, and letters beyond ASCII",
	  IN("MSRP abcd 200 O\tK\r\n" PATHS "X-A: \tb\xc3\xa4\r\n-------abcd$\r\n"),
	  "200 O\\09K abcd\n" T_PATHS "X-A: \\09b\\c3\\a4\nend $\nidle\n" },
	{ "all that a header name may be made of",
	  IN(SEND "X!#$%&'*+-.09AZ^_`az{|}~: 1\r\n-------abcd$\r\n"),
	  T_SEND "X!#$%&'*+-.09AZ^_`az{|}~: 1\nend $\nidle\n" },
	{ "paths of more than one URI",
	  IN("MSRP abcd 200 OK\r\nTo-Path: " BOB " " ALICE "\r\nFrom-Path: " ALICE " " BOB
	     "\r\n-------abcd$\r\n"),
	  "200 OK abcd\nto " BOB " " ALICE "\nfrom " ALICE " " BOB "\nend $\nidle\n" },

	/* What is not complete. */
	{ "half a start line", IN("MSRP ab"), "unfinished\n" },
	{ "a head without its end", IN(SEND), "unfinished\n" },
	{ "a body without its end", IN(SEND "\r\nx\r\n-------abcd$\r"),
	  T_SEND "body x\nunfinished\n" },
	{ "the beginning of a second message", IN(SEND "-------abcd$\r\nM"),
	  T_SEND "end $\nunfinished\n" },

/* A head that is wrong, but not so that nobody could be answered: the framing goes on. */
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
	{ "a method in small letters", IN("MSRP abcd Send\r\n" PATHS "-------abcd$\r\n"),
	  "bad: the start line is not one\n" },
	{ "a status of two digits", IN("MSRP abcd 20\r\n" PATHS "-------abcd$\r\n"),
	  "bad: the start line is not one\n" },
	{ "a status of four digits", IN("MSRP abcd 2000\r\n" PATHS "-------abcd$\r\n"),
	  "bad: the start line is not one\n" },
	{ "an id that is too short", IN("MSRP abc SEND\r\n" PATHS "-------abc$\r\n"),
	  "bad: the start line is not one\n" },
	{ "an id that is too long",
	  IN("MSRP a23456789012345678901234567890123 SEND\r\n" PATHS
	     "-------a23456789012345678901234567890123$\r\n"),
	  "bad: the start line is not one\n" },
	{ "an id that begins with a hyphen", IN("MSRP -bcd SEND\r\n" PATHS "--------bcd$\r\n"),
	  "bad: the start line is not one\n" },
	{ "no header at all", IN("MSRP abcd SEND\r\n-------abcd$\r\n"),
	  "bad: To-Path or From-Path is missing\n" },
	{ "no From-Path", IN("MSRP abcd SEND\r\nTo-Path: " BOB "\r\n\r\n"),
	  "bad: To-Path or From-Path is missing\n" },
	{ "another header in place of To-Path", IN("MSRP abcd SEND\r\nX-A: b\r\n" PATHS "\r\n"),
	  "bad: To-Path is missing or malformed\n" },
	{ "another header in place of From-Path",
	  IN("MSRP abcd SEND\r\nTo-Path: " BOB "\r\nMessage-ID: 1234\r\n-------abcd$\r\n"),
	  "bad: From-Path is missing or malformed\n" },
	{ "a path that is none",
	  IN("MSRP abcd SEND\r\nTo-Path: bob\r\nFrom-Path: " ALICE "\r\n-------abcd$\r\n"),
	  "bad: To-Path is missing or malformed\n" },
	{ "seventeen URIs in a path",
#define FOUR BOB " " BOB " " BOB " " BOB " "
	  IN("MSRP abcd SEND\r\nTo-Path: " FOUR FOUR FOUR FOUR BOB "\r\nFrom-Path: " ALICE
	     "\r\n-------abcd$\r\n"),
	  "too long: To-Path is missing or malformed\n" },
};

struct run {
	const struct example *example;
	struct support_trace trace;
};

static void begin_run(void *arg)
{
	struct run *run = arg;

	support_trace_init(&run->trace);
}

static void feed_run(void *arg, const uint8_t *in, size_t len)
{
	struct run *run = arg;

	support_trace_feed(&run->trace, in, len);
}

static void end_run(void *arg)
{
	struct run *run = arg;
	const char *got = support_trace_finish(&run->trace);

	if (strcmp(got, run->example->want) != 0)
		ck_abort_msg("%s:\n%s-- wanted:\n%s", run->example->what, got, run->example->want);
	if (run->trace.result == 0 && msrp_parser_is_idle(&run->trace.parser))
		ck_assert_ptr_null(run->trace.parser.partial.block);
	support_trace_done(&run->trace);
}

static void check_example(const struct example *example)
{
	struct run run = { .example = example };

	support_feed_all(example->in.p, example->in.len, begin_run, feed_run, end_run, &run);
}

START_TEST(examples_are_understood_however_they_come)
{
	check_example(&examples[_i]);
}
END_TEST

START_TEST(a_body_may_have_every_byte)
{
	static const char before[] = SEND "\r\n";
	static const char after[] = "\r\n-------abcd$\r\n";
	struct buf in = { 0 }, want = { 0 };

	buf_add_slice(&in, SLICE(before));
	buf_add_slice(&want, SLICE(T_SEND "body "));
	for (unsigned i = 0; i < 256; i++) {
		char escaped[4];

		buf_add_char(&in, (char)i);
		snprintf(escaped, sizeof(escaped), "\\%02x", i);
		if (i == '\r' || i == '\n')
			buf_add_slice(&want, i == '\r' ? SLICE("\\r") : SLICE("\\n"));
		else if (i < 0x20 || i > 0x7e || i == '\\')
			buf_add_slice(&want, slice_from(escaped));
		else
			buf_add_char(&want, (char)i);
	}
	buf_add_slice(&in, SLICE(after));
	buf_add(&want, "\nend $\nidle\n", sizeof("\nend $\nidle\n"));
	check_example(&(struct example){ "every byte", buf_slice(&in), buf_slice(&want).p });
	buf_done(&in);
	buf_done(&want);
}
END_TEST

static const struct {
	size_t n_headers;
	const char *last_line;
} many_headers[] = {
	{ MSRP_HEADERS_MAX, "idle\n" },
	{ MSRP_HEADERS_MAX + 1, "too long: too many header lines\n" },
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
	{ MSRP_HEAD_MAX + 1, true, "too long: the head is too long\n" },
	{ MSRP_HEAD_MAX - 1, false, "unfinished\n" },
	{ MSRP_HEAD_MAX, false, "too long: the head is too long\n" },
	{ 100 * 1024, false, "too long: the head is too long\n" },
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

enum { CALLBACK_ERROR = -123 };

struct refuser {
	unsigned calls_left;
	unsigned calls;
};

static int refuse(struct refuser *refuser)
{
	refuser->calls++;
	return refuser->calls_left-- == 0 ? CALLBACK_ERROR : 0;
}

static int refuse_head(void *arg, const struct msrp_message *m)
{
	return refuse(arg);
}

static int refuse_body(void *arg, const uint8_t *bytes, size_t len)
{
	return refuse(arg);
}

static int refuse_end(void *arg, char flag)
{
	return refuse(arg);
}

static const struct msrp_parser_user refusing_user = {
	.head = refuse_head,
	.body = refuse_body,
	.end = refuse_end,
};

START_TEST(an_error_of_a_callback_ends_the_run)
{
	static const char in[] = SEND "\r\nx\r\n-------abcd$\r\n" SEND "-------abcd$\r\n";
	struct refuser refuser = { .calls_left = (unsigned)_i };
	struct msrp_parser parser;

	msrp_parser_init(&parser, &refusing_user, &refuser);
	ck_assert_int_eq(msrp_parser_feed(&parser, (const uint8_t *)in, sizeof(in) - 1),
			 CALLBACK_ERROR);
	ck_assert_uint_eq(refuser.calls, (unsigned)_i + 1);
	ck_assert(!msrp_parser_is_idle(&parser));
	ck_assert_int_ne(msrp_parser_feed(&parser, (const uint8_t *)in, sizeof(in) - 1), 0);
	ck_assert_uint_eq(refuser.calls, (unsigned)_i + 1);
	msrp_parser_done(&parser);
}
END_TEST

enum { BODY_FRAGMENTS_MAX = 40, SEEDS = 20, ROUNDS = 100 };

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void add_random_body(struct buf *in, uint32_t *seed)
{
	static const char *const fragments[] = {
		"\r",
		"\n",
		"-",
		"\r\n",
		"\r\n-",
		"------",
		"-------",
		"\r\n-------",
		"\r\n-------a",
		"\r\n-------abc",
		"\r\n-------abcd",
		"\r\n-------abcd$",
		"\r\n-------abcd+\r",
		"-------abcd#\r",
		"-------abcd$",
		"abcd",
		"$",
		"#\r",
		"x",
		"MSRP abcd SEND\r\n",
	};
	size_t n = next_random(seed) % BODY_FRAGMENTS_MAX;

	for (size_t i = 0; i < n; i++)
		buf_add_slice(in,
			      slice_from(fragments[next_random(seed) % SUPPORT_COUNT(fragments)]));
}

/* Is there an end-line in BODY or where it meets the real one? The blank line's CRLF may be part of it. */
static bool has_end_line(struct slice body)
{
	static const char *const end_lines[] = { "\r\n-------abcd$\r\n", "\r\n-------abcd+\r\n",
						 "\r\n-------abcd#\r\n" };
	struct buf whole = { 0 };
	bool found = false;

	buf_add_slice(&whole, SLICE("\r\n"));
	buf_add_slice(&whole, body);
	buf_add_slice(&whole, SLICE("\r\n-------abcd"));
	for (size_t i = 0; i < SUPPORT_COUNT(end_lines); i++)
		found |= memmem(whole.block, whole.len, end_lines[i], 16) != NULL;
	buf_done(&whole);
	return found;
}

struct collector {
	struct buf body;
	unsigned n_ends;
};

static int collect_head(void *arg, const struct msrp_message *m)
{
	return 0;
}

static int collect_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct collector *collector = arg;

	buf_add(&collector->body, bytes, len);
	return 0;
}

static int collect_end(void *arg, char flag)
{
	struct collector *collector = arg;

	collector->n_ends++;
	return flag == '$' ? 0 : CALLBACK_ERROR;
}

static const struct msrp_parser_user collecting_user = {
	.head = collect_head,
	.body = collect_body,
	.end = collect_end,
};

static void check_random_cuts(struct slice in, struct slice body, uint32_t *seed)
{
	struct collector collector = { 0 };
	struct msrp_parser parser;

	msrp_parser_init(&parser, &collecting_user, &collector);
	for (size_t at = 0; at < in.len;) {
		size_t step = 1 + next_random(seed) % 23;
		size_t len = in.len - at < step ? in.len - at : step;
		uint8_t *guarded = support_guard_new(in.p + at, len);

		ck_assert_int_eq(msrp_parser_feed(&parser, guarded, len), 0);
		support_guard_free(guarded, len);
		at += len;
	}
	ck_assert(msrp_parser_is_idle(&parser));
	ck_assert_uint_eq(collector.n_ends, 1);
	ck_assert(slice_equal(buf_slice(&collector.body), body));
	msrp_parser_done(&parser);
	buf_done(&collector.body);
}

START_TEST(what_went_in_comes_out)
{
	static const char before[] = SEND "\r\n";
	uint32_t seed = (uint32_t)_i;
	unsigned checked = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct buf in = { 0 };
		struct slice body;

		buf_add_slice(&in, SLICE(before));
		add_random_body(&in, &seed);
		body = slice_skip(buf_slice(&in), sizeof(before) - 1);
		if (!has_end_line(body)) {
			buf_add_slice(&in, SLICE("\r\n-------abcd$\r\n"));
			body.p = (const char *)in.block + sizeof(before) - 1;
			check_random_cuts(buf_slice(&in), body, &seed);
			checked++;
		}
		buf_done(&in);
	}
	ck_assert_uint_gt(checked, ROUNDS / 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser");
	TCase *tcase = tcase_create("parser");

	tcase_add_loop_test(tcase, examples_are_understood_however_they_come, 0,
			    SUPPORT_COUNT(examples));
	tcase_add_test(tcase, a_body_may_have_every_byte);
	tcase_add_loop_test(tcase, headers_are_limited_in_number, 0, SUPPORT_COUNT(many_headers));
	tcase_add_loop_test(tcase, heads_are_limited_in_length, 0, SUPPORT_COUNT(long_heads));
	tcase_add_loop_test(tcase, an_error_of_a_callback_ends_the_run, 0, 5);
	tcase_add_loop_test(tcase, what_went_in_comes_out, 0, SEEDS);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
