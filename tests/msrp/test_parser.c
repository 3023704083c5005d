/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdio.h>

#include "base/buf.h"
#include "msrp/parser.h"
#include "support/example.h"
#include "support/expect.h"
#include "support/run.h"

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

	/* Incomplete messages. */
	{ "half a start line", IN("MSRP ab"), "unfinished\n" },
	{ "a head without its end", IN(SEND), "unfinished\n" },
	{ "a body without its end", IN(SEND "\r\nx\r\n-------abcd$\r"),
	  T_SEND "body x\nunfinished\n" },
	{ "the beginning of a second message", IN(SEND "-------abcd$\r\nM"),
	  T_SEND "end $\nunfinished\n" },
};

START_TEST(examples_are_understood_however_they_come)
{
	example_check(&examples[_i]);
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
	example_check(&(struct example){ "every byte", buf_slice(&in), buf_slice(&want).p });
	buf_done(&in);
	buf_done(&want);
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

int main(void)
{
	Suite *suite = suite_create("parser");
	TCase *tcase = tcase_create("parser");

	tcase_add_loop_test(tcase, examples_are_understood_however_they_come, 0,
			    SUPPORT_COUNT(examples));
	tcase_add_test(tcase, a_body_may_have_every_byte);
	tcase_add_loop_test(tcase, an_error_of_a_callback_ends_the_run, 0, 5);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
