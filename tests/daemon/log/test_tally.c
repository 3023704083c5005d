/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "support/run.h"

enum { START_MS = 500, MINUTE_MS = 60 * 1000 };

static char told[64 * 1024];

static void on_more(enum record_type type, struct slice from, uint64_t n, void *arg)
{
	size_t len = strlen(told);

	ck_assert_ptr_eq(arg, told);
	snprintf(told + len, sizeof(told) - len, "%d %" SLICE_FMT " %" PRIu64 "; ", (int)type,
		 SLICE_ARG(from), n);
}

static void expect_told(struct tally *tally, uint64_t now_ms, const char *want)
{
	told[0] = '\0';
	tally_tick(tally, now_ms, on_more, told);
	ck_assert_str_eq(told, want);
}

/* There was a line about N more of TYPE from there. */
static void expect_line(enum record_type type, const char *from, unsigned n)
{
	char want[128];

	snprintf(want, sizeof(want), "%d %s %u; ", (int)type, from, n);
	ck_assert_msg(strstr(told, want), "no \"%s\" among: %s", want, told);
}

static unsigned count_told(void)
{
	unsigned n = 0;

	for (const char *p = told; (p = strchr(p, ';')); p++)
		n++;
	return n;
}

/* The sum of all lines about more of TYPE. */
static unsigned sum_told(enum record_type type)
{
	unsigned sum = 0, n;
	int line;

	for (const char *p = told; *p; p = strchr(p, ';') + 2) {
		bool found = sscanf(p, "%d %*[^ ;] %u;", &line, &n) == 2 ||
			     sscanf(p, "%d  %u;", &line, &n) == 2;

		ck_assert(found);
		sum += line == (int)type ? n : 0;
	}
	return sum;
}

/* Adds N, and returns how many are written. */
static unsigned add(struct tally *tally, enum record_type type, const char *from, unsigned n)
{
	unsigned written = 0;

	for (unsigned i = 0; i < n; i++)
		written += tally_add(tally, type, slice_from(from), START_MS + i % 1000);
	return written;
}

static const struct {
	enum record_type type;
	unsigned lines; /* written out of 1000 */
} types[] = {
	{ RECORD_SESSION_OPENED, 1000 }, { RECORD_SESSION_RENEWED, 1000 },
	{ RECORD_SESSION_ENDED, 1000 },	 { RECORD_LISTENING, 1000 },
	{ RECORD_AUTH_FAILED, 5 },	 { RECORD_BAD_REQUEST, 5 },
	{ RECORD_REFUSED, 5 },		 { RECORD_NEXT_HOP_FAILED, 5 },
	{ RECORD_NOT_DELIVERED, 5 },	 { RECORD_TIMED_OUT, 1 },
	{ RECORD_MADE_ROOM, 1 },	 { RECORD_ACCEPT_FAILED, 1 },
	{ RECORD_CONTROL_STRANGER, 5 },	 { RECORD_CONTROL_REFUSED, 5 },
	{ RECORD_PROXY_REFUSED, 5 },	 { RECORD_CALL_ENDED, 1000 },
	{ RECORD_ADMIN_REFUSED, 5 },	 { RECORD_CLAIMED, 5 },
};

START_TEST(all_are_counted_and_few_are_written)
{
	struct tally tally = { 0 };
	char want[64] = "";

	ck_assert_uint_eq(tally_due_ms(&tally), UINT64_MAX);
	ck_assert_uint_eq(add(&tally, types[_i].type, "192.0.2.1", 1000), types[_i].lines);
	ck_assert_uint_eq(tally.total[types[_i].type], 1000);
	if (types[_i].lines < 1000) {
		ck_assert_uint_eq(tally_due_ms(&tally), START_MS + MINUTE_MS);
		snprintf(want, sizeof(want), "%d 192.0.2.1 %u; ", (int)types[_i].type,
			 1000 - types[_i].lines);
	}
	expect_told(&tally, START_MS + MINUTE_MS - 1, "");
	expect_told(&tally, START_MS + MINUTE_MS, want);
	ck_assert_uint_eq(tally_due_ms(&tally), UINT64_MAX);
	expect_told(&tally, START_MS + 2 * MINUTE_MS, "");
	/* The next minute begins anew; what was counted stays. */
	ck_assert_uint_eq(add(&tally, types[_i].type, "192.0.2.1", 1), 1);
	ck_assert_uint_eq(tally.total[types[_i].type], 1001);
}
END_TEST

START_TEST(few_need_no_line_about_more)
{
	struct tally tally = { 0 };

	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, "192.0.2.1", 5), 5);
	expect_told(&tally, START_MS + MINUTE_MS, "");
}
END_TEST

START_TEST(causes_are_told_apart)
{
	struct tally tally = { 0 };

	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, "192.0.2.1", 10), 5);
	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, "192.0.2.10", 7), 5);
	ck_assert_uint_eq(add(&tally, RECORD_BAD_REQUEST, "192.0.2.1", 6), 5);
	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, "", 8), 5);
	told[0] = '\0';
	tally_tick(&tally, START_MS + MINUTE_MS, on_more, told);
	expect_line(RECORD_REFUSED, "192.0.2.1", 5);
	expect_line(RECORD_REFUSED, "192.0.2.10", 2);
	expect_line(RECORD_BAD_REQUEST, "192.0.2.1", 1);
	expect_line(RECORD_REFUSED, "", 3);
	ck_assert_uint_eq(count_told(), 4);
}
END_TEST

/* Once lost by the journal: 70 addresses with one failure each, and then 40 guesses of another. */
START_TEST(a_guesser_among_others_is_told_of)
{
	struct tally tally = { 0 };
	char from[32];

	for (int i = 1; i <= 70; i++) {
		snprintf(from, sizeof(from), "192.0.2.%d", i);
		ck_assert_uint_eq(add(&tally, RECORD_AUTH_FAILED, from, 1), 1);
	}
	ck_assert_uint_eq(add(&tally, RECORD_AUTH_FAILED, "192.0.2.71", 40), 5);
	told[0] = '\0';
	tally_tick(&tally, START_MS + MINUTE_MS, on_more, told);
	expect_line(RECORD_AUTH_FAILED, "192.0.2.71", 35);
	ck_assert_uint_eq(count_told(), 1);
}
END_TEST

/*
 * An attacker with many addresses gets as many lines, but hides neither other types nor other
 * causes.
 */
START_TEST(a_flood_of_causes_hides_none_that_comes_again)
{
	struct tally tally = { 0 };
	char from[32];
	unsigned written = 0, n = 20 * TALLY_CAUSES;

	for (unsigned i = 0; i < n; i++) {
		snprintf(from, sizeof(from), "2001:db8:%x::/64", i);
		written += add(&tally, RECORD_BAD_REQUEST, from, 1);
		if (i % 256 == 0)
			written += add(&tally, RECORD_BAD_REQUEST, "192.0.2.1", 1);
	}
	ck_assert_uint_eq(written, TALLY_LINES_MAX);
	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, "192.0.2.2", 6), 5);
	told[0] = '\0';
	tally_tick(&tally, START_MS + MINUTE_MS, on_more, told);
	expect_line(RECORD_BAD_REQUEST, "192.0.2.1", n / 256 - 1); /* one was written */
	expect_line(RECORD_REFUSED, "192.0.2.2", 1);
	/*
	 * All of them except those that were written completely, and one line for those left out.
	 */
	ck_assert_uint_le(count_told(), TALLY_CAUSES + 2);
	ck_assert_uint_eq(sum_told(RECORD_BAD_REQUEST), n + n / 256 - TALLY_LINES_MAX);
	ck_assert_uint_eq(tally.total[RECORD_BAD_REQUEST], n + n / 256);
}
END_TEST

START_TEST(long_names_are_cut)
{
	struct tally tally = { 0 };
	char from[3 * TALLY_FROM_MAX];

	memset(from, 'a', sizeof(from) - 1);
	from[sizeof(from) - 1] = '\0';
	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, from, 4), 4);
	from[TALLY_FROM_MAX] = '\0';
	ck_assert_uint_eq(add(&tally, RECORD_REFUSED, from, 4), 1);
}
END_TEST

START_TEST(a_flush_does_not_wait)
{
	struct tally tally = { 0 };
	char want[64];

	ck_assert_uint_eq(add(&tally, RECORD_AUTH_FAILED, "192.0.2.1", 9), 5);
	told[0] = '\0';
	tally_flush(&tally, on_more, told);
	snprintf(want, sizeof(want), "%d 192.0.2.1 4; ", RECORD_AUTH_FAILED);
	ck_assert_str_eq(told, want);
	expect_told(&tally, START_MS + MINUTE_MS, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tally");
	TCase *tcase = tcase_create("tally");

	tcase_add_loop_test(tcase, all_are_counted_and_few_are_written, 0,
			    (int)(sizeof(types) / sizeof(types[0])));
	tcase_add_test(tcase, few_need_no_line_about_more);
	tcase_add_test(tcase, causes_are_told_apart);
	tcase_add_test(tcase, a_guesser_among_others_is_told_of);
	tcase_add_test(tcase, a_flood_of_causes_hides_none_that_comes_again);
	tcase_add_test(tcase, long_names_are_cut);
	tcase_add_test(tcase, a_flush_does_not_wait);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
