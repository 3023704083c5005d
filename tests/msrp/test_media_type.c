/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msrp/media_type.h"

#include "support/run.h"

/* RFC 4975 8.6 */
static const struct {
	const char *pattern;
	const char *type;
	bool matches;
} cases[] = {
	{ "*", "text/plain", true },
	{ "*", "", true },
	{ "text/*", "text/plain", true },
	{ "text/*", "TEXT/Plain;charset=utf-8", true },
	{ "text/*", "text/", false },
	{ "text/*", "text", false },
	{ "text/*", "texts/plain", false },
	{ "text/plain", "Text/PLAIN \t;charset=utf-8", true },
	{ "text/plain", "text/plain2", false },
	{ "text/plain", "text/html", false },
	{ "text/p*", "text/plain", false },
	{ "*/*", "text/plain", false },
};

START_TEST(patterns_match_types)
{
	ck_assert_int_eq(
	    msrp_media_type_matches(slice_from(cases[_i].pattern), slice_from(cases[_i].type)),
	    cases[_i].matches);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("media_type");
	TCase *tcase = tcase_create("media_type");

	tcase_add_loop_test(tcase, patterns_match_types, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
