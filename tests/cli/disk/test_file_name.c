/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/disk/file_name.h"

#include <stdlib.h>

#include "support/run.h"

static const struct {
	const char *name;
	const char *want;
} places[] = {
	{ NULL, "dir/msrp-file" },
	{ "picture.png", "dir/picture.png" },
	{ "/etc/passwd", "dir/passwd" },
	{ "..", "dir/msrp-file" },
	{ ".profile", "dir/profile" },
	{ "-rf", "dir/rf" },
	{ "--help", "dir/help" },
	{ ".-. -x-", "dir/x-" },
	{ "~root", "dir/root" },
	{ "\u202e-rf", "dir/rf" }, /* what is left out uncovers nothing */
	{ "photo\u202egnp.exe", "dir/photognp.exe" },
	{ "a\xc2\x9b"
	  "2Jb",
	  "dir/a2Jb" },
	{ "a\x9b\x85"
	  "b",
	  "dir/ab" },
	{ "back\\slash", "dir/backslash" },
	{ "\\.x", "dir/x" },
};

START_TEST(a_name_is_made_harmless)
{
	char *place = cli_file_name_place("dir", places[_i].name);

	ck_assert_str_eq(place, places[_i].want);
	free(place);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli/file_name");
	TCase *cases = tcase_create("cases");

	tcase_add_loop_test(cases, a_name_is_made_harmless, 0, sizeof(places) / sizeof(places[0]));
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
