/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/session/coverage.h"

#include <errno.h>
#include <string.h>

#include "support/expect.h"
#include "support/run.h"

/* Spans are written as digits: "25" is octets 2, 3 and 4. */
static const struct {
	const char *what;
	const char *added[6];
	uint64_t covered;
	const char *want; /* the remaining spans, in a row */
} cases[] = {
	{ "nothing", { NULL }, 0, "" },
	{ "an empty span", { "33" }, 0, "" },
	{ "one span", { "25" }, 3, "25" },
	{ "one after the other", { "02", "24", "48" }, 8, "08" },
	{ "the second first", { "48", "04" }, 8, "08" },
	{ "with a gap", { "02", "57" }, 4, "0257" },
	{ "a gap that is filled", { "02", "57", "25" }, 7, "07" },
	{ "twice the same", { "25", "25" }, 3, "25" },
	{ "an overlap to the right", { "25", "38" }, 6, "28" },
	{ "an overlap to the left", { "48", "25" }, 6, "28" },
	{ "one over several", { "12", "34", "56", "08" }, 8, "08" },
	{ "one inside another", { "09", "34" }, 9, "09" },
	{ "one that bridges two of three", { "01", "34", "67", "14" }, 5, "0467" },
};

START_TEST(spans_are_added_up)
{
	struct client_coverage c = { 0 };
	char got[32] = "";

	for (const char *const *add = cases[_i].added; *add; add++)
		ck_assert_int_eq(client_coverage_add(&c, (uint64_t)((*add)[0] - '0'),
						     (uint64_t)((*add)[1] - '0')),
				 0);
	for (size_t i = 0; i < c.n; i++) {
		got[2 * i] = (char)('0' + c.span[i].from);
		got[2 * i + 1] = (char)('0' + c.span[i].to);
	}
	ck_assert_msg(strcmp(got, cases[_i].want) == 0, "%s: %s", cases[_i].what, got);
	ck_assert_msg(c.covered == cases[_i].covered, "%s", cases[_i].what);
	client_coverage_done(&c);
}
END_TEST

static const struct {
	const char *added[3];
	uint64_t total;
	bool want;
} wholes[] = {
	{ { NULL }, 0, true },	      { { NULL }, 1, false }, { { "05" }, 5, true },
	{ { "05" }, 6, false },	      { { "06" }, 5, false }, { { "15" }, 4, false },
	{ { "25", "79" }, 5, false }, /* the right number of octets, but the wrong ones */
	{ { "25", "02" }, 5, true },  { { "01" }, 0, false },
};

START_TEST(whole_is_all_and_nothing_else)
{
	struct client_coverage c = { 0 };

	for (const char *const *add = wholes[_i].added; *add; add++)
		client_coverage_add(&c, (uint64_t)((*add)[0] - '0'), (uint64_t)((*add)[1] - '0'));
	ck_assert_int_eq(client_coverage_is_whole(&c, wholes[_i].total), wholes[_i].want);
	client_coverage_done(&c);
}
END_TEST

START_TEST(gaps_are_limited)
{
	struct client_coverage c = { 0 };

	for (uint64_t i = 0; i < CLIENT_COVERAGE_MAX; i++)
		ck_assert_int_eq(client_coverage_add(&c, 2 * i, 2 * i + 1), 0);
	ck_assert_int_eq(client_coverage_add(&c, 1000000, 1000001), -E2BIG);
	ck_assert_uint_eq(c.covered, CLIENT_COVERAGE_MAX);
	/* A span that closes a gap is always accepted. */
	ck_assert_int_eq(client_coverage_add(&c, 1, 2), 0);
	ck_assert_uint_eq(c.n, CLIENT_COVERAGE_MAX - 1);
	client_coverage_done(&c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/coverage");
	TCase *tcase = tcase_create("coverage");

	tcase_add_loop_test(tcase, spans_are_added_up, 0, SUPPORT_COUNT(cases));
	tcase_add_loop_test(tcase, whole_is_all_and_nothing_else, 0, SUPPORT_COUNT(wholes));
	tcase_add_test(tcase, gaps_are_limited);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
