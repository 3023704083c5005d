/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/workdir.h"
#include "support/run.h"

#define HOST WORKDIR_HOST
#define TLS  WORKDIR_TLS
#define HEAD WORKDIR_HEAD

static const struct {
	const char *file;
	const char *want;
} unreadable[] = {
	{ "gone.conf", "gone.conf: No such file or directory" },
	{ ".", ".: Is a directory" },
};

START_TEST(a_file_that_cannot_be_read_is_named)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	ck_assert_int_eq(config_load(unreadable[_i].file, workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	ck_assert_str_eq(complaints.first, unreadable[_i].want);
}
END_TEST

START_TEST(an_included_file_is_named_from_where_we_are)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	ck_assert_int_eq(mkdir("sub", 0700), 0);
	workdir_write("sub/more.conf", "log: { level = \"loud\"; };\nport = 99999999999;\n");
	workdir_write("sub/msrpd.conf", HEAD "@include \"more.conf\"\n");
	ck_assert_int_eq(config_load("sub/msrpd.conf", workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	unlink("sub/more.conf");
	unlink("sub/msrpd.conf");
	rmdir("sub");
	ck_assert_msg(strstr(complaints.all, "sub/more.conf:1: log.level: ") != NULL, "%s",
		      complaints.all);
	ck_assert_msg(strstr(complaints.all, "sub/more.conf:2: 99999999999: ") != NULL, "%s",
		      complaints.all);
	ck_assert_msg(!strstr(complaints.all, "sub/sub"), "%s", complaints.all);
}
END_TEST

START_TEST(an_included_file_beside_us_is_named_without_a_directory)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	workdir_write("more.conf", "log: { level = \"loud\"; };\n");
	workdir_write("msrpd.conf", HEAD "@include \"more.conf\"\n");
	ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	unlink("more.conf");
	ck_assert_msg(strncmp(complaints.all, "more.conf:1: log.level: ", 24) == 0, "%s",
		      complaints.all);
}
END_TEST

START_TEST(a_mistake_in_an_included_file_names_that_file)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;
	char here[64];
	char file[128];
	char want[256];

	workdir_write("included.conf",
		      "\n\nlog: { level = \"loud\"; };\nlimits: { connections = 99999999999; };\n");
	workdir_write("msrpd.conf", HEAD "@include \"included.conf\"\nfoo = 1;\n");
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	snprintf(file, sizeof(file), "%s/msrpd.conf", here);
	ck_assert_int_eq(chdir("/"), 0); /* the name is relative to the file, not to where we are */
	ck_assert_int_eq(config_load(file, workdir_on_error, &complaints, &config), CONFIG_BAD);
	ck_assert_int_eq(chdir(here), 0);
	snprintf(want, sizeof(want), "%s/included.conf:3: log.level: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
	snprintf(want, sizeof(want), "%s/included.conf:4: 99999999999: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
	snprintf(want, sizeof(want), "%s/msrpd.conf:3: foo: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
}
END_TEST

/* Whatever is to be read: a pipe without a writer must not hang us. */
static const struct {
	const char *content;
	const char *want;
} pipes[] = {
	{ NULL, "pipe: is no regular file" },
	{ HEAD "@include \"pipe\"\n",
	  "msrpd.conf:2: cannot open include file: pipe: is no regular" },
	{ HEAD "  @include\t\"/dev/zero\"\n",
	  "msrpd.conf:2: cannot open include file: /dev/zero: is no regular" },
	{ HEAD "@include \"more.conf\"\n",
	  "more.conf:2: cannot open include file: pipe: is no regular" },
	{ HOST "\ntls: { certificate = \"pipe\"; key = \"key.pem\"; };",
	  "msrpd.conf:2: tls.certificate: pipe: is no regular file" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"pipe\"; };",
	  "msrpd.conf:2: tls.key: pipe: is no regular file" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"pipe\"; };",
	  "msrpd.conf:2: tls.ca: pipe: is no regular file" },
	{ HOST
	  "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ticket_keys = [ \"pipe\" ]; };",
	  "msrpd.conf:2: tls.ticket_keys[0]: pipe: is no regular file" },
	{ HEAD "auth: { backend = \"secret\"; secret: { files = [ \"pipe\" ]; }; };",
	  "msrpd.conf:2: auth.secret.files[0]: pipe: is no regular file" },
	{ HEAD "auth: { backend = \"sqlite\"; sql: { database = \"x\"; password_file = \"pipe\"; "
	       "}; };",
	  "msrpd.conf:2: auth.sql.password_file: pipe: is no regular file" },
	{ HEAD "auth: { backend = \"sqlite\"; sql: { database = \"x\"; ca = \"pipe\"; }; };",
	  "msrpd.conf:2: auth.sql.ca: pipe: is no regular file" },
	{ HEAD "auth: { backend = \"file\"; file: { path = \"pipe\"; }; };",
	  "msrpd.conf:2: auth.file.path: pipe: is no regular file" },
};

START_TEST(no_pipe_is_waited_for)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config = NULL;
	const char *content = pipes[_i].content;

	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	workdir_write("more.conf", "\n@include \"pipe\"\n");
	if (content)
		workdir_write("msrpd.conf", content);
	ck_assert_int_eq(
	    config_load(content ? "msrpd.conf" : "pipe", workdir_on_error, &complaints, &config),
	    CONFIG_BAD);
	unlink("pipe");
	unlink("more.conf");
	ck_assert_msg(strncmp(complaints.first, pipes[_i].want, strlen(pipes[_i].want)) == 0, "%s",
		      complaints.first);
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("config_file");
	TCase *tcase = tcase_create("config");
	struct workdir dir;
	int status;

	tcase_add_loop_test(tcase, a_file_that_cannot_be_read_is_named, 0, N_OF(unreadable));
	tcase_add_loop_test(tcase, no_pipe_is_waited_for, 0, sizeof(pipes) / sizeof(pipes[0]));
	tcase_add_test(tcase, an_included_file_is_named_from_where_we_are);
	tcase_add_test(tcase, an_included_file_beside_us_is_named_without_a_directory);
	tcase_add_test(tcase, a_mistake_in_an_included_file_names_that_file);
	suite_add_tcase(suite, tcase);
	workdir_init(&dir);
	status = support_run(suite);
	workdir_done(&dir);
	return status;
}
