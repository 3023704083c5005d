/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log/notify.h"
#include "support/run.h"

/* The name of FD in JOURNAL_STREAM. */
static void name_stream(int fd, char ret_name[64])
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	snprintf(ret_name, 64, "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
}

START_TEST(the_journal_is_known_by_device_and_inode)
{
	int ends[2];
	char name[64];
	char wrong[80];

	ck_assert_int_eq(pipe(ends), 0);
	name_stream(ends[1], name);
	ck_assert(log_is_journal(name, ends[1]));
	ck_assert(!log_is_journal(NULL, ends[1]));
	ck_assert(!log_is_journal("", ends[1]));
	ck_assert(!log_is_journal("8", ends[1]));
	snprintf(wrong, sizeof(wrong), "%s5", name);
	ck_assert(!log_is_journal(wrong, ends[1]));
	snprintf(wrong, sizeof(wrong), "%sx", name);
	ck_assert(!log_is_journal(wrong, ends[1]));
	snprintf(wrong, sizeof(wrong), "1%s", name);
	ck_assert(!log_is_journal(wrong, ends[1]));
	close(ends[1]);
	ck_assert(!log_is_journal(name, ends[1]));
	close(ends[0]);
}
END_TEST

/* The output on standard error for a record of each level, at LEVEL. */
static void capture(enum record_level level, char *ret_text, size_t size)
{
	static const enum record_type types[] = {
		RECORD_CANNOT_START, RECORD_NEEDS_RESTART,     RECORD_AUTH_FAILED,
		RECORD_STOPPED,	     RECORD_CONNECTION_CLOSED,
	};
	struct log log = { .level = level };
	int saved = dup(STDERR_FILENO);
	int ends[2];
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		log_say(&log, types[i], "%s", "a\nb");
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(ends[0], ret_text, size - 1);
	ck_assert_int_ge(n, 0);
	ret_text[n] = '\0';
	close(ends[0]);
}

static const char *const names[] = { " error: ", " warning: ", " notice: ", " info: ", " debug: " };

START_TEST(what_is_less_important_than_the_level_is_not_written)
{
	char text[4096];

	capture((enum record_level)_i, text, sizeof(text));
	for (int i = 0; i < 5; i++)
		ck_assert_msg((strstr(text, names[i]) != NULL) == (i <= _i), "%s in %s", names[i],
			      text);
}
END_TEST

START_TEST(an_event_is_one_line_with_time_and_level)
{
	char text[4096];
	unsigned year;
	char end[3];

	capture(RECORD_ERROR, text, sizeof(text));
	ck_assert_int_eq(
	    sscanf(text, "%4u-%*2u-%*2uT%*2u:%*2u:%*2u.%*3u%2[Z ]error: cannot start:", &year, end),
	    2);
	ck_assert_uint_ge(year, 2024);
	ck_assert_str_eq(strstr(text, " error: "), " error: cannot start: a\\x0ab\n");
}
END_TEST

START_TEST(the_service_manager_is_told)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64];
	char got[512];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* An abstract name leaves no file behind. */
	snprintf(name, sizeof(name), "@msrpd-test-%d", (int)getpid());
	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	unsetenv("NOTIFY_SOCKET");
	ck_assert(!notify_wanted());
	notify_ready();
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
	ck_assert(notify_wanted());
	notify_status("%d sessions", 7);
	notify_stopping();
	ck_assert_int_eq(recv(fd, got, sizeof(got), 0), (int)strlen("STATUS=7 sessions"));
	ck_assert_int_eq(memcmp(got, "STATUS=7 sessions", 17), 0);
	ck_assert_int_eq(recv(fd, got, sizeof(got), 0), 10);
	ck_assert_int_eq(memcmp(got, "STOPPING=1", 10), 0);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");

	tcase_add_test(tcase, the_journal_is_known_by_device_and_inode);
	tcase_add_loop_test(tcase, what_is_less_important_than_the_level_is_not_written, 0, 5);
	tcase_add_test(tcase, an_event_is_one_line_with_time_and_level);
	tcase_add_test(tcase, the_service_manager_is_told);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
