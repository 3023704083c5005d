/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "msrp/report.h"
#include "msrp/result.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const unsigned known_codes[] = {
	MSRP_OK,	 MSRP_BAD_REQUEST,    MSRP_UNAUTHORIZED,      MSRP_FORBIDDEN,
	MSRP_TIMEOUT,	 MSRP_STOP_SENDING,   MSRP_UNSUPPORTED_MEDIA, MSRP_INTERVAL_OUT_OF_BOUNDS,
	MSRP_NO_SESSION, MSRP_UNKNOWN_METHOD, MSRP_SESSION_IN_USE,
};

START_TEST(each_known_code_has_words_and_no_other_has)
{
	size_t n_words = 0;

	for (size_t i = 0; i < SUPPORT_COUNT(known_codes); i++)
		ck_assert_str_ne(msrp_status_comment(known_codes[i]), "");
	for (unsigned code = 0; code < 1000; code++)
		n_words += *msrp_status_comment(code) != '\0';
	ck_assert_uint_eq(n_words, SUPPORT_COUNT(known_codes));
	ck_assert_str_eq(msrp_status_comment(200), "OK");
	ck_assert_str_eq(msrp_status_comment(423), "Interval Out-of-Bounds"); /* RFC 4976 5.1 */
}
END_TEST

static const struct {
	const char *text;
	unsigned name_space;
	unsigned code;
	const char *comment;
} good[] = {
	{ "000 200 OK", 0, 200, "OK" },
	{ "000 413", 0, 413, "" },
	{ "000 413 ", 0, 413, "" },
	{ "123 007 two  words", 123, 7, "two  words" },
};

START_TEST(a_status_is_taken_apart)
{
	size_t len = strlen(good[_i].text);
	uint8_t *guarded = support_guard_new(good[_i].text, len);
	struct msrp_status_value status;

	ck_assert_int_eq(msrp_status_parse(slice_make(guarded, len), &status), 0);
	ck_assert_uint_eq(status.name_space, good[_i].name_space);
	ck_assert_uint_eq(status.code, good[_i].code);
	expect_slice(status.comment, good[_i].comment);
	support_guard_free(guarded, len);
}
END_TEST

static const char *const bad[] = {
	"",	    "000",	   "000 ",     "000 20",   "00 200",  "0000 200",
	"000 2000", "000  200",	   " 000 200", "000\t200", "000-200", "000 20x OK",
	"0x0 200",  "000 200\tOK", "200 OK",   "000 -20",  "000 000", "000 000 OK",
};

START_TEST(a_bad_status_is_refused_and_leaves_the_result_alone)
{
	size_t len = strlen(bad[_i]);
	uint8_t *guarded = support_guard_new(bad[_i], len);
	struct msrp_status_value status = { .code = 4711 };

	ck_assert_msg(msrp_status_parse(slice_make(guarded, len), &status) == MSRP_BAD, "\"%s\"",
		      bad[_i]);
	ck_assert_uint_eq(status.code, 4711);
	support_guard_free(guarded, len);
}
END_TEST

/* The REPORT of RFC 4975 11.6, in the order of headers that all our REPORTs have. */
START_TEST(a_report_is_written)
{
	const struct msrp_report report = {
		.id = SLICE("dkei38sd"),
		.to_path = SLICE("msrp://alicepc.example.com:7777/iau39soe2843z;tcp"),
		.from_path = SLICE("msrp://bob.example.com:8888/9di4eae923wzd;tcp"),
		.message_id = SLICE("12339sdqwer"),
		.range = { 1, 106, 106 },
		.code = MSRP_OK,
	};
	struct buf out = { 0 };

	msrp_report_write(&report, &out);
	expect_slice(buf_slice(&out),
		     "MSRP dkei38sd REPORT\r\n"
		     "To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp\r\n"
		     "From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp\r\n"
		     "Message-ID: 12339sdqwer\r\n"
		     "Byte-Range: 1-106/106\r\n"
		     "Status: 000 200 OK\r\n"
		     "-------dkei38sd$\r\n");
	buf_done(&out);
}
END_TEST

static const struct {
	unsigned code;
	const char *comment;
	const char *line;
} comments[] = {
	{ 408, NULL, "\r\nStatus: 000 408 Downstream Timeout\r\n" },
	{ 408, "Bob is away", "\r\nStatus: 000 408 Bob is away\r\n" },
	{ 408, "", "\r\nStatus: 000 408\r\n" },
	{ 499, NULL, "\r\nStatus: 000 499\r\n" },
};

START_TEST(a_report_says_why_in_given_words_or_in_ours)
{
	const struct msrp_report report = { .id = SLICE("abcd"),
					    .range = { 1, 0, MSRP_RANGE_UNKNOWN },
					    .code = comments[_i].code,
					    .comment = comments[_i].comment };
	struct buf out = { 0 };

	msrp_report_write(&report, &out);
	buf_add_char(&out, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)buf_data(&out), comments[_i].line));
	ck_assert_ptr_nonnull(strstr((const char *)buf_data(&out), "\r\nByte-Range: 1-0/*\r\n"));
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report");
	TCase *tcase = tcase_create("report");

	tcase_add_test(tcase, each_known_code_has_words_and_no_other_has);
	tcase_add_loop_test(tcase, a_status_is_taken_apart, 0, SUPPORT_COUNT(good));
	tcase_add_loop_test(tcase, a_bad_status_is_refused_and_leaves_the_result_alone, 0,
			    SUPPORT_COUNT(bad));
	tcase_add_test(tcase, a_report_is_written);
	tcase_add_loop_test(tcase, a_report_says_why_in_given_words_or_in_ours, 0,
			    SUPPORT_COUNT(comments));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
