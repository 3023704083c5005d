/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "base/buf.h"
#include "msrp/path.h"
#include "msrp/result.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

#define A "msrps://a.example.com:2855/abc;tcp"
#define B "msrp://b.example.com:9000/d/e;tcp;x=y"
#define C "msrps://c@c.example.com;tcp"

START_TEST(a_path_of_one_uri_begins_and_ends_with_it)
{
	struct msrp_path_slices path;

	ck_assert_int_eq(msrp_path_parse(SLICE(A), &path), 0);
	ck_assert_uint_eq(path.n, 1);
	expect_slice(path.text, A);
	ck_assert_ptr_eq(msrp_path_first(&path), msrp_path_last(&path));
	expect_slice(msrp_path_from(&path, 0), A);
	expect_slice(msrp_path_from(&path, 1), "");
}
END_TEST

START_TEST(a_path_is_taken_apart_at_its_spaces)
{
	struct msrp_path_slices path;

	ck_assert_int_eq(msrp_path_parse(SLICE(A " " B " " C), &path), 0);
	ck_assert_uint_eq(path.n, 3);
	expect_slice(msrp_path_first(&path)->text, A);
	expect_slice(path.uri[1].text, B);
	expect_slice(path.uri[1].session_id, "d/e");
	expect_slice(msrp_path_last(&path)->text, C);
	expect_slice(msrp_path_from(&path, 0), A " " B " " C);
	expect_slice(msrp_path_from(&path, 1), B " " C);
	expect_slice(msrp_path_from(&path, 2), C);
	expect_slice(msrp_path_from(&path, 3), "");
}
END_TEST

START_TEST(spaces_at_its_end_do_not_count)
{
	struct msrp_path_slices path;

	ck_assert_int_eq(msrp_path_parse(SLICE(A " " B "  "), &path), 0);
	ck_assert_uint_eq(path.n, 2);
	expect_slice(path.text, A " " B);
	expect_slice(msrp_path_from(&path, 1), B);
}
END_TEST

static const char *const bad[] = {
	"",	 " ",		" " A,	       A "  " B,    A "\t" B,
	A "," B, A " nonsense", "nonsense " A, A "\r\n " B, A " " A A,
};

START_TEST(a_bad_path_is_refused)
{
	size_t len = strlen(bad[_i]);
	uint8_t *guarded = support_guard_new(bad[_i], len);
	struct msrp_path_slices path;

	ck_assert_int_eq(msrp_path_parse(slice_make(guarded, len), &path), MSRP_BAD);
	support_guard_free(guarded, len);
}
END_TEST

static struct slice repeat(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		buf_add_slice(out, SLICE(A));
	}
	return buf_slice(out);
}

START_TEST(a_path_may_be_long_but_not_endless)
{
	struct buf longest = { 0 }, too_long = { 0 };
	struct msrp_path_slices path;

	ck_assert_int_eq(msrp_path_parse(repeat(&longest, MSRP_PATH_MAX), &path), 0);
	ck_assert_uint_eq(path.n, MSRP_PATH_MAX);
	expect_slice(msrp_path_from(&path, MSRP_PATH_MAX - 1), A);
	ck_assert_int_eq(msrp_path_parse(repeat(&too_long, MSRP_PATH_MAX + 1), &path),
			 MSRP_TOO_LONG);
	buf_done(&longest);
	buf_done(&too_long);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("path");

	tcase_add_test(tcase, a_path_of_one_uri_begins_and_ends_with_it);
	tcase_add_test(tcase, a_path_is_taken_apart_at_its_spaces);
	tcase_add_test(tcase, spaces_at_its_end_do_not_count);
	tcase_add_loop_test(tcase, a_bad_path_is_refused, 0, SUPPORT_COUNT(bad));
	tcase_add_test(tcase, a_path_may_be_long_but_not_endless);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
