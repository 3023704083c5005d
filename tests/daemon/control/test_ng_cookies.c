/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A repeated request gets the same answer, and the memory for that is limited.
 */
#include "daemon/control/ng_cookies.h"

#include <errno.h>
#include <stdio.h>

#include "support/oom.h"
#include "support/run.h"

enum { NOW_MS = 1000 * 1000 };

static const uint8_t seed[SIPHASH_KEY_LEN] = "0123456789abcde";
static const uint8_t alice[NG_ORIGIN_LEN] = "alice";
static const uint8_t bob[NG_ORIGIN_LEN] = "bob";

static struct ng_cookies cookies;

static void start(size_t bytes_max)
{
	ng_cookies_init(&cookies, seed, bytes_max);
}

/* Returns the result of begin(); an answer must be WANT. */
static int ask(const uint8_t *origin, const char *cookie, uint64_t now_ms, const char *want,
	       struct ng_cookie **ret_cookie)
{
	struct slice answer = { 0 };
	int result =
	    ng_cookies_begin(&cookies, origin, slice_from(cookie), now_ms, ret_cookie, &answer);

	if (result == NG_COOKIES_ANSWERED)
		ck_assert(slice_equal(answer, slice_from(want)));
	return result;
}

static void answer(const char *cookie, const char *text, uint64_t now_ms)
{
	struct ng_cookie *c;

	ck_assert_int_eq(ask(alice, cookie, now_ms, NULL, &c), 0);
	ng_cookies_finish(&cookies, c, slice_from(text), now_ms);
}

START_TEST(who_asks_again_gets_the_same_answer)
{
	struct ng_cookie *c, *again;

	start(NG_COOKIES_BYTES_MAX);
	ck_assert_int_eq(ask(alice, "1_2_3", NOW_MS, NULL, &c), 0);
	ck_assert_int_eq(ask(alice, "1_2_3", NOW_MS, NULL, &again), NG_COOKIES_BUSY);
	ng_cookies_finish(&cookies, c, SLICE("yes"), NOW_MS);
	ck_assert_int_eq(ask(alice, "1_2_3", NOW_MS, "yes", &again), NG_COOKIES_ANSWERED);
	ck_assert_int_eq(ask(alice, "1_2_3", NOW_MS, "yes", &again), NG_COOKIES_ANSWERED);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(cookies_of_others_do_not_count)
{
	struct ng_cookie *c;

	start(NG_COOKIES_BYTES_MAX);
	answer("1", "yes", NOW_MS);
	ck_assert_int_eq(ask(bob, "1", NOW_MS, NULL, &c), 0);
	ng_cookies_finish(&cookies, c, SLICE("no"), NOW_MS);
	ck_assert_int_eq(ask(alice, "1", NOW_MS, "yes", &c), NG_COOKIES_ANSWERED);
	ck_assert_int_eq(ask(bob, "1", NOW_MS, "no", &c), NG_COOKIES_ANSWERED);
	ck_assert_int_eq(ask(alice, "11", NOW_MS, NULL, &c), 0);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(an_answer_is_kept_for_a_minute)
{
	struct ng_cookie *c;

	start(NG_COOKIES_BYTES_MAX);
	answer("1", "yes", NOW_MS);
	answer("2", "no", NOW_MS + 1);
	ck_assert_int_eq(ask(alice, "1", NOW_MS + NG_COOKIES_KEEP_MS - 1, "yes", &c),
			 NG_COOKIES_ANSWERED);
	ck_assert_int_eq(ask(alice, "1", NOW_MS + NG_COOKIES_KEEP_MS, NULL, &c), 0);
	ck_assert_int_eq(ask(alice, "2", NOW_MS + NG_COOKIES_KEEP_MS, "no", &c),
			 NG_COOKIES_ANSWERED);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(what_was_not_answered_is_worked_on_again)
{
	struct ng_cookie *c;

	start(NG_COOKIES_BYTES_MAX);
	ck_assert_int_eq(ask(alice, "1", NOW_MS, NULL, &c), 0);
	ng_cookies_finish(&cookies, c, (struct slice){ 0 }, NOW_MS);
	ck_assert_int_eq(ask(alice, "1", NOW_MS, NULL, &c), 0);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(the_oldest_answers_make_room)
{
	struct ng_cookie *c;
	char name[16];
	size_t kept = 0;

	start(10000);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		answer(name, "0123456789", NOW_MS);
		ck_assert_uint_le(cookies.bytes, 10000);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (ask(alice, name, NOW_MS, "0123456789", &c) == NG_COOKIES_ANSWERED)
			kept++;
		else if (kept > 0)
			ck_abort_msg("an answer is gone that is younger than one that is kept");
		else
			ng_cookies_finish(&cookies, c, (struct slice){ 0 }, NOW_MS);
	}
	ck_assert_uint_gt(kept, 10);
	ck_assert_uint_lt(kept, 1000);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(an_answer_that_fits_nowhere_is_not_kept)
{
	struct ng_cookie *c;

	start(10);
	answer("1", "0123456789", NOW_MS);
	ck_assert_uint_eq(cookies.bytes, 0);
	ck_assert_int_eq(ask(alice, "1", NOW_MS, NULL, &c), 0);
	ng_cookies_done(&cookies);
}
END_TEST

START_TEST(too_many_requests_at_a_time_are_not_begun)
{
	struct ng_cookie *c, *last;
	char name[16];

	start(NG_COOKIES_BYTES_MAX);
	for (int i = 0; i < NG_COOKIES_PENDING_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		ck_assert_int_eq(ask(alice, name, NOW_MS, NULL, &last), 0);
	}
	ck_assert_int_eq(ask(alice, "more", NOW_MS, NULL, &c), NG_COOKIES_FULL);
	ck_assert_int_eq(ask(alice, "1", NOW_MS, NULL, &c), NG_COOKIES_BUSY);
	ng_cookies_finish(&cookies, last, SLICE("yes"), NOW_MS);
	ck_assert_int_eq(ask(alice, "more", NOW_MS, NULL, &c), 0);
	ng_cookies_done(&cookies);
}
END_TEST

/* For support_oom_each(); without memory for the answer it cannot be repeated. */
static int exchange(const void *arg)
{
	struct ng_cookie *c;
	struct slice answer;
	int err;

	start(NG_COOKIES_BYTES_MAX);
	err = ng_cookies_begin(&cookies, alice, SLICE("1"), NOW_MS, &c, &answer);
	if (!err) {
		ng_cookies_finish(&cookies, c, SLICE("yes"), NOW_MS);
		err = ng_cookies_begin(&cookies, alice, SLICE("1"), NOW_MS, &c, &answer);
		err = err == NG_COOKIES_ANSWERED ? 0 : -ENOMEM;
	}
	ng_cookies_done(&cookies);
	return err;
}

START_TEST(without_memory_nothing_is_remembered)
{
	ck_assert_uint_gt(support_oom_each(exchange, NULL), 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ng_cookies");
	TCase *cases = tcase_create("ng_cookies");

	tcase_add_test(cases, who_asks_again_gets_the_same_answer);
	tcase_add_test(cases, cookies_of_others_do_not_count);
	tcase_add_test(cases, an_answer_is_kept_for_a_minute);
	tcase_add_test(cases, what_was_not_answered_is_worked_on_again);
	tcase_add_test(cases, the_oldest_answers_make_room);
	tcase_add_test(cases, an_answer_that_fits_nowhere_is_not_kept);
	tcase_add_test(cases, too_many_requests_at_a_time_are_not_begun);
	tcase_add_test(cases, without_memory_nothing_is_remembered);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
