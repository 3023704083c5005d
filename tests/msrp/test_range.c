/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "msrp/range.h"
#include "msrp/result.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const struct {
	const char *text;
	struct msrp_range range;
} good[] = {
	{ "1-25/25", { 1, 25, 25 } },
	{ "1-*/*", { 1, MSRP_RANGE_UNKNOWN, MSRP_RANGE_UNKNOWN } },
	{ "2049-*/100000", { 2049, MSRP_RANGE_UNKNOWN, 100000 } },
	{ "1-0/0", { 1, 0, 0 } },
	{ "1-0/*", { 1, 0, MSRP_RANGE_UNKNOWN } },
	{ "26-25/25", { 26, 25, 25 } },
	{ "5-10/4", { 5, 10, 4 } },
	{ "18446744073709551614-18446744073709551614/18446744073709551614",
	  { UINT64_MAX - 1, UINT64_MAX - 1, UINT64_MAX - 1 } },
};

START_TEST(a_range_is_read_and_written)
{
	size_t len = strlen(good[_i].text);
	uint8_t *guarded = support_guard_new(good[_i].text, len);
	struct msrp_range range;
	struct buf out = { 0 };

	ck_assert_int_eq(msrp_range_parse(slice_make(guarded, len), &range), 0);
	ck_assert_uint_eq(range.start, good[_i].range.start);
	ck_assert_uint_eq(range.end, good[_i].range.end);
	ck_assert_uint_eq(range.total, good[_i].range.total);
	msrp_range_format(&range, &out);
	expect_slice(buf_slice(&out), good[_i].text);
	buf_done(&out);
	support_guard_free(guarded, len);
}
END_TEST

START_TEST(leading_zeros_do_no_harm)
{
	struct msrp_range range;

	ck_assert_int_eq(msrp_range_parse(SLICE("000000000000000000000001-002/03"), &range), 0);
	ck_assert_uint_eq(range.start, 1);
	ck_assert_uint_eq(range.end, 2);
	ck_assert_uint_eq(range.total, 3);
}
END_TEST

static const char *const bad[] = {
	"",
	"1",
	"1-",
	"1-2",
	"1-2/",
	"-2/3",
	"1/3",
	"1-/3",
	"*-2/3",
	"0-2/3",
	"0-0/0",
	"5-3/9",
	"5-9/3",
	"1-2/3 ",
	" 1-2/3",
	"1 -2/3",
	"1- 2/3",
	"1-2/3/4",
	"1-2/3x",
	"1-**/3",
	"1-2*/3",
	"1-2/3*",
	"+1-2/3",
	"1--2/3",
	"0x1-2/3",
	"1-2\\3",
	"1-2/-3",
	"a-b/c",
	"1:2/3",
	/* The number reserved for '*', and numbers that would wrap around. */
	"18446744073709551615-*/*",
	"1-18446744073709551615/*",
	"1-*/18446744073709551615",
	"18446744073709551617-*/*",
	"1-*/36893488147419103233",
	"1-*/100000000000000000000",
};

START_TEST(a_bad_range_is_refused_and_leaves_the_result_alone)
{
	size_t len = strlen(bad[_i]);
	uint8_t *guarded = support_guard_new(bad[_i], len);
	struct msrp_range range = { .start = 4711 };

	ck_assert_msg(msrp_range_parse(slice_make(guarded, len), &range) == MSRP_BAD, "\"%s\"",
		      bad[_i]);
	ck_assert_uint_eq(range.start, 4711);
	support_guard_free(guarded, len);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("range");
	TCase *tcase = tcase_create("range");

	tcase_add_loop_test(tcase, a_range_is_read_and_written, 0, SUPPORT_COUNT(good));
	tcase_add_test(tcase, leading_zeros_do_no_harm);
	tcase_add_loop_test(tcase, a_bad_range_is_refused_and_leaves_the_result_alone, 0,
			    SUPPORT_COUNT(bad));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
