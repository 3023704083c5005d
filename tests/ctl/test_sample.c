/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two looks at sessions: their rates, sums for each user, and their order.
 */
#include "ctl/sample.h"

#include "support/run.h"

enum { SECOND = 1000 };

static void see(struct ctl_sample *sample, const char *id, const char *user, json_int_t in,
		json_int_t out)
{
	json_t *session =
	    json_pack("{s:s, s:s, s:s, s:I, s:I, s:i}", "session", id, "user", user, "realm", "r",
		      "bytes_in", in, "bytes_out", out, "user_sessions_most", 50);

	ctl_sample_add(sample, session);
	json_decref(session);
}

/* Two seconds apart; d has come in between, e has gone, and all that c has is old. */
static void look_twice(struct ctl_sample *sample)
{
	ctl_sample_begin(sample, 10 * SECOND);
	see(sample, "a", "alice", 1000, 0);
	see(sample, "b", "bob", 0, 500);
	see(sample, "c", "alice", 1000000, 1000000);
	see(sample, "e", "erin", 1, 1);
	ctl_sample_begin(sample, 12 * SECOND);
	see(sample, "a", "alice", 5000, 100);
	see(sample, "b", "bob", 0, 8500);
	see(sample, "c", "alice", 1000000, 1000000);
	see(sample, "d", "dave", 600, 0);
}

static json_int_t number(const json_t *rows, size_t i, const char *key)
{
	return json_integer_value(json_object_get(json_array_get(rows, i), key));
}

static void check_order(enum ctl_order order, const char *want)
{
	struct ctl_sample sample = { 0 };
	struct ctl_total total;
	json_t *rows;

	look_twice(&sample);
	rows = ctl_sample_rows(&sample, false, order, &total);
	ck_assert_uint_eq(json_array_size(rows), strlen(want));
	for (size_t i = 0; want[i]; i++) {
		const json_t *id = json_object_get(json_array_get(rows, i), "session");

		ck_assert_int_eq(json_string_value(id)[0], want[i]);
	}
	json_decref(rows);
	ctl_sample_done(&sample);
}

START_TEST(rates_are_what_came_in_between)
{
	struct ctl_sample sample = { 0 };
	struct ctl_total total;
	json_t *rows;

	look_twice(&sample);
	rows = ctl_sample_rows(&sample, false, CTL_BY_RATE, &total);
	ck_assert_int_eq(number(rows, 0, "rate_out"), 4000);
	ck_assert_int_eq(number(rows, 0, "rate_in"), 0);
	ck_assert_int_eq(number(rows, 1, "rate_in"), 2000);
	ck_assert_int_eq(number(rows, 1, "rate_out"), 50);
	ck_assert_int_eq(number(rows, 2, "rate_in"), 300);
	ck_assert_uint_eq(total.sessions, 4);
	ck_assert_uint_eq(total.users, 3);
	ck_assert_uint_eq(total.rate_in, 2300);
	ck_assert_uint_eq(total.rate_out, 4050);
	json_decref(rows);
	ctl_sample_done(&sample);
}
END_TEST

START_TEST(rows_stand_in_the_order_that_was_asked_for)
{
	check_order(CTL_BY_RATE, "badc");
	check_order(CTL_BY_RATE_IN, "adcb");
	check_order(CTL_BY_RATE_OUT, "bacd");
	check_order(CTL_BY_BYTES, "cbad");
	check_order(CTL_BY_USER, "acbd");
}
END_TEST

START_TEST(sessions_of_a_user_are_added_up)
{
	struct ctl_sample sample = { 0 };
	struct ctl_total total;
	json_t *rows;

	look_twice(&sample);
	rows = ctl_sample_rows(&sample, true, CTL_BY_USER, &total);
	ck_assert_uint_eq(json_array_size(rows), 3);
	ck_assert_int_eq(number(rows, 0, "sessions"), 2);
	ck_assert_int_eq(number(rows, 0, "user_sessions_most"), 50);
	ck_assert_int_eq(number(rows, 0, "rate_in"), 2000);
	ck_assert_int_eq(number(rows, 0, "bytes_in"), 1005000);
	json_decref(rows);
	ctl_sample_done(&sample);
}
END_TEST

START_TEST(the_first_look_has_no_rates)
{
	struct ctl_sample sample = { 0 };
	struct ctl_total total;
	json_t *rows;

	ctl_sample_begin(&sample, SECOND);
	see(&sample, "a", "alice", 1000, 1000);
	rows = ctl_sample_rows(&sample, false, CTL_BY_RATE, &total);
	ck_assert_int_eq(number(rows, 0, "rate_in"), 0);
	ck_assert_uint_eq(total.rate_in, 0);
	json_decref(rows);
	ctl_sample_done(&sample);
}
END_TEST

START_TEST(another_session_with_the_same_beginning_is_another)
{
	struct ctl_sample sample = { 0 };
	struct ctl_total total;
	json_t *rows;

	ctl_sample_begin(&sample, SECOND);
	see(&sample, "a", "alice", 5000, 0);
	ctl_sample_begin(&sample, 2 * SECOND);
	see(&sample, "a", "alice", 100, 0); /* fewer: nothing that can be said */
	see(&sample, "a", "bob", 7, 0);
	rows = ctl_sample_rows(&sample, false, CTL_BY_USER, &total);
	ck_assert_uint_eq(json_array_size(rows), 2);
	ck_assert_int_eq(number(rows, 0, "rate_in"), 0);
	ck_assert_int_eq(number(rows, 1, "rate_in"), 7);
	json_decref(rows);
	ctl_sample_done(&sample);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sample");
	TCase *tcase = tcase_create("sample");

	tcase_add_test(tcase, rates_are_what_came_in_between);
	tcase_add_test(tcase, rows_stand_in_the_order_that_was_asked_for);
	tcase_add_test(tcase, sessions_of_a_user_are_added_up);
	tcase_add_test(tcase, the_first_look_has_no_rates);
	tcase_add_test(tcase, another_session_with_the_same_beginning_is_another);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
