/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removes secrets from heads that an operator sees: tests src/relay/trace/mask.c.
 */
#include "relay/trace/mask.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "msrp/parser.h"
#include "support/run.h"

static void add_line(void *arg, struct slice line)
{
	struct buf *out = arg;

	buf_add_slice(out, line);
	buf_add_char(out, '\n');
}

static int on_head(void *arg, const struct msrp_message *m)
{
	relay_mask_head(m, add_line, arg);
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user user = { .head = on_head, .body = on_body, .end = on_end };

static const struct {
	const char *line;
	const char *want;
} lines[] = {
	{ "Message-ID: 12339sdqwer", "Message-ID: 12339sdqwer" },
	{ "Content-Type: text/plain; a=\"b\"", "Content-Type: text/plain; a=\"b\"" },
	{ "Authorization: Digest username=\"alice\", response=\"00\"", "Authorization: ***" },
	{ "authorization: x", "authorization: ***" },
	{ "WWW-Authenticate: Digest nonce=\"n\"", "WWW-Authenticate: ***" },
	{ "Authentication-Info: nextnonce=\"n\"", "Authentication-Info: ***" },
	{ "X-Password: hunter2", "X-Password: ***" },
	{ "Use-Path: msrps://a.example.com:1/abcdefghij;tcp MSRPS://[::1]/klmnopqrst;tcp",
	  "Use-Path: msrps://a.example.com:1/abcdef***;tcp MSRPS://[::1]/klmnop***;tcp" },
	{ "Use-Path: msrps://a/abcdef;tcp msrp://b;tcp msrp://c/1234567",
	  "Use-Path: msrps://a/abcdef;tcp msrp://b;tcp msrp://c/123456***" },
	{ "Use-Path: msrps://", "Use-Path: msrps://" },
	{ "Use-Path: msrps:///", "Use-Path: msrps:///" },
	{ "Use-Path: ://a/b://c/1234567890", "Use-Path: ://a/b://c/***" },
};

START_TEST(of_a_session_id_the_beginning_is_shown)
{
	ck_assert(
	    slice_equal(relay_mask_session(SLICE("AbcdefghijklmnopqrstuvW")), SLICE("Abcdef")));
	ck_assert(slice_equal(relay_mask_session(SLICE("Abcde")), SLICE("Abcde")));
	ck_assert(relay_mask_session(slice_from(NULL)).len == 0);
}
END_TEST

START_TEST(secrets_of_a_header_are_masked)
{
	struct msrp_parser parser;
	struct buf out = { 0 };
	char text[1024], want[1024];
	int len = snprintf(text, sizeof(text),
			   "MSRP tid1 AUTH\r\nTo-Path: msrp://a:1/session789;tcp\r\n"
			   "From-Path: msrp://b:2/short;tcp\r\n%s\r\n-------tid1$\r\n",
			   lines[_i].line);

	msrp_parser_init(&parser, &user, &out);
	ck_assert_int_eq(msrp_parser_feed(&parser, (const uint8_t *)text, (size_t)len), 0);
	snprintf(want, sizeof(want),
		 "MSRP tid1 AUTH\nTo-Path: msrp://a:1/sessio***;tcp\n"
		 "From-Path: msrp://b:2/short;tcp\n%s\n",
		 lines[_i].want);
	ck_assert_msg(slice_equal(buf_slice(&out), slice_from(want)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&out)));
	msrp_parser_done(&parser);
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mask");
	TCase *tcase = tcase_create("mask");

	tcase_add_test(tcase, of_a_session_id_the_beginning_is_shown);
	tcase_add_loop_test(tcase, secrets_of_a_header_are_masked, 0,
			    (int)(sizeof(lines) / sizeof(lines[0])));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
