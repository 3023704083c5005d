/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "msrp/writer.h"
#include "support/expect.h"
#include "support/run.h"

#define ALICE "msrp://alice.example.com:7777/iau39;tcp"
#define BOB   "msrp://bob.example.com:8888/9di4ea;tcp"

/* The example of RFC 4975 section 4, and a body that ends without a line end. */
START_TEST(a_request_with_a_body_is_written)
{
	const struct msrp_range range = { 1, 16, 16 };
	struct buf out = { 0 };

	msrp_write_request(&out, SLICE("a786hjs2"), SLICE("SEND"));
	msrp_write_header(&out, MSRP_H_TO_PATH, SLICE(BOB));
	msrp_write_header(&out, MSRP_H_FROM_PATH, SLICE(ALICE));
	msrp_write_header(&out, MSRP_H_MESSAGE_ID, SLICE("87652491"));
	msrp_write_range(&out, &range);
	msrp_write_line(&out, SLICE("X-Unknown:  kept  as it was "));
	msrp_write_header(&out, MSRP_H_CONTENT_TYPE, SLICE("text/plain"));
	msrp_write_body_start(&out);
	buf_add_slice(&out, SLICE("Hey Bob, are you"));
	msrp_write_end(&out, SLICE("a786hjs2"), '+', true);
	ck_assert(!buf_failed(&out));
	expect_slice(buf_slice(&out), "MSRP a786hjs2 SEND\r\n"
				      "To-Path: " BOB "\r\n"
				      "From-Path: " ALICE "\r\n"
				      "Message-ID: 87652491\r\n"
				      "Byte-Range: 1-16/16\r\n"
				      "X-Unknown:  kept  as it was \r\n"
				      "Content-Type: text/plain\r\n"
				      "\r\n"
				      "Hey Bob, are you\r\n"
				      "-------a786hjs2+\r\n");
	buf_done(&out);
}
END_TEST

START_TEST(a_response_is_written)
{
	struct buf out = { 0 };

	msrp_write_response(&out, SLICE("a786hjs2"), 200, SLICE("OK"));
	msrp_write_header(&out, MSRP_H_TO_PATH, SLICE(ALICE));
	msrp_write_header(&out, MSRP_H_FROM_PATH, SLICE(BOB));
	msrp_write_end(&out, SLICE("a786hjs2"), '$', false);
	expect_slice(buf_slice(&out), "MSRP a786hjs2 200 OK\r\n"
				      "To-Path: " ALICE "\r\n"
				      "From-Path: " BOB "\r\n"
				      "-------a786hjs2$\r\n");
	buf_done(&out);
}
END_TEST

static const struct {
	unsigned code;
	const char *comment;
	const char *response;
	const char *status;
} codes[] = {
	{ 200, "OK", "MSRP abcd 200 OK\r\n", "Status: 000 200 OK\r\n" },
	{ 481, "", "MSRP abcd 481\r\n", "Status: 000 481\r\n" },
	{ 481, NULL, "MSRP abcd 481\r\n", "Status: 000 481\r\n" },
	{ 7, "two words", "MSRP abcd 007 two words\r\n", "Status: 000 007 two words\r\n" },
	{ 999, "", "MSRP abcd 999\r\n", "Status: 000 999\r\n" },
};

START_TEST(codes_have_three_digits_and_comments_are_optional)
{
	struct buf out = { 0 };

	msrp_write_response(&out, SLICE("abcd"), codes[_i].code, slice_from(codes[_i].comment));
	expect_slice(buf_slice(&out), codes[_i].response);
	buf_clear(&out);
	msrp_write_status(&out, codes[_i].code, slice_from(codes[_i].comment));
	expect_slice(buf_slice(&out), codes[_i].status);
	buf_done(&out);
}
END_TEST

static const struct {
	const char *first;
	const char *rest;
	const char *line;
} paths[] = {
	{ ALICE, BOB " " BOB, "From-Path: " ALICE " " BOB " " BOB "\r\n" },
	{ ALICE, "", "From-Path: " ALICE "\r\n" },
	{ NULL, BOB, "From-Path: " BOB "\r\n" },
};

START_TEST(a_path_is_joined_by_one_space)
{
	struct buf out = { 0 };

	msrp_write_path(&out, MSRP_H_FROM_PATH, slice_from(paths[_i].first),
			slice_from(paths[_i].rest));
	expect_slice(buf_slice(&out), paths[_i].line);
	buf_done(&out);
}
END_TEST

START_TEST(a_failed_buffer_takes_no_half_lines)
{
	struct buf out = { 0 };

	msrp_write_line(&out, SLICE("a"));
	ck_assert_ptr_null(buf_reserve(&out, SIZE_MAX / 2));
	msrp_write_line(&out, SLICE("b"));
	msrp_write_end(&out, SLICE("abcd"), '$', true);
	ck_assert(buf_failed(&out));
	expect_slice(buf_slice(&out), "a\r\n");
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("writer");
	TCase *tcase = tcase_create("writer");

	tcase_add_test(tcase, a_request_with_a_body_is_written);
	tcase_add_test(tcase, a_response_is_written);
	tcase_add_loop_test(tcase, codes_have_three_digits_and_comments_are_optional, 0,
			    SUPPORT_COUNT(codes));
	tcase_add_loop_test(tcase, a_path_is_joined_by_one_space, 0, SUPPORT_COUNT(paths));
	tcase_add_test(tcase, a_failed_buffer_takes_no_half_lines);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
