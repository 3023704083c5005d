/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/remote_gate.h"

#include "support/run.h"

START_TEST(an_open_gate_lets_all_pass)
{
	struct remote_gate gate = { 0 };
	bool probe = true;

	for (uint64_t now_ms = 0; now_ms < 5; now_ms++) {
		ck_assert(remote_gate_pass(&gate, now_ms, &probe));
		ck_assert(!probe);
	}
}
END_TEST

START_TEST(a_shut_gate_lets_one_pass_every_second)
{
	struct remote_gate gate = { 0 };
	unsigned passed = 0;
	bool probe;

	remote_gate_shut(&gate, 1000);
	ck_assert(remote_gate_is_shut(&gate));
	for (uint64_t now_ms = 1000; now_ms < 5000; now_ms++) {
		if (!remote_gate_pass(&gate, now_ms, &probe))
			continue;
		ck_assert(probe);
		ck_assert_uint_eq(now_ms % 1000, 0);
		passed++;
	}
	ck_assert_uint_eq(passed, 3);
}
END_TEST

START_TEST(who_was_let_in_late_shuts_it_again)
{
	struct remote_gate gate = { 0 };
	bool probe;

	remote_gate_shut(&gate, 0);
	ck_assert(remote_gate_pass(&gate, 1000, &probe));
	remote_gate_shut(&gate, 1900);
	ck_assert(!remote_gate_pass(&gate, 2899, &probe));
	ck_assert(remote_gate_pass(&gate, 2900, &probe));
}
END_TEST

START_TEST(an_answer_opens_it)
{
	struct remote_gate gate = { 0 };
	bool probe = true;

	remote_gate_shut(&gate, 0);
	remote_gate_open(&gate);
	ck_assert(!remote_gate_is_shut(&gate));
	ck_assert(remote_gate_pass(&gate, 1, &probe));
	ck_assert(!probe);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("remote_gate");
	TCase *tcase = tcase_create("remote_gate");

	tcase_add_test(tcase, an_open_gate_lets_all_pass);
	tcase_add_test(tcase, a_shut_gate_lets_one_pass_every_second);
	tcase_add_test(tcase, who_was_let_in_late_shuts_it_again);
	tcase_add_test(tcase, an_answer_opens_it);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
