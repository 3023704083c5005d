/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables that grow and shrink a slot at a time: tests src/base/hash_table.c against an array that
 * says what is in the table.
 */
#include "base/hash_table.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/list.h"
#include "support/oom.h"
#include "support/run.h"

enum {
	N = 5000,
	STEPS = 100 * 1000,
};

struct element {
	struct hash_node node;
	uint64_t key;
	bool there;
};

static struct element all[N];
static struct hash_table table;

/* Mixed as well as by siphash(). With FEW there are so many keys with the same hash. */
static uint64_t hash_of(uint64_t key, unsigned few)
{
	return (key / few + 1) * 0x9e3779b97f4a7c15 ^ (key / few << 40);
}

static void setup(void)
{
	table = (struct hash_table){ 0 };
	for (uint64_t i = 0; i < N; i++)
		all[i] = (struct element){ .key = i };
}

static struct element *find(uint64_t key, unsigned few)
{
	struct hash_node *node = hash_table_find(&table, hash_of(key, few));

	while (node && CONTAINER_OF(node, struct element, node)->key != key)
		node = hash_table_next(node);
	return node ? CONTAINER_OF(node, struct element, node) : NULL;
}

static void add(uint64_t key, unsigned few)
{
	hash_table_add(&table, &all[key].node, hash_of(key, few));
	all[key].there = true;
}

static void drop(uint64_t key)
{
	hash_table_remove(&table, &all[key].node);
	all[key].there = false;
}

static void check_all(unsigned few)
{
	size_t n = 0, wrong = 0;

	for (uint64_t i = 0; i < N; i++) {
		wrong += find(i, few) != (all[i].there ? &all[i] : NULL);
		n += all[i].there;
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(table.n, n);
}

START_TEST(an_empty_table_has_nothing)
{
	ck_assert_ptr_null(hash_table_find(&table, 0));
	ck_assert_ptr_null(hash_table_any(&table));
}
END_TEST

START_TEST(what_was_added_is_found_until_it_is_removed)
{
	unsigned few = _i == 0 ? 1 : 7;

	for (uint64_t i = 0; i < N; i++) {
		add(i, few);
		ck_assert_ptr_eq(find(i, few), &all[i]);
	}
	check_all(few);
	for (uint64_t i = 0; i < N; i += 2)
		drop(i);
	check_all(few);
	for (uint64_t i = 1; i < N; i += 2)
		drop(i);
	check_all(few);
	ck_assert_uint_eq(table.n_grown, 0);
}
END_TEST

/* What one call does stays small, however many there are. */
START_TEST(it_grows_by_one_slot_and_shrinks_by_a_few)
{
	size_t before;

	for (uint64_t i = 0; i < N; i++) {
		before = table.n_grown;
		add(i, 1);
		ck_assert_uint_le(table.n_grown, before + 1);
		ck_assert_uint_ge(HASH_TABLE_MIN + table.n_grown, table.n);
	}
	for (uint64_t i = 0; i < N; i++) {
		before = table.n_grown;
		drop(i);
		ck_assert_uint_ge(table.n_grown + 4, before);
		ck_assert(table.n_grown == 0 || HASH_TABLE_MIN + table.n_grown <= 4 * table.n);
	}
}
END_TEST

START_TEST(slots_that_it_keeps_are_there_for_the_next_ones)
{
	table.n_kept = 100;
	for (unsigned round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < 200; i++)
			add(i, 1);
		for (uint64_t i = 0; i < 200; i++)
			drop(i);
		ck_assert_uint_eq(table.n_grown, 100);
		check_all(1);
		/* From now on as many as have slots take no memory. */
		support_oom_start(0, true);
		for (uint64_t i = 0; i < 100; i++)
			add(i, 1);
		for (uint64_t i = 0; i < 100; i++)
			drop(i);
		support_oom_stop();
		ck_assert(!support_oom_struck());
	}
	hash_table_done(&table);
	ck_assert_uint_eq(table.n_grown, 0);
	table.n_kept = 0;
}
END_TEST

START_TEST(in_any_order)
{
	uint64_t random = 1;

	for (unsigned i = 0; i < STEPS; i++) {
		uint64_t key;

		random = random * 6364136223846793005 + 1442695040888963407;
		/* In waves, so that it grows and shrinks. */
		key = (random >> 33) % (i / 1000 % 20 < 10 ? N : N / 50);
		if (all[key].there)
			drop(key);
		else
			add(key, 1);
		if (i % 1000 == 0)
			check_all(1);
	}
	for (struct hash_node *node; (node = hash_table_any(&table));)
		drop(CONTAINER_OF(node, struct element, node)->key);
	check_all(1);
	ck_assert_uint_eq(table.n_grown, 0);
}
END_TEST

START_TEST(without_memory_it_only_gets_slower)
{
	support_oom_start((size_t)_i, true);
	for (uint64_t i = 0; i < N / 10; i++)
		add(i, 1);
	support_oom_stop();
	check_all(1);
	for (uint64_t i = N / 10; i < N; i++)
		add(i, 1);
	check_all(1);
	for (uint64_t i = 0; i < N; i++)
		drop(i);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hash table");
	TCase *tcase = tcase_create("hash table");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, an_empty_table_has_nothing);
	tcase_add_loop_test(tcase, what_was_added_is_found_until_it_is_removed, 0, 2);
	tcase_add_test(tcase, it_grows_by_one_slot_and_shrinks_by_a_few);
	tcase_add_test(tcase, slots_that_it_keeps_are_there_for_the_next_ones);
	tcase_add_test(tcase, in_any_order);
	tcase_add_loop_test(tcase, without_memory_it_only_gets_slower, 0, 4);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
