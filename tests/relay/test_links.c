/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cost of a SEND in a session whose strangers have long URIs: it must not grow with these, or
 * one stranger slows down a session for all. Tests src/relay/link.c.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/login.h"
#include "support/run.h"
#include "support/sanitized.h"

enum {
	STRANGERS = 15,
	LONG = 15 * 1024, /* of a URI, in a head of 16 KiB */
	SENDS = 500,
	ROUNDS = 9,

	/*
	 * How many times more a SEND may cost in a session with long URIs. When they were parsed
	 * for each it was 40 times.
	 */
	TIMES_MAX = 4,
};

static struct world world;
static struct world_end *alice, *mallory, *carol;
static char uri[LOGIN_URI];
static const char alices[] = "msrps://alice.example.org:7965/alice;tcp";
static const char carols[] = "msrps://carol.example.org:7965/carol;tcp";

static void send_one(struct world_end *end, const char *to, const char *from)
{
	struct buf text = { 0 };

	buf_add_slice(&text, SLICE("MSRP abcd SEND\r\nTo-Path: "));
	buf_add_slice(&text, slice_from(uri));
	buf_add_slice(&text, SLICE(" "));
	buf_add_slice(&text, slice_from(to));
	buf_add_slice(&text, SLICE("\r\nFrom-Path: "));
	buf_add_slice(&text, slice_from(from));
	buf_add_slice(&text, SLICE("\r\nMessage-ID: m\r\nFailure-Report: no\r\n"));
	buf_add_slice(&text, SLICE("-------abcd$\r\n"));
	world_send(end, buf_data(&text), text.len);
	buf_done(&text);
	buf_clear(&alice->out);
	buf_clear(&carol->out);
}

/* Mallory's names differ at the end of a session-id of this many letters. */
static void send_as_many(size_t len)
{
	struct buf name = { 0 };

	for (int i = 0; i < STRANGERS; i++) {
		buf_clear(&name);
		buf_add_slice(&name, SLICE("msrps://s.example.org:1/"));
		for (size_t n = 1; n < len; n++)
			buf_add_char(&name, 'x');
		buf_add_char(&name, (char)('a' + i));
		buf_add_slice(&name, SLICE(";tcp"));
		buf_add_char(&name, '\0');
		send_one(mallory, alices, (const char *)buf_data(&name));
	}
	buf_done(&name);
}

/* A session with STRANGERS that have such long names, and Carol, who came before them. */
static void set_up(size_t len)
{
	struct relay_config config = world_config();

	world_init(&world);
	ck_assert_int_eq(world_start(&world, &config), 0);
	alice = world_accept(&world, "alice", 0, true, NULL);
	mallory = world_accept(&world, "mallory", 0, true, NULL);
	carol = world_accept(&world, "carol", 0, true, NULL);
	ck_assert(login_session(alice, "alice", uri));
	send_one(carol, alices, carols);
	send_as_many(len);
}

/* The cost of sending to her. */
static double measure(void)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		clock_t start = clock();
		double seconds;

		for (int i = 0; i < SENDS; i++)
			send_one(alice, carols, alices);
		seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		best = seconds < best ? seconds : best;
	}
	return best;
}

START_TEST(long_names_that_are_known_cost_nothing_for_each_message)
{
	double with_short, with_long;

	set_up(8);
	with_short = measure();
	world_done(&world, NULL);
	set_up(LONG);
	with_long = measure();
	world_done(&world, NULL);
	printf("# %.2f us a SEND with short names, %.2f us with long ones\n",
	       with_short * 1e6 / SENDS, with_long * 1e6 / SENDS);
	ck_assert_double_lt(with_long, with_short * TIMES_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("links");
	TCase *tcase = tcase_create("links");

	if (!SUPPORT_IS_SANITIZED) /* any cost is accepted there */
		tcase_add_test(tcase, long_names_that_are_known_cost_nothing_for_each_message);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
