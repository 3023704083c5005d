/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of sessions and peers, read while these come and go, and how an operator ends a session:
 * tests src/relay/trace/walk.c and src/relay/view.c.
 */
#include "relay/view.h"

#include <stdio.h>

#include "support/login.h"
#include "support/run.h"

enum { N = 20 };

static struct world world;
static struct world_end *end[N];
static char uri[N][LOGIN_URI];

/* N users, each with a connection and a session. */
static void setup(void)
{
	struct relay_config config = world_config();
	char name[16];

	world_init(&world);
	ck_assert_int_eq(world_start(&world, &config), 0);
	for (unsigned i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		end[i] = world_accept(&world, name, 0, true, NULL);
		ck_assert_ptr_nonnull(end[i]);
		ck_assert(login_session(end[i], name, uri[i]));
	}
}

static void teardown(void)
{
	world_done(&world, NULL);
}

static unsigned number_of(const struct relay_session_view *view)
{
	unsigned n;

	ck_assert_int_eq(sscanf(view->user.p, "user%u", &n), 1);
	return n;
}

static unsigned walk_sessions(struct relay_walk *walk, unsigned most, bool seen[N])
{
	struct relay_session_view view;
	unsigned n = 0;

	while (n < most && relay_walk_session(walk, world.now_ms, &view)) {
		ck_assert(!seen[number_of(&view)]);
		seen[number_of(&view)] = true;
		n++;
	}
	return n;
}

START_TEST(all_sessions_are_seen_once)
{
	struct relay_walk walk;
	bool seen[N] = { 0 };

	relay_walk_start(&walk, world.relay[0]);
	ck_assert_uint_eq(walk_sessions(&walk, 7, seen), 7);
	ck_assert_uint_eq(walk_sessions(&walk, N, seen), N - 7);
	ck_assert_uint_eq(walk_sessions(&walk, N, seen), 0);
	relay_walk_stop(&walk);
}
END_TEST

/* A session that ends is not seen any more, and all others are, even if it was the next one. */
START_TEST(sessions_that_end_between_two_pages_do_no_harm)
{
	struct relay_walk walk;
	bool seen[N] = { 0 };
	bool was_seen;

	relay_walk_start(&walk, world.relay[0]);
	walk_sessions(&walk, N / 2, seen);
	was_seen = seen[_i];
	world_break(end[_i], "gone");
	ck_assert_uint_eq(walk_sessions(&walk, N, seen), N / 2 - !was_seen);
	relay_walk_stop(&walk);
}
END_TEST

START_TEST(peers_that_go_between_two_pages_do_no_harm)
{
	struct relay_walk walk;
	struct relay_peer_view view;
	unsigned n = 0;
	unsigned before = 0;

	relay_walk_start(&walk, world.relay[0]);
	while (n < N / 2 && relay_walk_peer(&walk, &view)) {
		before += relay_peer_handle(view.peer) == end[_i];
		ck_assert_uint_eq(view.n_sessions, 1);
		n++;
	}
	world_break(end[_i], "gone");
	while (relay_walk_peer(&walk, &view))
		n++;
	ck_assert_uint_eq(n, N - 1 + before);
	relay_walk_stop(&walk);
}
END_TEST

static struct slice id_of(const char *text)
{
	struct msrp_uri_slices parsed;

	ck_assert_int_eq(msrp_uri_parse(slice_from(text), &parsed), 0);
	return parsed.session_id;
}

START_TEST(a_session_is_found_by_the_beginning_of_its_id)
{
	struct relay_session *session;
	struct relay_session_view view;
	struct slice id = id_of(uri[3]);

	for (size_t len = 6; len <= id.len; len++) {
		ck_assert_int_eq(
		    relay_session_lookup(world.relay[0], slice_first(id, len), &session),
		    RELAY_HANDLE_FOUND);
		relay_session_view(session, world.now_ms, &view);
		ck_assert_uint_eq(number_of(&view), 3);
	}
	ck_assert_int_eq(relay_session_lookup(world.relay[0], SLICE(""), &session),
			 RELAY_HANDLE_UNKNOWN);
	ck_assert_int_eq(relay_session_lookup(world.relay[0], SLICE("no such"), &session),
			 RELAY_HANDLE_UNKNOWN);
}
END_TEST

/* 20 ids with 64 possible first characters: some have the same. */
START_TEST(a_beginning_that_several_have_is_ambiguous)
{
	struct relay_session *session;
	unsigned n = 0;

	for (const char *c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"; *c;
	     c++) {
		unsigned having = 0;
		enum relay_handle want;

		for (unsigned i = 0; i < N; i++)
			having += id_of(uri[i]).p[0] == *c;
		want = having == 0   ? RELAY_HANDLE_UNKNOWN
		       : having == 1 ? RELAY_HANDLE_FOUND
				     : RELAY_HANDLE_AMBIGUOUS;
		ck_assert_int_eq(relay_session_lookup(world.relay[0], slice_make(c, 1), &session),
				 want);
		n += having;
	}
	ck_assert_uint_eq(n, N);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("walk");
	TCase *tcase = tcase_create("walk");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, all_sessions_are_seen_once);
	tcase_add_loop_test(tcase, sessions_that_end_between_two_pages_do_no_harm, 0, N);
	tcase_add_loop_test(tcase, peers_that_go_between_two_pages_do_no_harm, 0, N);
	tcase_add_test(tcase, a_session_is_found_by_the_beginning_of_its_id);
	tcase_add_test(tcase, a_beginning_that_several_have_is_ambiguous);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
