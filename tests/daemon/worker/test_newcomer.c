/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/worker/newcomer.h"

#include <stdio.h>
#include <string.h>

#include "support/oom.h"
#include "support/run.h"

enum { NOW_MS = 100 * 1000, YOUNG = NEWCOMER_YOUNG_MS, LATE = 60 * 1000, MANY = 1000 };

/* One that came from an address this long ago, and what it has shown since. */
struct one {
	char name;
	char address;
	uint64_t age_ms;
	enum newcomer_shown shown;
};

/* They come in this order, and go in the order WANT. */
static const struct {
	struct one one[8];
	const char *want;
} cases[] = {
	/* Those that have shown least go first. */
	{ { { 'a', 'A', LATE, NEWCOMER_ASKED },
	    { 'b', 'B', LATE, NEWCOMER_OPEN },
	    { 'c', 'C', LATE, NEWCOMER_SILENT } },
	  "cba" },
	/* Of equals the longest waiting. */
	{ { { 'a', 'A', LATE, NEWCOMER_SILENT },
	    { 'b', 'B', LATE - 1, NEWCOMER_SILENT },
	    { 'c', 'C', LATE - 2, NEWCOMER_SILENT } },
	  "abc" },
	/* Before that those of whose address there are the most. */
	{ { { 'a', 'A', LATE, NEWCOMER_SILENT },
	    { 'b', 'B', LATE - 1, NEWCOMER_SILENT },
	    { 'c', 'B', LATE - 2, NEWCOMER_SILENT },
	    { 'd', 'B', LATE - 3, NEWCOMER_SILENT } },
	  "bcad" },
	/* But only among those that have shown as little. */
	{ { { 'a', 'A', LATE, NEWCOMER_OPEN },
	    { 'b', 'A', LATE, NEWCOMER_OPEN },
	    { 'c', 'C', LATE, NEWCOMER_SILENT } },
	  "cab" },
	/* One that has just come gets its time, as others did. */
	{ { { 'a', 'A', LATE, NEWCOMER_OPEN },
	    { 'b', 'B', YOUNG, NEWCOMER_OPEN },
	    { 'c', 'C', YOUNG - 1, NEWCOMER_SILENT } },
	  "abc" },
	/* When all have just come, the address with the most loses one. */
	{ { { 'a', 'A', 9, NEWCOMER_SILENT },
	    { 'b', 'B', 8, NEWCOMER_OPEN },
	    { 'c', 'B', 7, NEWCOMER_OPEN },
	    { 'd', 'C', 6, NEWCOMER_SILENT } },
	  "badc" },
};

static struct newcomers all;
static struct newcomer_group group[26];
static struct newcomer newcomer[MANY];

static void start(void)
{
	newcomers_init(&all);
	for (size_t i = 0; i < 26; i++)
		newcomer_group_init(&group[i]);
}

static void add(struct newcomer *n, char address, uint64_t since_ms)
{
	*n = (struct newcomer){ .rank = NEWCOMER_NO_RANK, .since_ms = since_ms };
	newcomer_add(&all, &group[address - 'A'], n);
}

START_TEST(who_has_shown_least_for_longest_goes)
{
	char went[9] = "";
	struct newcomer *first;

	start();
	for (size_t i = 0; cases[_i].one[i].name; i++) {
		const struct one *one = &cases[_i].one[i];

		add(&newcomer[i], one->address, NOW_MS - one->age_ms);
		newcomer_show(&all, &newcomer[i], one->shown, NOW_MS - one->age_ms);
	}
	while ((first = newcomer_first(&all, NOW_MS))) {
		went[strlen(went)] = cases[_i].one[first - newcomer].name;
		newcomer_remove(&all, first);
	}
	ck_assert_str_eq(went, cases[_i].want);
	newcomers_done(&all);
}
END_TEST

START_TEST(what_was_shown_is_not_taken_back)
{
	start();
	add(&newcomer[0], 'A', 1);
	newcomer_show(&all, &newcomer[0], NEWCOMER_ASKED, 5);
	newcomer_show(&all, &newcomer[0], NEWCOMER_OPEN, 9);
	ck_assert_int_eq(newcomer[0].shown, NEWCOMER_ASKED);
	ck_assert_uint_eq(newcomer[0].since_ms, 5);
	newcomer_remove(&all, &newcomer[0]);
	newcomer_remove(&all, &newcomer[0]);
	/* Nor does that put it in a list. */
	newcomer[0].shown = NEWCOMER_SILENT;
	newcomer_show(&all, &newcomer[0], NEWCOMER_OPEN, 9);
	ck_assert_ptr_null(newcomer_first(&all, NOW_MS));
	newcomers_done(&all);
}
END_TEST

/* However fast the others come, a client behind another address is the last to go. */
START_TEST(a_flood_of_one_address_loses_its_own)
{
	start();
	for (size_t i = 0; i < MANY; i++)
		add(&newcomer[i], i == MANY / 2 ? 'B' : 'A', NOW_MS + i / 100);
	for (size_t i = 0; i < MANY - 2; i++) {
		struct newcomer *first = newcomer_first(&all, NOW_MS + 10);

		ck_assert_ptr_ne(first, &newcomer[MANY / 2]);
		newcomer_remove(&all, first);
	}
	newcomer_remove(&all, newcomer_first(&all, NOW_MS + 10));
	newcomer_remove(&all, newcomer_first(&all, NOW_MS + 10));
	newcomers_done(&all);
}
END_TEST

START_TEST(without_memory_it_is_in_no_list)
{
	start();
	newcomer[0] = (struct newcomer){ .rank = NEWCOMER_NO_RANK, .since_ms = NOW_MS };
	support_oom_start(0, true);
	newcomer_add(&all, &group[0], &newcomer[0]);
	support_oom_stop();
	ck_assert(support_oom_struck());
	ck_assert_uint_eq(newcomer[0].rank, NEWCOMER_NO_RANK);
	ck_assert_ptr_null(newcomer_first(&all, NOW_MS));
	newcomer_remove(&all, &newcomer[0]);
	newcomers_done(&all);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("newcomer");
	TCase *tcase = tcase_create("newcomer");

	tcase_add_loop_test(tcase, who_has_shown_least_for_longest_goes, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tcase, what_was_shown_is_not_taken_back);
	tcase_add_test(tcase, a_flood_of_one_address_loses_its_own);
	tcase_add_test(tcase, without_memory_it_is_in_no_list);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
