/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config_advice.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/workdir.h"
#include "support/run.h"

enum { DAY = 24 * 60 * 60 };

static struct workdir dir;

static void setup(void)
{
	workdir_init(&dir);
	ck_assert_int_eq(chdir(dir.path), 0);
	ck_assert_int_eq(chmod("key.pem", 0600), 0);
	ck_assert_int_eq(chmod("other-key.pem", 0600), 0);
}

static void teardown(void)
{
	workdir_done(&dir);
}

#define DOMAINS                                                                                    \
	"tls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = ( { name = "              \
	"\"example.net\"; certificate = \"other-cert.pem\"; key = \"other-key.pem\"; } ); };\n"

/* The doubts on that day, counted from now. */
static void look(const char *content, int64_t days, struct workdir_complaints *ret_doubts)
{
	struct workdir_complaints none = { 0 };
	struct config *config;

	*ret_doubts = none;
	workdir_write("msrpd.conf", content);
	ck_assert_int_eq(chmod("msrpd.conf", 0640), 0);
	ck_assert_msg(config_load("msrpd.conf", workdir_on_error, &none, &config) == 0, "%s",
		      none.all);
	config_advise(config, "msrpd.conf", (int64_t)time(NULL) + days * DAY, workdir_on_error,
		      ret_doubts);
	config_free(config);
}

/* Certificates of tests are valid from yesterday until tomorrow. */
static const struct {
	int64_t days;
	const char *what;
} days[] = {
	{ -3, "is not valid before 20" },
	{ 0, "expires on 20" },
	{ 2, "expired on 20" },
};

START_TEST(a_certificate_out_of_its_time_is_doubted)
{
	struct workdir_complaints doubts;
	char want[128];

	look(WORKDIR_HOST DOMAINS, days[_i].days, &doubts);
	ck_assert_uint_eq(doubts.n, 3); /* and that there are no users */
	snprintf(want, sizeof(want), "tls.certificate: cert.pem: the certificate %s",
		 days[_i].what);
	ck_assert_msg(strstr(doubts.all, want), "%s", doubts.all);
	snprintf(want, sizeof(want),
		 "tls.domains[0].certificate: other-cert.pem: the certificate %s", days[_i].what);
	ck_assert_msg(strstr(doubts.all, want), "%s", doubts.all);
}
END_TEST

#define SECRETS "auth: { backend = \"secret\"; secret: { files = [ \"secret\" ]; }; };\n"
#define USERS	"auth: { backend = \"file\"; file: { path = \"secret\"; }; };\n"
#define PASSWORD                                                                                   \
	"auth: { users = ( { name = \"alice\"; realm = \"example.com\"; password = \"x\"; } ); "   \
	"};\n"

static const struct {
	const char *content;
	const char *file;
	const char *want;
} modes[] = {
	{ WORKDIR_HEAD, "key.pem", "tls.key: key.pem: contains secrets" },
	{ WORKDIR_HOST DOMAINS, "other-key.pem",
	  "tls.domains[0].key: other-key.pem: contains secrets" },
	{ WORKDIR_HEAD SECRETS, "secret", "auth.secret.files[0]: secret: contains secrets" },
	{ WORKDIR_HEAD USERS, "secret", "auth.file.path: secret: contains secrets" },
};

START_TEST(a_secret_that_everybody_may_read_is_doubted)
{
	struct workdir_complaints doubts;

	workdir_write("secret", "# nobody\n");
	ck_assert_int_eq(chmod("secret", 0600), 0);
	look(modes[_i].content, 0, &doubts);
	ck_assert_msg(!strstr(doubts.all, "readable by everybody"), "%s", doubts.all);
	ck_assert_int_eq(chmod(modes[_i].file, 0644), 0);
	look(modes[_i].content, 0, &doubts);
	unlink("secret");
	ck_assert_msg(strstr(doubts.all, modes[_i].want), "%s", doubts.all);
}
END_TEST

/* A configuration without secrets may be readable for everybody. */
START_TEST(the_configuration_is_doubted_for_its_secrets)
{
	struct workdir_complaints doubts, none = { 0 };
	struct config *config;

	for (int i = 0; i < 2; i++) {
		doubts = none;
		workdir_write("msrpd.conf", i == 0 ? WORKDIR_HEAD : WORKDIR_HEAD PASSWORD);
		ck_assert_int_eq(chmod("msrpd.conf", 0644), 0);
		ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &none, &config), 0);
		config_advise(config, "msrpd.conf", (int64_t)time(NULL), workdir_on_error, &doubts);
		config_free(config);
		ck_assert_int_eq(strstr(doubts.all, "readable by everybody") != NULL, i);
		ck_assert_int_eq(strstr(doubts.all, "auth.users: no users") != NULL, !i);
	}
	ck_assert_msg(strstr(doubts.all, "msrpd.conf: contains secrets"), "%s", doubts.all);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config advice");
	TCase *tcase = tcase_create("config advice");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_certificate_out_of_its_time_is_doubted, 0, 3);
	tcase_add_loop_test(tcase, a_secret_that_everybody_may_read_is_doubted, 0, 4);
	tcase_add_test(tcase, the_configuration_is_doubted_for_its_secrets);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
