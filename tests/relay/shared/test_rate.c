/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A token bucket, and what a user of a quota may use of it.
 */
#include "relay/shared/rate.h"

#include "msrp/ha1.h"
#include "relay/shared/quota.h"
#include "support/run.h"

enum { NOW = 1000000, RATE = 8192 };

START_TEST(nothing_used_is_nothing_to_wait_for)
{
	struct relay_rate rate = { 0 };

	ck_assert_uint_eq(relay_rate_use(&rate, RATE, 0, NOW), 0);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW), 0);
}
END_TEST

START_TEST(a_second_of_bytes_takes_a_second)
{
	struct relay_rate rate = { 0 };

	ck_assert_uint_eq(relay_rate_use(&rate, RATE, RATE, NOW), 1000);
	ck_assert_uint_eq(relay_rate_use(&rate, RATE, RATE, NOW), 2000);
	ck_assert_uint_eq(relay_rate_use(&rate, RATE, 0, NOW + 1500), 500);
	ck_assert_uint_eq(relay_rate_use(&rate, RATE, 0, NOW + 2000), 0);
}
END_TEST

START_TEST(time_in_which_nothing_is_used_is_not_saved)
{
	struct relay_rate rate = { 0 };

	relay_rate_use(&rate, RATE, RATE, NOW);
	ck_assert_uint_eq(relay_rate_use(&rate, RATE, RATE, NOW + 3600000), 1000);
}
END_TEST

START_TEST(single_bytes_cost_as_much_as_many)
{
	struct relay_rate one = { 0 }, many = { 0 };
	uint64_t ahead_ms = 0;

	for (unsigned i = 0; i < 10 * RATE; i++)
		ahead_ms = relay_rate_use(&one, RATE, 1, NOW);
	ck_assert_uint_eq(ahead_ms, relay_rate_use(&many, RATE, (size_t)10 * RATE, NOW));
	one = (struct relay_rate){ 0 };
	for (unsigned i = 0; i < 3000000; i++)
		ahead_ms = relay_rate_use(&one, MSRP_RATE_MAX, 1, NOW);
	ck_assert_uint_gt(ahead_ms, 0);
}
END_TEST

START_TEST(the_last_whole_second_is_shown)
{
	struct relay_rate rate = { 0 };

	relay_rate_use(&rate, RATE, 100, NOW);
	relay_rate_use(&rate, RATE, 10, NOW + 999);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 999), 0);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 1000), 110);
	relay_rate_use(&rate, RATE, 1, NOW + 1500);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 1999), 110);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 2000), 1);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 3000), 0);
	relay_rate_use(&rate, RATE, 5, NOW + 5000);
	ck_assert_uint_eq(relay_rate_now(&rate, NOW + 5000), 0);
}
END_TEST

static const struct {
	uint64_t own, usual, rate;
} rates[] = {
	{ 0, 0, 0 },
	{ 0, 10000, 10000 },
	{ 20000, 0, 20000 },
	{ 20000, 10000, 20000 },
	{ MSRP_NO_RATE_LIMIT, 10000, 0 },
	{ MSRP_NO_RATE_LIMIT, 0, 0 },
};

START_TEST(a_rate_of_ones_own_goes_before_the_usual_one)
{
	static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";
	struct relay_quota *quota = relay_quota_new(seed);
	uint64_t rate = rates[_i].rate, usual = rates[_i].usual;
	struct relay_share *share, *same;
	struct relay_usage usage;

	ck_assert_int_eq(relay_quota_take(quota, SLICE("a"), SLICE("r"), 2, NOW, &share), 0);
	ck_assert_int_eq(relay_quota_take(quota, SLICE("a"), SLICE("r"), 2, NOW, &same), 0);
	relay_quota_set_rate(share, rates[_i].own);
	ck_assert_uint_eq(relay_quota_use(share, RELAY_SENT, 40000, usual, NOW),
			  rate > 0 ? 40000 * 1000 / rate : 0);
	/* The other session has the same budget; the other direction has one of its own. */
	ck_assert_uint_eq(relay_quota_use(same, RELAY_SENT, 0, usual, NOW),
			  rate > 0 ? 40000 * 1000 / rate : 0);
	ck_assert_uint_eq(relay_quota_use(same, RELAY_RECEIVED, 0, usual, NOW), 0);
	relay_quota_usage(same, usual, NOW + 1000, &usage);
	ck_assert_uint_eq(usage.n_sessions, 2);
	ck_assert_uint_eq(usage.rate, rate);
	ck_assert_uint_eq(usage.used[RELAY_SENT], rate > 0 ? 40000 : 0);
	ck_assert_uint_eq(usage.used[RELAY_RECEIVED], 0);
	relay_quota_give_back(quota, share, NOW);
	relay_quota_give_back(quota, same, NOW);
	relay_quota_free(quota);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rate");
	TCase *tcase = tcase_create("rate");

	tcase_add_test(tcase, nothing_used_is_nothing_to_wait_for);
	tcase_add_test(tcase, a_second_of_bytes_takes_a_second);
	tcase_add_test(tcase, time_in_which_nothing_is_used_is_not_saved);
	tcase_add_test(tcase, single_bytes_cost_as_much_as_many);
	tcase_add_test(tcase, the_last_whole_second_is_shown);
	tcase_add_loop_test(tcase, a_rate_of_ones_own_goes_before_the_usual_one, 0,
			    (int)(sizeof(rates) / sizeof(rates[0])));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
