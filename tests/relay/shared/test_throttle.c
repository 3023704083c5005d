/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pauses after wrong passwords, on a clock in a variable: tests src/relay/shared/throttle.c. */
#include "relay/shared/throttle.h"

#include <stdio.h>

#include "support/run.h"

enum { FAILURES = 5, MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static struct relay_throttle *throttle;
static uint64_t now;

static void start(void)
{
	static const uint8_t key[SIPHASH_KEY_LEN] = "a key";

	throttle = relay_throttle_new(key, RELAY_THROTTLE_ORIGINS);
	ck_assert(throttle);
	relay_throttle_configure(throttle, FAILURES);
	now = 1000;
}

static void stop(void)
{
	throttle = relay_throttle_free(throttle);
}

static struct relay_origin at(const char *address)
{
	return (struct relay_origin){ .address = slice_from(address) };
}

static struct relay_origin behind(const char *hop, const char *user)
{
	return (struct relay_origin){ .address = slice_from("192.0.2.9"),
				      .hop = slice_from(hop),
				      .user = slice_from(user),
				      .realm = slice_from("example.com") };
}

/* The pause that begins with the last of N wrong passwords; 0: none has begun. */
static uint64_t wrong(struct relay_origin origin, unsigned n)
{
	struct relay_pause pause = { 0 };

	while (n-- > 0)
		relay_throttle_wrong(throttle, &origin, now, &pause);
	return pause.ms;
}

static bool may_try(struct relay_origin origin)
{
	return relay_throttle_may_try(throttle, &origin, now);
}

static uint64_t right(struct relay_origin origin)
{
	return relay_throttle_right(throttle, &origin, now);
}

/* The number of pauses that are over and were not reported yet. */
static unsigned ended(void)
{
	struct relay_throttle_view view;
	size_t place = 0;
	unsigned n = 0;

	while (relay_throttle_end(throttle, now, &place, &view))
		n++;
	return n;
}

START_TEST(so_many_wrong_ones_begin_a_pause)
{
	ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES - 1), 0);
	ck_assert(may_try(at("192.0.2.1")));
	ck_assert_uint_eq(wrong(at("192.0.2.1"), 1), MINUTE);
	ck_assert(!may_try(at("192.0.2.1")));
	ck_assert(may_try(at("192.0.2.2")));
	now += MINUTE - 1;
	ck_assert(!may_try(at("192.0.2.1")));
	ck_assert_uint_eq(ended(), 0);
	now++;
	ck_assert(may_try(at("192.0.2.1")));
	ck_assert_uint_eq(ended(), 1);
	ck_assert_uint_eq(ended(), 0);
}
END_TEST

START_TEST(pauses_grow_up_to_an_hour)
{
	uint64_t want = MINUTE;

	for (int i = 0; i < 10; i++) {
		ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES), want);
		now += want;
		ck_assert_uint_eq(ended(), 1);
		want = 2 * want < HOUR ? 2 * want : HOUR;
	}
	/* A quiet hour erases earlier pauses. */
	now += HOUR;
	ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES), MINUTE);
}
END_TEST

START_TEST(time_forgives_one_after_the_other)
{
	for (int i = 0; i < 100; i++) {
		ck_assert_uint_eq(wrong(at("192.0.2.1"), 1), 0);
		now += HOUR / FAILURES;
	}
	ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES - 1), 0);
	now += HOUR / FAILURES;
	ck_assert_uint_eq(wrong(at("192.0.2.1"), 1), 0);
	ck_assert_uint_eq(wrong(at("192.0.2.1"), 1), MINUTE);
}
END_TEST

/* Otherwise an attacker with an account could continue for ever. */
START_TEST(a_right_one_forgives_nothing_and_says_how_many_were_wrong)
{
	ck_assert_uint_eq(right(at("192.0.2.1")), 0);
	ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES - 1), 0);
	ck_assert_uint_eq(right(at("192.0.2.1")), FAILURES - 1);
	ck_assert_uint_eq(right(at("192.0.2.1")), 0);
	ck_assert_uint_eq(wrong(at("192.0.2.1"), 1), MINUTE);
	ck_assert_uint_eq(right(at("192.0.2.1")), 1);
}
END_TEST

START_TEST(behind_a_relay_it_is_the_user)
{
	right(behind("r:2855", "bob"));
	ck_assert_uint_eq(wrong(behind("r:2855", "alice"), FAILURES), MINUTE);
	ck_assert(!may_try(behind("r:2855", "alice")));
	ck_assert(may_try(behind("r:2855", "bob")));
	ck_assert(may_try(behind("s:2855", "alice")));
	ck_assert(may_try(behind("r:2855", ""))); /* it has to name a user */
	ck_assert(may_try(at("192.0.2.9")));
	ck_assert_uint_eq(right(behind("r:2855", "alice")), FAILURES);
}
END_TEST

START_TEST(a_relay_nobody_came_through_counts_by_names)
{
	char name[16];

	for (int i = 0; i < FAILURES - 1; i++) {
		snprintf(name, sizeof(name), "user%d", i);
		ck_assert_uint_eq(wrong(behind("r:2855", name), FAILURES - 1), 0);
	}
	ck_assert(may_try(behind("r:2855", "alice")));
	ck_assert_uint_eq(wrong(behind("r:2855", "alice"), 1), MINUTE);
	ck_assert(!may_try(behind("r:2855", "bob")));
	ck_assert(!may_try(behind("s:2855", "bob"))); /* another name, the same address */
	/* A right password was under way. */
	right(behind("r:2855", "carol"));
	ck_assert(may_try(behind("r:2855", "bob")));
	now += RELAY_THROTTLE_VOUCHED_MS;
	ck_assert_uint_eq(wrong(behind("r:2855", "dave"), 1), 0);
	ck_assert(may_try(behind("r:2855", "bob")));
}
END_TEST

START_TEST(zero_only_counts)
{
	relay_throttle_configure(throttle, 0);
	ck_assert_uint_eq(wrong(at("192.0.2.1"), 1000), 0);
	ck_assert(may_try(at("192.0.2.1")));
	ck_assert_uint_eq(right(at("192.0.2.1")), 1000);
}
END_TEST

START_TEST(pauses_are_shown_and_lifted)
{
	struct relay_throttle_counts counts;
	struct relay_throttle_view view;
	size_t place = 0;

	wrong(at("192.0.2.1"), FAILURES);
	wrong(at("192.0.2.1"), FAILURES); /* those already under way */
	now += 1000;
	may_try(at("192.0.2.1"));
	may_try(at("192.0.2.1"));
	ck_assert(relay_throttle_next(throttle, now, &place, &view));
	ck_assert_str_eq(view.name, "192.0.2.1");
	ck_assert_uint_eq(view.ends_ms, MINUTE - 1000);
	ck_assert_uint_eq(view.refused, 2);
	ck_assert(!relay_throttle_next(throttle, now, &place, &view));
	right(behind("r:2855", "bob"));
	wrong(behind("r:2855", "alice"), FAILURES);
	ck_assert(relay_throttle_lift(throttle, SLICE("r:2855/alice@example.com"), now));
	ck_assert(may_try(behind("r:2855", "alice")));
	ck_assert(!relay_throttle_lift(throttle, SLICE("192.0.2.2"), now));
	ck_assert(relay_throttle_lift(throttle, slice_from(NULL), now));
	ck_assert(may_try(at("192.0.2.1")));
	ck_assert(!relay_throttle_lift(throttle, slice_from(NULL), now));
	ck_assert_uint_eq(ended(), 2);
	relay_throttle_count(throttle, &counts);
	ck_assert_uint_eq(counts.paused, 0);
	ck_assert_uint_eq(counts.refused, 2);
	/* The next pause is the first one again. */
	ck_assert_uint_eq(wrong(at("192.0.2.1"), FAILURES), MINUTE);
}
END_TEST

/* A flood of addresses displaces neither paused origins nor those that are about to be. */
START_TEST(a_flood_of_addresses_pushes_out_itself)
{
	char address[32];

	right(behind("r:2855", "bob"));
	wrong(at("192.0.2.1"), FAILURES);
	wrong(at("192.0.2.2"), FAILURES - 1);
	for (unsigned i = 0; i < 20 * RELAY_THROTTLE_ORIGINS; i++) {
		snprintf(address, sizeof(address), "2001:db8:%x:%x::/64", i >> 16, i & 0xffff);
		wrong(at(address), 1);
	}
	ck_assert(!may_try(at("192.0.2.1")));
	ck_assert_uint_eq(wrong(at("192.0.2.2"), 1), MINUTE);
	ck_assert_uint_eq(right(at("192.0.2.2")), FAILURES);
	ck_assert(relay_throttle_is_vouched(throttle,
					    &(struct relay_origin){ .hop = SLICE("r:2855") }, now));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("throttle");
	TCase *tcase = tcase_create("throttle");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, so_many_wrong_ones_begin_a_pause);
	tcase_add_test(tcase, pauses_grow_up_to_an_hour);
	tcase_add_test(tcase, time_forgives_one_after_the_other);
	tcase_add_test(tcase, a_right_one_forgives_nothing_and_says_how_many_were_wrong);
	tcase_add_test(tcase, behind_a_relay_it_is_the_user);
	tcase_add_test(tcase, a_relay_nobody_came_through_counts_by_names);
	tcase_add_test(tcase, zero_only_counts);
	tcase_add_test(tcase, pauses_are_shown_and_lifted);
	tcase_add_test(tcase, a_flood_of_addresses_pushes_out_itself);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
