/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "base/buf.h"
#include "support/oom.h"
#include "support/expect.h"
#include "support/run.h"

START_TEST(a_zeroed_buffer_is_empty)
{
	struct buf b = { 0 };

	ck_assert_uint_eq(buf_slice(&b).len, 0);
	ck_assert(!buf_failed(&b));
	buf_consume(&b, 0);
	buf_truncate(&b, 0);
	buf_clear(&b);
	buf_add(&b, NULL, 0);
	ck_assert_ptr_null(b.block);
	buf_done(&b);
}
END_TEST

START_TEST(what_is_added_at_the_back_comes_out_at_the_front)
{
	struct buf b = { 0 };

	buf_add(&b, "ab", 2);
	buf_add_slice(&b, SLICE("cde"));
	buf_add_char(&b, 'f');
	expect_slice(buf_slice(&b), "abcdef");
	buf_consume(&b, 2);
	expect_slice(buf_slice(&b), "cdef");
	buf_truncate(&b, 3);
	expect_slice(buf_slice(&b), "cde");
	buf_consume(&b, 3);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.start, 0);
	buf_done(&b);
}
END_TEST

static const struct {
	uint64_t value;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ 9, "9" },
	{ 10, "10" },
	{ 2855, "2855" },
	{ UINT64_MAX, "18446744073709551615" },
};

START_TEST(numbers_are_written_in_decimal)
{
	struct buf b = { 0 };

	buf_add_u64(&b, numbers[_i].value);
	expect_slice(buf_slice(&b), numbers[_i].text);
	buf_done(&b);
}
END_TEST

/* A byte that tells where in the stream it belongs. */
static uint8_t byte_at(size_t position)
{
	return (uint8_t)(position * 31 + position / 251);
}

START_TEST(a_stream_keeps_its_order_through_growing_and_moving)
{
	struct buf b = { 0 };
	size_t written = 0, read = 0;

	for (size_t round = 1; round < 400; round++) {
		for (size_t i = 0; i < round * 7 % 97; i++) {
			uint8_t byte = byte_at(written++);

			buf_add(&b, &byte, 1);
		}
		for (size_t n = round * 5 % 89; n > 0 && b.len > 0; n--) {
			ck_assert_uint_eq(buf_data(&b)[0], byte_at(read++));
			buf_consume(&b, 1);
		}
	}
	ck_assert_uint_eq(b.len, written - read);
	for (size_t i = 0; i < b.len; i++)
		ck_assert_uint_eq(buf_data(&b)[i], byte_at(read + i));
	buf_done(&b);
}
END_TEST

START_TEST(a_queue_that_stays_short_keeps_its_block)
{
	struct buf b = { 0 };
	size_t size;

	buf_add_slice(&b, SLICE("0123456789"));
	size = b.size;
	for (size_t i = 0; i < 10 * size; i++) {
		buf_add_slice(&b, SLICE("0123456789"));
		buf_consume(&b, 10);
	}
	ck_assert_uint_eq(b.size, size);
	expect_slice(buf_slice(&b), "0123456789");
	buf_done(&b);
}
END_TEST

START_TEST(reserved_room_counts_only_when_it_is_committed)
{
	struct buf b = { 0 };
	uint8_t *room;

	buf_add_slice(&b, SLICE("head "));
	room = buf_reserve(&b, 1000);
	ck_assert_ptr_nonnull(room);
	memset(room, 'x', 1000);
	expect_slice(buf_slice(&b), "head ");
	buf_commit(&b, 3);
	expect_slice(buf_slice(&b), "head xxx");
	buf_done(&b);
}
END_TEST

START_TEST(room_for_nothing_is_still_a_place)
{
	struct buf b = { 0 };

	ck_assert_ptr_nonnull(buf_reserve(&b, 0));
	buf_done(&b);
}
END_TEST

START_TEST(a_failure_sticks_until_the_buffer_is_cleared)
{
	struct buf b = { 0 };

	buf_add_slice(&b, SLICE("ab"));
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX / 2));
	ck_assert(buf_failed(&b));
	buf_add_slice(&b, SLICE("cd"));
	ck_assert_ptr_null(buf_reserve(&b, 1));
	expect_slice(buf_slice(&b), "ab");
	buf_truncate(&b, 1);
	ck_assert(!buf_failed(&b));
	buf_add_slice(&b, SLICE("cd"));
	expect_slice(buf_slice(&b), "acd");
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX));
	buf_clear(&b);
	ck_assert(!buf_failed(&b));
	buf_add_slice(&b, SLICE("ef"));
	expect_slice(buf_slice(&b), "ef");
	buf_done(&b);
}
END_TEST

START_TEST(no_memory_loses_nothing_that_was_held)
{
	struct buf b = { 0 };
	size_t held = 0;

	buf_add_slice(&b, SLICE("0123456789"));
	support_oom_start(0, true);
	while (!buf_failed(&b)) {
		held = b.len;
		buf_add_slice(&b, SLICE("0123456789"));
	}
	support_oom_stop();
	ck_assert_uint_eq(b.len, held);
	buf_truncate(&b, 10);
	expect_slice(buf_slice(&b), "0123456789");
	buf_done(&b);
}
END_TEST

START_TEST(a_reset_frees_a_large_block_and_keeps_a_small_one)
{
	struct buf b = { 0 };
	uint8_t *block;

	ck_assert_ptr_nonnull(buf_reserve(&b, 100));
	block = b.block;
	buf_reset(&b, 4096);
	ck_assert_ptr_eq(b.block, block);
	ck_assert_ptr_nonnull(buf_reserve(&b, 5000));
	buf_reset(&b, 4096);
	ck_assert_ptr_null(b.block);
	buf_done(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("buf");
	TCase *tcase = tcase_create("buf");

	tcase_add_test(tcase, a_zeroed_buffer_is_empty);
	tcase_add_test(tcase, what_is_added_at_the_back_comes_out_at_the_front);
	tcase_add_loop_test(tcase, numbers_are_written_in_decimal, 0, SUPPORT_COUNT(numbers));
	tcase_add_test(tcase, a_stream_keeps_its_order_through_growing_and_moving);
	tcase_add_test(tcase, a_queue_that_stays_short_keeps_its_block);
	tcase_add_test(tcase, reserved_room_counts_only_when_it_is_committed);
	tcase_add_test(tcase, room_for_nothing_is_still_a_place);
	tcase_add_test(tcase, a_failure_sticks_until_the_buffer_is_cleared);
	tcase_add_test(tcase, no_memory_loses_nothing_that_was_held);
	tcase_add_test(tcase, a_reset_frees_a_large_block_and_keeps_a_small_one);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
