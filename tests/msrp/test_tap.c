/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages that a tap reports, from output taken in steps of any length.
 */
#include "msrp/tap.h"

#include <stdio.h>
#include <string.h>

#include "msrp/writer.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

#define PATHS "To-Path: msrp://a.example.com:1/x;tcp\r\nFrom-Path: msrp://b.example.com:2/y;tcp\r\n"

static struct msrp_conn conn;
static struct msrp_random random_;
static struct msrp_tap tap;
static char told[256];

static void fill_zero(void *arg, uint8_t *out, size_t len)
{
	memset(out, 0, len);
}

static int on_head(void *arg, const struct msrp_message *m)
{
	size_t at = strlen(told);

	snprintf(told + at, sizeof(told) - at, "%" SLICE_FMT " ", SLICE_ARG(m->id));
	return 0;
}

static int on_body(void *arg, const uint8_t *octets, size_t len)
{
	size_t at = strlen(told);

	snprintf(told + at, sizeof(told) - at, "%.*s", (int)len, (const char *)octets);
	return 0;
}

static int on_end(void *arg, char flag)
{
	size_t at = strlen(told);

	snprintf(told + at, sizeof(told) - at, "%c", flag);
	return 0;
}

static void on_room(void *arg)
{
}

static const struct msrp_parser_user user = { .head = on_head, .body = on_body, .end = on_end };

static void setup(void)
{
	told[0] = '\0';
	msrp_random_init(&random_, fill_zero, NULL);
	msrp_conn_init(&conn, &user, on_room, NULL, &random_);
}

static void teardown(void)
{
	msrp_tap_done(&tap);
	msrp_conn_done(&conn);
}

static void put(const char *text)
{
	buf_add(msrp_conn_control(&conn), text, strlen(text));
}

/* Sends LEN octets of the waiting output, or all, in steps of at most STEP. */
static void send_octets(size_t len, size_t step)
{
	const uint8_t *octets;
	size_t n;

	while (len > 0 && (n = msrp_conn_pull(&conn, &octets)) > 0) {
		n = n < step ? n : step;
		n = n < len ? n : len;
		msrp_tap_sent(&tap, n);
		len -= n;
	}
}

#define FIRST  "MSRP aaaa SEND\r\n" PATHS "Message-ID: m\r\n\r\nhello\r\n-------aaaa$\r\n"
#define SECOND "MSRP bbbb 200 OK\r\n" PATHS "-------bbbb$\r\n"

START_TEST(messages_are_told_as_they_go)
{
	msrp_tap_init(&tap, &conn, &user, NULL);
	put(FIRST SECOND);
	send_octets(SIZE_MAX, _i == 0 ? SIZE_MAX : (size_t)_i);
	ck_assert_str_eq(told, "aaaa hello$bbbb $");
	ck_assert(msrp_conn_is_drained(&conn));
}
END_TEST

START_TEST(a_message_that_was_under_way_is_not_told)
{
	put(FIRST);
	msrp_tap_init(&tap, &conn, &user, NULL);
	send_octets(SIZE_MAX, (size_t)_i);
	put(SECOND);
	send_octets(SIZE_MAX, (size_t)_i);
	ck_assert_str_eq(told, "bbbb $");
}
END_TEST

START_TEST(what_is_no_msrp_is_passed_over)
{
	msrp_tap_init(&tap, &conn, &user, NULL);
	put("this is no MSRP\r\n" FIRST);
	send_octets(SIZE_MAX, (size_t)_i);
	ck_assert_str_eq(told, "");
	put(SECOND);
	send_octets(SIZE_MAX, (size_t)_i);
	ck_assert_str_eq(told, "bbbb $");
}
END_TEST

/* The octets are sent all the same. */
START_TEST(without_memory_there_is_a_gap)
{
	msrp_tap_init(&tap, &conn, &user, NULL);
	put(FIRST);
	support_oom_start(0, true);
	send_octets(5, 5);
	support_oom_stop();
	send_octets(SIZE_MAX, SIZE_MAX);
	ck_assert(msrp_conn_is_drained(&conn));
	put(SECOND);
	send_octets(SIZE_MAX, SIZE_MAX);
	ck_assert_str_eq(told, "bbbb $");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tap");
	TCase *tc = tcase_create("tap");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, messages_are_told_as_they_go, 0, 40);
	tcase_add_loop_test(tc, a_message_that_was_under_way_is_not_told, 1, 20);
	tcase_add_loop_test(tc, what_is_no_msrp_is_passed_over, 1, 20);
	tcase_add_test(tc, without_memory_there_is_a_gap);
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
