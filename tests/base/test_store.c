/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <string.h>

#include "base/store.h"
#include "base/buf.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

START_TEST(what_was_given_is_taken_again_the_latest_first)
{
	struct store store = { 0 };
	void *a = store_take(&store, 256), *b = store_take(&store, 256);

	store_give(&store, a, 256);
	store_give(&store, b, 256);
	ck_assert_ptr_eq(store_take(&store, 256), b);
	ck_assert_ptr_eq(store_take(&store, 256), a);
	store_give(&store, a, 256);
	store_give(&store, b, 256);
	store_done(&store);
}
END_TEST

START_TEST(a_block_of_another_size_is_not_taken)
{
	struct store store = { 0 };
	void *small = store_take(&store, 256), *large;

	store_give(&store, small, 256);
	large = store_take(&store, 512);
	ck_assert_ptr_ne(large, small);
	memset(large, 'x', 512);
	ck_assert_uint_eq(store.n[0], 1);
	store_give(&store, large, 512);
	store_done(&store);
	ck_assert_uint_eq(store.n[0], 0);
	ck_assert_uint_eq(store.n[1], 0);
}
END_TEST

static const struct {
	size_t size;
	size_t kept;
} bounds[] = {
	{ 256, STORE_KEPT_MAX / 256 },
	{ 64 * 1024, STORE_KEPT_MAX / (64 * 1024) },
	{ 512 * 1024, 2 },
	{ 1024 * 1024, 0 }, /* more than a queue holds */
};

START_TEST(so_many_are_kept_of_a_size)
{
	enum { MORE = STORE_KEPT_MAX / STORE_BLOCK_MIN + 1 };
	static void *block[MORE];
	const size_t size = bounds[_i].size, kept = bounds[_i].kept;
	struct store store = { 0 };

	for (size_t i = 0; i <= kept; i++)
		block[i] = store_take(&store, size);
	for (size_t i = 0; i <= kept; i++)
		store_give(&store, block[i], size);
	support_oom_start(0, true);
	for (size_t i = 0; i <= kept; i++)
		block[i] = store_take(&store, size);
	support_oom_stop();
	for (size_t i = 0; i <= kept; i++)
		ck_assert_int_eq(block[i] != NULL, i < kept);
	for (size_t i = 0; i < kept; i++)
		store_give(&store, block[i], size);
	store_done(&store);
}
END_TEST

START_TEST(without_a_store_a_block_is_of_the_allocator)
{
	void *block = store_take(NULL, 256);

	memset(block, 'x', 256);
	store_give(NULL, block, 256);
	store_give(NULL, NULL, 0);
}
END_TEST

START_TEST(a_buffer_with_a_store_grows_and_empties_without_the_allocator)
{
	struct store store = { 0 };
	struct buf b = { .store = &store };
	char text[3000] = "text";

	for (int i = 0; i < 2; i++) {
		support_oom_start(i > 0 ? 0 : SIZE_MAX, true);
		buf_add(&b, text, 4);
		buf_add(&b, text, sizeof(text));
		support_oom_stop();
		ck_assert(!buf_failed(&b));
		ck_assert_mem_eq(buf_data(&b), "texttext", 8);
		buf_done(&b);
		ck_assert_ptr_eq(b.store, &store);
	}
	store_done(&store);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base/store");
	TCase *tcase = tcase_create("store");

	tcase_add_test(tcase, what_was_given_is_taken_again_the_latest_first);
	tcase_add_test(tcase, a_block_of_another_size_is_not_taken);
	tcase_add_loop_test(tcase, so_many_are_kept_of_a_size, 0, SUPPORT_COUNT(bounds));
	tcase_add_test(tcase, without_a_store_a_block_is_of_the_allocator);
	tcase_add_test(tcase, a_buffer_with_a_store_grows_and_empties_without_the_allocator);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
