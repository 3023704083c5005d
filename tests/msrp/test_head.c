/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "msrp/parser.h"
#include "support/expect.h"
#include "support/run.h"

#define PATHS                                                                                      \
	"To-Path: msrp://bob.example.com:8888/9di4ea;tcp\r\n"                                      \
	"From-Path: msrp://alice.example.com:7777/iau39;tcp\r\n"

static int keep_message(void *arg, const struct msrp_message *m)
{
	struct msrp_message *kept = arg;

	*kept = *m;
	return 0;
}

static int ignore_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int ignore_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user keeper = {
	.head = keep_message,
	.body = ignore_body,
	.end = ignore_end,
};

static void parse_head(const char *in, struct msrp_message *ret_message)
{
	struct msrp_parser parser;

	msrp_parser_init(&parser, &keeper, ret_message);
	ck_assert_int_eq(msrp_parser_feed(&parser, (const uint8_t *)in, strlen(in)), 0);
	msrp_parser_done(&parser);
}

START_TEST(values_are_taken_from_the_headers)
{
	struct msrp_message m;

	parse_head("MSRP abcd SEND\r\n" PATHS "Message-ID: m1\r\nByte-Range: 5-*/9\r\n"
		   "Success-Report: YES\r\nFailure-Report: Partial\r\n"
		   "Content-Type: text/plain\r\n\r\nx\r\n-------abcd$\r\n",
		   &m);
	ck_assert(m.is_request && m.method == MSRP_SEND && m.has_body && m.has_range);
	expect_slice(m.message_id, "m1");
	expect_slice(m.content_type, "text/plain");
	ck_assert_uint_eq(m.range.start, 5);
	ck_assert_uint_eq(m.range.end, MSRP_RANGE_UNKNOWN);
	ck_assert_uint_eq(m.range.total, 9);
	ck_assert(m.success_report);
	ck_assert_int_eq(m.failure_report, MSRP_FAILURE_PARTIAL);
	ck_assert_uint_eq(m.n_headers, 5);
	expect_slice(m.header[1].name, "Byte-Range");
	expect_slice(m.header[1].value, "5-*/9");
	ck_assert_int_eq(m.header[1].id, MSRP_H_BYTE_RANGE);
}
END_TEST

START_TEST(values_have_defaults)
{
	struct msrp_message m;

	parse_head("MSRP abcd SEND\r\n" PATHS "Message-ID: m1\r\n-------abcd$\r\n", &m);
	ck_assert(!m.has_body && !m.has_range && !m.success_report && !m.problem);
	ck_assert_int_eq(m.failure_report, MSRP_FAILURE_YES);
	ck_assert_uint_eq(m.content_type.len, 0);
	ck_assert_uint_eq(m.range.start, 1);
	ck_assert_uint_eq(m.range.end, MSRP_RANGE_UNKNOWN);
	ck_assert_uint_eq(m.range.total, MSRP_RANGE_UNKNOWN);
}
END_TEST

static const struct {
	const char *name;
	bool is_request;
	enum msrp_method method;
	unsigned status;
} methods[] = {
	{ "SEND", true, MSRP_SEND, 0 },	 { "REPORT", true, MSRP_REPORT, 0 },
	{ "AUTH", true, MSRP_AUTH, 0 },	 { "SENDX", true, MSRP_OTHER, 0 },
	{ "X", true, MSRP_OTHER, 0 },	 { "200 OK", false, MSRP_OTHER, 200 },
	{ "007", false, MSRP_OTHER, 7 },
};

START_TEST(methods_are_told_apart)
{
	struct msrp_message m;
	char in[256];

	snprintf(in, sizeof(in), "MSRP abcd %s\r\n" PATHS "-------abcd$\r\n", methods[_i].name);
	parse_head(in, &m);
	ck_assert_int_eq(m.is_request, methods[_i].is_request);
	ck_assert_int_eq(m.method, methods[_i].method);
	ck_assert_uint_eq(m.status, methods[_i].status);
	expect_slice(m.method_name, methods[_i].is_request ? methods[_i].name : "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("head");
	TCase *tcase = tcase_create("head");

	tcase_add_test(tcase, values_are_taken_from_the_headers);
	tcase_add_test(tcase, values_have_defaults);
	tcase_add_loop_test(tcase, methods_are_told_apart, 0, SUPPORT_COUNT(methods));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
