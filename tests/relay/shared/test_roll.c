/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which sessions belong to others: tests src/relay/shared/roll.c.
 */
#include "relay/shared/roll.h"

#include <check.h>

#include "support/run.h"

START_TEST(a_session_is_anothers_for_all_but_its_owner)
{
	static const uint8_t seed[SIPHASH_KEY_LEN] = { 1 };
	struct relay_roll *roll = relay_roll_new(seed);
	const struct slice none = slice_from(NULL);

	ck_assert_ptr_nonnull(roll);
	ck_assert(!relay_roll_is_anothers(roll, SLICE("Aone"), none));
	ck_assert_int_eq(relay_roll_add(roll, SLICE("Aone"), none), 0);
	ck_assert_int_eq(relay_roll_add(roll, SLICE("Btwo"), SLICE("r.example.net:2855")), 0);
	ck_assert(relay_roll_is_anothers(roll, SLICE("Aone"), none));
	ck_assert(relay_roll_is_anothers(roll, SLICE("Aone"), SLICE("r.example.net:2855")));
	ck_assert(relay_roll_is_anothers(roll, SLICE("Btwo"), none));
	ck_assert(relay_roll_is_anothers(roll, SLICE("Btwo"), SLICE("r.example.net:2856")));
	ck_assert(!relay_roll_is_anothers(roll, SLICE("Btwo"), SLICE("r.example.net:2855")));
	ck_assert(!relay_roll_is_anothers(roll, SLICE("Atwo"), none));
	relay_roll_remove(roll, SLICE("Aone"));
	ck_assert(!relay_roll_is_anothers(roll, SLICE("Aone"), none));
	relay_roll_remove(roll, SLICE("Btwo"));
	ck_assert_ptr_null(relay_roll_free(roll));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("roll");
	TCase *tcase = tcase_create("roll");

	tcase_add_test(tcase, a_session_is_anothers_for_all_but_its_owner);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
