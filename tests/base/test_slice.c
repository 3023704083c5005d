/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdlib.h>

#include "base/slice.h"
#include "support/oom.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const struct {
	const char *a;
	const char *b;
	bool equal;
	bool equal_nocase;
} pairs[] = {
	{ "", "", true, true },
	{ NULL, "", true, true },
	{ "To-Path", "To-Path", true, true },
	{ "To-Path", "to-pATH", false, true },
	{ "To-Path", "To-Pat", false, false },
	{ "To-Path", "To-Pats", false, false },
	{ "@[`{", "`{@[", false, false }, /* neighbours of letters are no letters */
	{ "\xc4", "\xe4", false, false }, /* nor are those of Latin-1 */
	{ "a\rb", "a-b", false, false },
};

START_TEST(equality_with_and_without_case)
{
	struct slice a = slice_from(pairs[_i].a), b = slice_from(pairs[_i].b);

	ck_assert_int_eq(slice_equal(a, b), pairs[_i].equal);
	ck_assert_int_eq(slice_equal_nocase(a, b), pairs[_i].equal_nocase);
	ck_assert_int_eq(slice_equal_nocase(b, a), pairs[_i].equal_nocase);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	uint64_t value;
} numbers[] = {
	{ "0", true, 0 },
	{ "7", true, 7 },
	{ "0042", true, 42 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "184467440737095516150", false, 0 },
	{ "", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1a", false, 0 },
	{ "/", false, 0 },
	{ ":", false, 0 },
	{ "\xb2", false, 0 },
};

START_TEST(numbers_are_digits_that_fit)
{
	size_t len = strlen(numbers[_i].text);
	uint8_t *guarded = support_guard_new(numbers[_i].text, len);
	uint64_t value = 4711;

	ck_assert_int_eq(slice_to_u64(slice_make(guarded, len), &value), numbers[_i].good);
	ck_assert_uint_eq(value, numbers[_i].good ? numbers[_i].value : 4711);
	support_guard_free(guarded, len);
}
END_TEST

START_TEST(a_character_is_found_where_it_first_stands)
{
	ck_assert_uint_eq(slice_find(SLICE("a b c"), ' '), 1);
	ck_assert_uint_eq(slice_find(SLICE("a b c"), 'a'), 0);
	ck_assert_uint_eq(slice_find(SLICE("a b c"), 'c'), 4);
	ck_assert_uint_eq(slice_find(SLICE("a b c"), 'd'), 5);
	ck_assert_uint_eq(slice_find(slice_from(NULL), 'd'), 0);
	ck_assert_uint_eq(slice_find(slice_first(SLICE("abc"), 2), 'c'), 2);
}
END_TEST

START_TEST(a_prefix_is_told_from_what_is_none)
{
	ck_assert(slice_starts_with(SLICE("MSRP abc"), SLICE("MSRP ")));
	ck_assert(slice_starts_with(SLICE("MSRP "), SLICE("MSRP ")));
	ck_assert(slice_starts_with(SLICE("MSRP"), slice_from(NULL)));
	ck_assert(!slice_starts_with(SLICE("MSRP"), SLICE("MSRP ")));
	ck_assert(!slice_starts_with(SLICE("msrp "), SLICE("MSRP ")));
}
END_TEST

START_TEST(parts_share_the_bytes_of_the_whole)
{
	struct slice whole = SLICE("one two");

	expect_slice(slice_first(whole, 3), "one");
	expect_slice(slice_skip(whole, 4), "two");
	expect_slice(slice_skip(whole, 7), "");
	expect_slice(slice_skip(slice_from(NULL), 0), "");
	ck_assert_ptr_eq(slice_skip(whole, 4).p, whole.p + 4);
}
END_TEST

START_TEST(a_copy_is_terminated_and_independent)
{
	char text[] = "abc";
	char *copy = slice_dup(slice_make(text, 2));
	char *empty = slice_dup(slice_from(NULL));

	text[0] = 'x';
	ck_assert_str_eq(copy, "ab");
	ck_assert_str_eq(empty, "");
	free(copy);
	free(empty);
}
END_TEST

START_TEST(without_memory_there_is_no_copy)
{
	char *copy;

	support_oom_start(0, true);
	copy = slice_dup(SLICE("abc"));
	support_oom_stop();
	ck_assert_ptr_null(copy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slice");
	TCase *tcase = tcase_create("slice");

	tcase_add_loop_test(tcase, equality_with_and_without_case, 0, SUPPORT_COUNT(pairs));
	tcase_add_loop_test(tcase, numbers_are_digits_that_fit, 0, SUPPORT_COUNT(numbers));
	tcase_add_test(tcase, a_character_is_found_where_it_first_stands);
	tcase_add_test(tcase, a_prefix_is_told_from_what_is_none);
	tcase_add_test(tcase, parts_share_the_bytes_of_the_whole);
	tcase_add_test(tcase, a_copy_is_terminated_and_independent);
	tcase_add_test(tcase, without_memory_there_is_no_copy);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
