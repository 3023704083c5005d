/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/command.h"

#include <string.h>

#include "support/run.h"

static const struct {
	const char *argv[6];
	const char *want; /* its first word; NULL: none */
	size_t used;
} cases[] = {
	{ { "status" }, "status", 1 },
	{ { "status", "now" }, NULL, 0 },
	{ { "sessions", "list" }, "sessions", 2 },
	{ { "sessions", "list", "alice" }, "sessions", 2 },
	{ { "sessions", "list", "alice", "bob" }, NULL, 0 },
	{ { "sessions", "show" }, NULL, 0 },
	{ { "sessions", "close", "Zk3xQa" }, "sessions", 2 },
	{ { "sessions" }, NULL, 0 },
	{ { "users" }, "users", 1 },
	{ { "log", "level" }, "log", 2 },
	{ { "log", "level", "debug" }, "log", 2 },
	{ { "nonsense" }, NULL, 0 },
	{ { "" }, NULL, 0 },
};

START_TEST(a_command_is_found_by_its_words)
{
	const struct ctl_command *found;
	size_t n = 0;
	size_t used = 0;

	while (cases[_i].argv[n])
		n++;
	found = ctl_command_find((char *const *)cases[_i].argv, n, &used);
	ck_assert_int_eq(found != NULL, cases[_i].want != NULL);
	if (found) {
		ck_assert_str_eq(found->word[0], cases[_i].want);
		ck_assert_uint_eq(used, cases[_i].used);
	}
}
END_TEST

START_TEST(every_command_has_a_help_and_fits_the_protocol)
{
	for (const struct ctl_command *c = ctl_commands; c->word[0]; c++) {
		ck_assert_ptr_nonnull(c->help);
		ck_assert_uint_le(c->least, c->most);
		ck_assert_uint_le(2 + c->most, CTL_WORDS);
		ck_assert_int_eq(c->most > 0, c->arguments != NULL);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("command");
	TCase *tcase = tcase_create("command");

	tcase_add_loop_test(tcase, a_command_is_found_by_its_words, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tcase, every_command_has_a_help_and_fits_the_protocol);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
