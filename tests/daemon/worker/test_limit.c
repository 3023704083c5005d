/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/worker/limit.h"

#include <arpa/inet.h>
#include <string.h>

#include "support/run.h"

enum { NOW_MS = 1000 };

static enum limit_result accept_from(struct limit *limit, const char *text,
				     struct limit_hold *ret_hold)
{
	uint8_t address[16] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, address + 12) != 1) {
		memset(address, 0, sizeof(address));
		ck_assert_int_eq(inet_pton(AF_INET6, text, address), 1);
	}
	return limit_accept(limit, address, NOW_MS, ret_hold);
}

static void start(struct limit *limit, uint64_t total, uint64_t per_address, uint64_t unproven)
{
	struct limit_options options = { total, per_address, unproven };

	ck_assert_int_eq(limit_init(limit, &options), 0);
}

START_TEST(all_together_are_limited)
{
	struct limit limit;
	struct limit_hold hold[3];

	start(&limit, 2, 9, 9);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[1]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.2", &hold[2]), LIMIT_TOTAL);
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[2]), LIMIT_TOTAL);
	limit_release(&limit, &hold[1]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.2", &hold[2]), LIMIT_OK);
	limit_release(&limit, &hold[0]);
	limit_release(&limit, &hold[2]);
	limit_done(&limit);
}
END_TEST

/* Two connections are allowed from an address; the third, from THIRD, gets WANT. */
static const struct {
	const char *first;
	const char *second;
	const char *third;
	enum limit_result want;
} addresses[] = {
	{ "192.0.2.1", "192.0.2.1", "192.0.2.1", LIMIT_ADDRESS },
	{ "192.0.2.1", "192.0.2.1", "192.0.2.2", LIMIT_OK },
	{ "192.0.2.1", "192.0.2.2", "192.0.2.1", LIMIT_OK },
	{ "2001:db8::1", "2001:db8::2", "2001:db8::ffff:0:0:3", LIMIT_ADDRESS },
	{ "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", LIMIT_OK },
	{ "::1", "::1", "127.0.0.1", LIMIT_OK },
};

START_TEST(an_address_is_limited)
{
	struct limit limit;
	struct limit_hold hold[3] = { 0 };

	start(&limit, 9, 2, 9);
	ck_assert_int_eq(accept_from(&limit, addresses[_i].first, &hold[0]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, addresses[_i].second, &hold[1]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, addresses[_i].third, &hold[2]), addresses[_i].want);
	limit_release(&limit, &hold[1]);
	if (addresses[_i].want != LIMIT_OK)
		ck_assert_int_eq(accept_from(&limit, addresses[_i].third, &hold[2]), LIMIT_OK);
	limit_release(&limit, &hold[0]);
	limit_release(&limit, &hold[2]);
	limit_done(&limit);
}
END_TEST

START_TEST(those_that_have_done_nothing_are_limited)
{
	struct limit limit;
	struct limit_hold hold[5];

	start(&limit, 9, 9, 2);
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[4]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[1]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[2]), LIMIT_UNPROVEN);
	limit_prove(&limit, &hold[0]);
	limit_prove(&limit, &hold[0]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[2]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[3]), LIMIT_UNPROVEN);
	limit_release(&limit, &hold[0]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[3]), LIMIT_UNPROVEN);
	limit_release(&limit, &hold[1]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[3]), LIMIT_OK);
	for (int i = 2; i < 5; i++)
		limit_release(&limit, &hold[i]);
	limit_done(&limit);
}
END_TEST

static unsigned n_woken;

static void on_wake(struct limit_owner *owner)
{
	n_woken++;
}

/* The one that has to go next, or NULL. */
static void *next_leaving(struct limit *limit, struct limit_owner *owner,
			  enum limit_result want_because)
{
	enum limit_result because;
	void *arg;

	if (!limit_next_leaving(limit, owner, &arg, &because))
		return NULL;
	ck_assert_int_eq(because, want_because);
	return arg;
}

START_TEST(a_newcomer_goes_for_the_next_one)
{
	struct limit limit;
	struct limit_owner owner;
	struct limit_hold hold[4];
	char name[4];

	start(&limit, 3, 9, 2);
	limit_owner_init(&owner, on_wake);
	n_woken = 0;
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[i]), LIMIT_OK);
		limit_settle(&limit, &hold[i], &owner, &name[i]);
	}
	ck_assert_uint_eq(n_woken, 1);
	ck_assert_ptr_eq(next_leaving(&limit, &owner, LIMIT_UNPROVEN), &name[0]);
	ck_assert_ptr_null(next_leaving(&limit, &owner, LIMIT_UNPROVEN));
	/* It does not count any more, though it is still there. */
	ck_assert_uint_eq(limit.unproven, 2);
	ck_assert_uint_eq(limit_total(&limit), 3);
	ck_assert_uint_eq(limit_staying(&limit), 2);
	/* Nor does what it shows too late. */
	limit_prove(&limit, &hold[0]);
	ck_assert_uint_eq(limit.unproven, 2);
	limit_prove(&limit, &hold[1]);
	/* For one of our own, too, when all together are too many. */
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[3]), LIMIT_OK);
	limit_release(&limit, &hold[0]);
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[0]), LIMIT_OK);
	ck_assert_ptr_eq(next_leaving(&limit, &owner, LIMIT_TOTAL), &name[2]);
	ck_assert_uint_eq(n_woken, 2);
	for (int i = 0; i < 4; i++)
		limit_release(&limit, &hold[i]);
	ck_assert_uint_eq(limit_staying(&limit), 0);
	limit_done(&limit);
}
END_TEST

static enum limit_result move_to(struct limit *limit, struct limit_hold *hold, uint8_t last)
{
	uint8_t address[16] = { [10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = last };

	return limit_move(limit, hold, address);
}

/* All have come from a proxy; it names the clients, and then they are counted there. */
START_TEST(who_comes_through_a_proxy_counts_where_he_is)
{
	struct limit limit;
	struct limit_owner owner;
	struct limit_hold hold[5];
	char name[5];

	start(&limit, 9, 2, 4);
	limit_owner_init(&owner, on_wake);
	n_woken = 0;
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[i]), LIMIT_OK);
		limit_settle(&limit, &hold[i], &owner, &name[i]);
		ck_assert_int_eq(move_to(&limit, &hold[i], (uint8_t)(2 + i / 2)), LIMIT_OK);
	}
	limit_prove(&limit, &hold[0]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[4]), LIMIT_OK);
	limit_settle(&limit, &hold[4], &owner, &name[4]);
	/* Too many there: it stays counted where it was. */
	ck_assert_int_eq(move_to(&limit, &hold[4], 2), LIMIT_ADDRESS);
	ck_assert_int_eq(move_to(&limit, &hold[4], 1), LIMIT_OK);
	/* One that is no newcomer any more moves as well, and makes room. */
	ck_assert_int_eq(move_to(&limit, &hold[0], 9), LIMIT_OK);
	ck_assert_int_eq(move_to(&limit, &hold[4], 2), LIMIT_OK);
	ck_assert_uint_eq(limit.unproven, 4);
	/* One that has to go is released where it is. */
	limit_release(&limit, &hold[0]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.8", &hold[0]), LIMIT_OK);
	ck_assert_uint_eq(n_woken, 1);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(move_to(&limit, &hold[1 + i], 7),
				 i < 2 ? LIMIT_OK : LIMIT_ADDRESS);
	ck_assert_ptr_eq(next_leaving(&limit, &owner, LIMIT_UNPROVEN), &name[2]);
	for (int i = 0; i < 5; i++)
		limit_release(&limit, &hold[i]);
	limit_done(&limit);
}
END_TEST

/* One that has to go while it moves is told where it arrives, once. */
START_TEST(who_moves_goes_where_it_arrives)
{
	struct limit limit;
	struct limit_owner from, to;
	struct limit_hold hold[3], moved;
	char name[3];

	start(&limit, 9, 9, 1);
	limit_owner_init(&from, on_wake);
	limit_owner_init(&to, on_wake);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	limit_settle(&limit, &hold[0], &from, &name[0]);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[1]), LIMIT_OK);
	limit_unsettle(&limit, &hold[0]);
	ck_assert_ptr_null(next_leaving(&limit, &from, LIMIT_UNPROVEN));
	moved = hold[0];
	limit_settle(&limit, &moved, &to, &name[1]);
	ck_assert_ptr_eq(next_leaving(&limit, &to, LIMIT_UNPROVEN), &name[1]);
	/* Nobody was told about the other one, so it cannot go, and the next has to wait. */
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[2]), LIMIT_UNPROVEN);
	limit_release(&limit, &moved);
	limit_release(&limit, &hold[1]);
	limit_done(&limit);
}
END_TEST

START_TEST(one_that_is_gone_need_not_go)
{
	struct limit limit;
	struct limit_owner owner;
	struct limit_hold hold[2];
	char name;

	start(&limit, 9, 9, 1);
	limit_owner_init(&owner, on_wake);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	limit_settle(&limit, &hold[0], &owner, &name);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.2", &hold[1]), LIMIT_OK);
	limit_release(&limit, &hold[0]);
	ck_assert_ptr_null(next_leaving(&limit, &owner, LIMIT_UNPROVEN));
	limit_release(&limit, &hold[1]);
	limit_done(&limit);
}
END_TEST

START_TEST(releasing_twice_is_harmless)
{
	struct limit limit;
	struct limit_hold hold[2];

	start(&limit, 9, 9, 9);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[1]), LIMIT_OK);
	limit_release(&limit, &hold[0]);
	limit_release(&limit, &hold[0]);
	ck_assert_uint_eq(limit.total, 1);
	limit_release(&limit, &hold[1]);
	limit_done(&limit);
}
END_TEST

START_TEST(refusals_are_told_once_a_minute_and_cause)
{
	struct limit limit;

	start(&limit, 9, 9, 9);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 5), 1);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 6), 0);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_ADDRESS, 6), 1);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 60004), 0);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 60005), 3);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 60006), 0);
	ck_assert_uint_eq(limit_refused(&limit, LIMIT_TOTAL, 500000), 2);
	ck_assert_uint_eq(limit.refusal[LIMIT_TOTAL].total, 6);
	ck_assert_uint_eq(limit.refusal[LIMIT_ADDRESS].total, 1);
	ck_assert_uint_eq(limit.refusal[LIMIT_UNPROVEN].total, 0);
}
END_TEST

START_TEST(those_that_leave_are_counted_until_they_are_gone)
{
	struct limit limit;
	struct limit_hold hold[2];

	start(&limit, 2, 9, 9);
	ck_assert_int_eq(accept_from(&limit, "192.0.2.1", &hold[0]), LIMIT_OK);
	ck_assert_int_eq(limit_connect(&limit, NOW_MS, &hold[1]), LIMIT_OK);
	limit_leave(&limit, &hold[0]);
	limit_leave(&limit, &hold[0]);
	ck_assert_uint_eq(limit_total(&limit), 2);
	ck_assert_uint_eq(limit_staying(&limit), 1);
	limit_release(&limit, &hold[0]);
	ck_assert_uint_eq(limit_total(&limit), 1);
	ck_assert_uint_eq(limit_staying(&limit), 1);
	limit_release(&limit, &hold[1]);
	limit_done(&limit);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("limit");
	TCase *tcase = tcase_create("limit");

	tcase_add_test(tcase, all_together_are_limited);
	tcase_add_loop_test(tcase, an_address_is_limited, 0,
			    (int)(sizeof(addresses) / sizeof(addresses[0])));
	tcase_add_test(tcase, those_that_have_done_nothing_are_limited);
	tcase_add_test(tcase, a_newcomer_goes_for_the_next_one);
	tcase_add_test(tcase, who_comes_through_a_proxy_counts_where_he_is);
	tcase_add_test(tcase, who_moves_goes_where_it_arrives);
	tcase_add_test(tcase, one_that_is_gone_need_not_go);
	tcase_add_test(tcase, releasing_twice_is_harmless);
	tcase_add_test(tcase, those_that_leave_are_counted_until_they_are_gone);
	tcase_add_test(tcase, refusals_are_told_once_a_minute_and_cause);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
