/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work that is due for many at once is done in parts, so that others need not wait: tests
 * relay_tick() in src/relay/relay.c, and traces.
 */
#include "relay/relay.h"

#include <stdio.h>
#include <string.h>

#include "support/login.h"
#include "support/run.h"

enum {
	N = 300,
	TURN = 128, /* the most per turn */
	EXPIRES_MS = 600 * 1000,
	HOUR_MS = 60 * 60 * 1000,
};

static struct world world;
static struct world_end *end[N];

/* N users with a session each, all begun at the same moment. */
static void setup(void)
{
	struct relay_config config = world_config();
	char name[16], uri[LOGIN_URI];

	world_init(&world);
	ck_assert_int_eq(world_start(&world, &config), 0);
	for (unsigned i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		end[i] = world_accept(&world, name, 0, true, NULL);
		ck_assert_ptr_nonnull(end[i]);
		ck_assert(login_session(end[i], name, uri));
	}
}

static void teardown(void)
{
	world_done(&world, NULL);
}

static size_t count_sessions(void)
{
	struct relay_totals totals;

	world_count(&world, &totals);
	return totals.sessions;
}

static size_t count_closing(void)
{
	size_t n = 0;

	for (unsigned i = 0; i < N; i++)
		n += end[i]->closing;
	return n;
}

/* Calls the relay while it has more to do. COUNT rises or falls with the work. */
static void tick_in_turns(size_t (*count)(void), size_t want)
{
	uint64_t next;
	unsigned turns = 0;

	do {
		size_t before = count(), after, done;

		next = relay_tick(world.relay[0], world.now_ms);
		after = count();
		done = after > before ? after - before : before - after;
		ck_assert_uint_le(done, TURN);
		ck_assert_uint_lt(turns++, N);
		if (after != want)
			ck_assert_uint_le(next, world.now_ms);
	} while (next <= world.now_ms);
	ck_assert_uint_ge(turns, N / TURN);
	ck_assert_uint_eq(count(), want);
}

START_TEST(sessions_that_expire_together_end_in_turns)
{
	ck_assert_uint_eq(count_sessions(), N);
	world.now_ms += EXPIRES_MS;
	tick_in_turns(count_sessions, 0);
}
END_TEST

START_TEST(peers_that_are_idle_together_are_closed_in_turns)
{
	world.now_ms += EXPIRES_MS;
	tick_in_turns(count_sessions, 0);
	ck_assert_uint_eq(count_closing(), 0);
	world.now_ms += HOUR_MS;
	tick_in_turns(count_closing, N);
}
END_TEST

START_TEST(a_user_is_looked_for_in_turns_and_traced_in_the_end)
{
	static const char request[] = "MSRP abcd AUTH\r\nTo-Path: msrps://example.com;tcp\r\n"
				      "From-Path: msrps://a.example.org:7965/a;tcp\r\n"
				      "-------abcd$\r\n";

	ck_assert_int_eq(world_trace(&world, RELAY_TRACE_USER, SLICE("user299"), 1), 0);
	ck_assert_uint_gt(relay_tick(world.relay[0], world.now_ms), world.now_ms);
	world_send(end[N - 1], request, strlen(request));
	ck_assert_uint_gt(world.traced.len, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("turns");
	TCase *tcase = tcase_create("turns");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, sessions_that_expire_together_end_in_turns);
	tcase_add_test(tcase, a_user_is_looked_for_in_turns_and_traced_in_the_end);
	tcase_add_test(tcase, peers_that_are_idle_together_are_closed_in_turns);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
