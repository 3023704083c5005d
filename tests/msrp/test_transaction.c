/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdio.h>

#include "msrp/transaction.h"
#include "support/oom.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static struct msrp_transaction make(const char *id)
{
	struct msrp_transaction t = { .id_len = strlen(id) };

	memcpy(t.id, id, t.id_len);
	return t;
}

static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";

START_TEST(an_empty_table_has_nothing_and_waits_for_nothing)
{
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	ck_assert_ptr_null(msrp_transactions_find(&all, SLICE("abcd")));
	ck_assert_ptr_null(msrp_transactions_overdue(&all, UINT64_MAX));
	ck_assert_uint_eq(msrp_transactions_deadline(&all), UINT64_MAX);
}
END_TEST

START_TEST(a_transaction_is_found_by_its_exact_id)
{
	struct msrp_transaction a = make("abcd"), b = make("abcde");
	struct msrp_transactions all;
	uint8_t *guarded = support_guard_new("abcd", 4);

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &a);
	msrp_transactions_add(&all, &b);
	ck_assert_ptr_eq(msrp_transactions_find(&all, slice_make(guarded, 4)), &a);
	ck_assert_ptr_eq(msrp_transactions_find(&all, SLICE("abcde")), &b);
	ck_assert_ptr_null(msrp_transactions_find(&all, SLICE("abc")));
	ck_assert_ptr_null(msrp_transactions_find(&all, SLICE("ABCD")));
	ck_assert_ptr_null(msrp_transactions_find(&all, slice_from(NULL)));
	ck_assert_ptr_null(
	    msrp_transactions_find(&all, SLICE("abcdeabcdeabcdeabcdeabcdeabcdeabcde")));
	msrp_transactions_remove(&all, &a);
	ck_assert_ptr_null(msrp_transactions_find(&all, SLICE("abcd")));
	ck_assert_ptr_eq(msrp_transactions_find(&all, SLICE("abcde")), &b);
	msrp_transactions_remove(&all, &b);
	ck_assert_ptr_null(msrp_transactions_any(&all));
	support_guard_free(guarded, 4);
}
END_TEST

START_TEST(no_timer_runs_before_the_last_byte_has_left)
{
	struct msrp_transaction t = make("abcd");
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &t);
	ck_assert_uint_eq(msrp_transactions_deadline(&all), UINT64_MAX);
	ck_assert_ptr_null(msrp_transactions_overdue(&all, UINT64_MAX));
	msrp_transactions_remove(&all, &t);
	ck_assert_ptr_null(msrp_transactions_find(&all, SLICE("abcd")));
}
END_TEST

START_TEST(a_transaction_is_overdue_after_thirty_seconds)
{
	struct msrp_transaction t = make("abcd");
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &t);
	msrp_transactions_start(&all, &t, 1000);
	ck_assert_uint_eq(msrp_transactions_deadline(&all), 31000);
	ck_assert_ptr_null(msrp_transactions_overdue(&all, 30999));
	ck_assert_ptr_eq(msrp_transactions_overdue(&all, 31000), &t);
	ck_assert_ptr_eq(msrp_transactions_find(&all, SLICE("abcd")), &t);
	msrp_transactions_remove(&all, &t);
	ck_assert_ptr_null(msrp_transactions_overdue(&all, 31000));
	ck_assert_uint_eq(msrp_transactions_deadline(&all), UINT64_MAX);
}
END_TEST

START_TEST(a_response_is_late_once_and_not_when_it_came)
{
	struct msrp_transaction a = make("aaaa"), b = make("bbbb"), c = make("cccc");
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &a);
	msrp_transactions_add(&all, &b);
	msrp_transactions_add(&all, &c);
	ck_assert_uint_eq(msrp_transactions_next_late(&all), UINT64_MAX);
	ck_assert_ptr_null(msrp_transactions_late(&all, 1000));
	msrp_transactions_start(&all, &a, 1000);
	msrp_transactions_start(&all, &b, 2000);
	ck_assert_uint_eq(msrp_transactions_next_late(&all), 11000);
	ck_assert_ptr_null(msrp_transactions_late(&all, 10999));
	ck_assert_ptr_eq(msrp_transactions_late(&all, 11000), &a);
	ck_assert_ptr_null(msrp_transactions_late(&all, 11000));
	ck_assert_uint_eq(msrp_transactions_next_late(&all), 12000);
	msrp_transactions_start(&all, &c, 11000);
	msrp_transactions_remove(&all, &b);
	ck_assert_ptr_null(msrp_transactions_late(&all, 20999));
	ck_assert_ptr_eq(msrp_transactions_late(&all, 21000), &c);
	msrp_transactions_remove(&all, &c);
	msrp_transactions_remove(&all, &a);
	ck_assert_uint_eq(msrp_transactions_next_late(&all), UINT64_MAX);
}
END_TEST

START_TEST(the_longest_overdue_comes_first_whatever_was_added_first)
{
	struct msrp_transaction a = make("aaaa"), b = make("bbbb"), c = make("cccc");
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &a);
	msrp_transactions_add(&all, &b);
	msrp_transactions_add(&all, &c);
	msrp_transactions_start(&all, &c, 0);
	msrp_transactions_start(&all, &a, 0);
	msrp_transactions_start(&all, &b, 5);
	ck_assert_ptr_eq(msrp_transactions_overdue(&all, 30000), &c);
	msrp_transactions_remove(&all, &c);
	msrp_transactions_remove(&all, &a);
	ck_assert_ptr_null(msrp_transactions_overdue(&all, 30004));
	ck_assert_uint_eq(msrp_transactions_deadline(&all), 30005);
	ck_assert_ptr_eq(msrp_transactions_overdue(&all, 30005), &b);
	msrp_transactions_remove(&all, &b);
}
END_TEST

START_TEST(a_removed_transaction_may_be_used_again)
{
	struct msrp_transaction t = make("aaaa");
	struct msrp_transactions all;

	msrp_transactions_init(&all, seed);
	msrp_transactions_add(&all, &t);
	msrp_transactions_start(&all, &t, 7);
	msrp_transactions_remove(&all, &t);
	memcpy(t.id, "bbbb", 4);
	msrp_transactions_add(&all, &t);
	ck_assert_ptr_null(msrp_transactions_overdue(&all, UINT64_MAX));
	ck_assert_ptr_eq(msrp_transactions_find(&all, SLICE("bbbb")), &t);
	msrp_transactions_start(&all, &t, 9);
	ck_assert_uint_eq(msrp_transactions_deadline(&all), 30009);
	msrp_transactions_remove(&all, &t);
}
END_TEST

enum { MANY = 5000 };

START_TEST(many_transactions_are_kept_apart)
{
	static struct msrp_transaction many[MANY];
	struct msrp_transactions all;
	char id[16];

	msrp_transactions_init(&all, seed);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "id%u", i + 1000);
		many[i] = make(id);
		msrp_transactions_add(&all, &many[i]);
		msrp_transactions_start(&all, &many[i], i);
	}
	for (unsigned i = 0; i < MANY; i += 2)
		msrp_transactions_remove(&all, &many[i]);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "id%u", i + 1000);
		ck_assert_ptr_eq(msrp_transactions_find(&all, slice_from(id)),
				 i % 2 ? &many[i] : NULL);
	}
	for (unsigned i = 1; i < MANY; i += 2) {
		ck_assert_ptr_eq(msrp_transactions_overdue(&all, UINT64_MAX), &many[i]);
		msrp_transactions_remove(&all, &many[i]);
	}
	ck_assert_ptr_null(msrp_transactions_any(&all));
}
END_TEST

/* The table grows when there is some again. */
START_TEST(without_memory_all_are_found)
{
	static struct msrp_transaction many[MANY];
	struct msrp_transactions all;
	char id[16];

	msrp_transactions_init(&all, seed);
	support_oom_start(0, true);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "id%u", i + 1000);
		many[i] = make(id);
		msrp_transactions_add(&all, &many[i]);
	}
	support_oom_stop();
	ck_assert_uint_eq(msrp_transactions_count(&all), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "id%u", i + 1000);
		ck_assert_ptr_eq(msrp_transactions_find(&all, slice_from(id)), &many[i]);
		msrp_transactions_remove(&all, &many[i]);
	}
	ck_assert_ptr_null(msrp_transactions_any(&all));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("transaction");
	TCase *tcase = tcase_create("transaction");

	tcase_add_test(tcase, an_empty_table_has_nothing_and_waits_for_nothing);
	tcase_add_test(tcase, a_transaction_is_found_by_its_exact_id);
	tcase_add_test(tcase, no_timer_runs_before_the_last_byte_has_left);
	tcase_add_test(tcase, a_transaction_is_overdue_after_thirty_seconds);
	tcase_add_test(tcase, a_response_is_late_once_and_not_when_it_came);
	tcase_add_test(tcase, the_longest_overdue_comes_first_whatever_was_added_first);
	tcase_add_test(tcase, a_removed_transaction_may_be_used_again);
	tcase_add_test(tcase, many_transactions_are_kept_apart);
	tcase_add_test(tcase, without_memory_all_are_found);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
