/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/expect.h"
#include "support/run.h"

/*
 * Texts that must be there, or must not.
 */
static const struct {
	int number;
	const char *has;
	const char *has_not;
} cases[] = {
	{ 0, "no error", NULL },
	{ MSRP_ERROR_TLS, "TLS", NULL },
	{ MSRP_ERROR_KEEP_ALIVE, "keep-alive", NULL },
	{ 200, "OK", NULL },
	{ 413, "Stop Sending", NULL },
	{ 481, "No Such Session", NULL },
	{ UV_ECONNREFUSED, "connection refused", NULL },
	{ UV_EAI_NONAME, "unknown node", NULL },
	{ -ENODATA, "shorter", "No data available" },
	{ -EBADMSG, "malformed", "bad message" },
	{ -ENOTSUP, "not", "operation not supported on socket" },
	{ -EFAULT, "address", "bad address in system call" },
	{ -EKEYEXPIRED, "Key has expired", NULL }, /* that libuv does not know */
	{ -4000, "unknown", NULL },
	{ -2147483647 - 1, "unknown", NULL },
	{ 99, "unknown", NULL },
	{ 1000, "unknown", NULL },
	{ 299, "unknown", NULL },
};

START_TEST(every_number_has_words)
{
	const char *words = msrp_strerror(cases[_i].number);

	ck_assert_ptr_nonnull(words);
	ck_assert_msg(strstr(words, cases[_i].has) != NULL, "%d: %s", cases[_i].number, words);
	if (cases[_i].has_not)
		ck_assert_msg(!strstr(words, cases[_i].has_not), "%d: %s", cases[_i].number, words);
}
END_TEST

START_TEST(own_numbers_are_all_there)
{
	for (int i = 1; i <= MSRP_ERROR_KEEP_ALIVE; i++)
		ck_assert_str_ne(msrp_strerror(i), "an unknown error");
}
END_TEST

/* The project's version comes from the build: this fails if only one of the two was changed. */
START_TEST(header_has_the_version_of_the_project)
{
	ck_assert_str_eq(MSRP_VERSION, PROJECT_VERSION);
	ck_assert_str_eq(msrp_version(), MSRP_VERSION);
	ck_assert_uint_eq(msrp_version_number(), MSRP_VERSION_NUMBER);
	ck_assert_int_eq(atoi(MSRP_VERSION), MSRP_VERSION_MAJOR);
	ck_assert_int_eq(atoi(strchr(MSRP_VERSION, '.') + 1), MSRP_VERSION_MINOR);
	ck_assert_int_eq(atoi(strrchr(MSRP_VERSION, '.') + 1), MSRP_VERSION_PATCH);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/errors");
	TCase *tcase = tcase_create("errors");

	tcase_add_loop_test(tcase, every_number_has_words, 0, SUPPORT_COUNT(cases));
	tcase_add_test(tcase, own_numbers_are_all_there);
	tcase_add_test(tcase, header_has_the_version_of_the_project);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
