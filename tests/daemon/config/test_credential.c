/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/credential.h"

#include <stdlib.h>

#include "support/run.h"

/*
 * PATH: the file that VALUE stands for if credentials are in /creds; NULL: VALUE is refused.
 */
static const struct {
	const char *value;
	const char *path;
} values[] = {
	{ "", "" },
	{ "/etc/msrpd/key.pem", "/etc/msrpd/key.pem" },
	{ "key.pem", "key.pem" },
	{ "/etc/credential:key", "/etc/credential:key" },
	{ "credential:key", "/creds/key" },
	{ "credential:key.pem", "/creds/key.pem" },
	{ "credential:", NULL },
	{ "credential:.", NULL },
	{ "credential:..", NULL },
	{ "credential:../key", NULL },
	{ "credential:a/b", NULL },
};

START_TEST(a_value_is_a_path_or_the_name_of_a_credential)
{
	const char *value = values[_i].value;
	char *path;

	setenv("CREDENTIALS_DIRECTORY", "/creds", 1);
	ck_assert_int_eq(credential_check(value) == NULL, values[_i].path != NULL);
	if (!values[_i].path)
		return;
	path = credential_path(value);
	ck_assert_str_eq(path, values[_i].path);
	free(path);
}
END_TEST

START_TEST(without_a_directory_there_are_no_credentials)
{
	unsetenv("CREDENTIALS_DIRECTORY");
	ck_assert_ptr_nonnull(credential_check("credential:key"));
	ck_assert_ptr_null(credential_check("/etc/msrpd/key.pem"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("credential");
	TCase *tcase = tcase_create("credential");

	tcase_add_loop_test(tcase, a_value_is_a_path_or_the_name_of_a_credential, 0,
			    (int)(sizeof(values) / sizeof(values[0])));
	tcase_add_test(tcase, without_a_directory_there_are_no_credentials);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
