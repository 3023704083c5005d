/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * However the start of a connection is cut, a look at it has the same result, and no octet is
 * searched twice.
 */
#include "msrp/peek.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/result.h"
#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

#define TO   "msrps://a.example.com:2855/x;tcp"
#define FROM "msrps://b.example.com:2855/y;tcp"
#define PATHS                                                                                      \
	"To-Path: " TO " msrps://c.example.com:1/z;tcp\r\n"                                        \
	"From-Path: " FROM "\r\n"

/* The result of a look at IN: the first URI of To-Path (NULL: there is none), and the head's id. */
static const struct {
	const char *what;
	const char *in;
	const char *to;
	const char *id;
	bool has_problem;
} cases[] = {
	{ "a SEND", "MSRP abcd SEND\r\n" PATHS "Message-ID: m\r\n\r\nbody\r\n-------abcd$\r\n", TO,
	  "abcd", false },
	{ "an AUTH without a body", "MSRP abcd AUTH\r\n" PATHS "-------abcd$\r\n", TO, "abcd",
	  false },
	{ "a response", "MSRP abcd 200 OK\r\n" PATHS "-------abcd$\r\n", NULL, "abcd", false },
	{ "two messages", "MSRP abcd AUTH\r\n" PATHS "-------abcd$\r\nMSRP efgh 200\r\n", TO,
	  "abcd", false },
	{ "no Message-ID", "MSRP abcd SEND\r\n" PATHS "\r\nx\r\n-------abcd$\r\n", TO, "abcd",
	  true },
	{ "a header before To-Path", "MSRP abcd SEND\r\nX: y\r\n" PATHS "\r\n", NULL, NULL, false },
	{ "a malformed URI", "MSRP abcd SEND\r\nTo-Path: x\r\nFrom-Path: " FROM "\r\n\r\n", NULL,
	  NULL, false },
	{ "a malformed URI behind the first",
	  "MSRP abcd SEND\r\nTo-Path: " TO " x\r\nFrom-Path: " FROM "\r\n\r\n", TO, NULL, false },
	{ "a line that ends without CR", "MSRP abcd SEND\r\n" PATHS "X: y\nZ: z\r\n\r\n", TO, NULL,
	  false },
	{ "a start line that ends without CR", "MSRP abcd SEND\n" PATHS "\r\n", NULL, NULL, false },
	{ "a head of one line", "MSRP abcd SEND\r\n\r\n", NULL, NULL, false },
	{ "a transaction id that is none", "MSRP a SEND\r\n" PATHS "\r\n", NULL, NULL, false },
	{ "HTTP", "GET / HTTP/1.1\r\n\r\n", NULL, NULL, false },
	{ "almost MSRP", "MSRPS abcd SEND\r\n", NULL, NULL, false },
};

/* One look at a case, by both functions. */
struct look {
	struct msrp_peek peek[2];
	int result[2];
	size_t fed;
	size_t at; /* the number of the case */
};

enum { BY_TO_PATH, BY_HEAD };

static void begin(void *arg)
{
	struct look *look = arg;

	for (size_t i = 0; i < 2; i++) {
		look->peek[i] = (struct msrp_peek){ 0 };
		look->result[i] = MSRP_MORE;
	}
	look->fed = 0;
}

/* While more is wanted, everything so far is kept, and has been searched. */
static void check_kept(const struct look *look, const struct msrp_peek *peek, int result)
{
	if (result != MSRP_MORE)
		return;
	ck_assert_uint_eq(peek->all.len, look->fed);
	ck_assert_uint_eq(peek->split->scan.scanned, look->fed);
}

static void check_to(const struct look *look, int result, const struct msrp_uri_slices *to)
{
	const char *want = cases[look->at].to;

	if (result == MSRP_MORE)
		return;
	ck_assert_msg((result == 0) == (want != NULL), "%s", cases[look->at].what);
	ck_assert(result != 0 || slice_equal(to->text, slice_from(want)));
}

static void check_head(const struct look *look, int result, const struct msrp_message *m)
{
	const char *want = cases[look->at].id;

	if (result == MSRP_MORE)
		return;
	ck_assert_msg((result == 0) == (want != NULL), "%s", cases[look->at].what);
	if (result != 0)
		return;
	ck_assert(slice_equal(m->id, slice_from(want)));
	ck_assert(slice_equal(m->from.text, slice_from(FROM)));
	ck_assert_int_eq(m->problem != NULL, cases[look->at].has_problem);
}

static void feed(void *arg, const uint8_t *in, size_t len)
{
	struct look *look = arg;
	struct msrp_message m;
	struct msrp_uri_slices to;

	look->fed += len;
	if (look->result[BY_TO_PATH] == MSRP_MORE) {
		look->result[BY_TO_PATH] = msrp_peek_to_path(&look->peek[BY_TO_PATH], in, len, &to);
		check_kept(look, &look->peek[BY_TO_PATH], look->result[BY_TO_PATH]);
		check_to(look, look->result[BY_TO_PATH], &to);
	}
	if (look->result[BY_HEAD] == MSRP_MORE) {
		look->result[BY_HEAD] = msrp_peek_head(&look->peek[BY_HEAD], in, len, &m);
		check_kept(look, &look->peek[BY_HEAD], look->result[BY_HEAD]);
		check_head(look, look->result[BY_HEAD], &m);
	}
}

static void end(void *arg)
{
	struct look *look = arg;

	for (size_t i = 0; i < 2; i++) {
		ck_assert_msg(look->result[i] != MSRP_MORE, "%s", cases[look->at].what);
		msrp_peek_done(&look->peek[i]);
	}
}

START_TEST(a_look_tells_the_same_wherever_the_octets_are_cut)
{
	struct look look = { .at = (size_t)_i };

	support_feed_all(cases[_i].in, strlen(cases[_i].in), begin, feed, end, &look);
}
END_TEST

/* Pieces of any length up to 16, as if drawn by lot. */
START_TEST(a_look_tells_the_same_in_pieces_of_any_length)
{
	struct look look = { .at = (size_t)_i };
	const uint8_t *in = (const uint8_t *)cases[_i].in;
	size_t len = strlen(cases[_i].in);
	unsigned lot = 1;

	for (unsigned run = 0; run < 100; run++) {
		begin(&look);
		for (size_t at = 0, n; at < len; at += n) {
			lot = lot * 1103515245 + 12345;
			n = 1 + (lot >> 16) % 16;
			n = n < len - at ? n : len - at;
			feed(&look, in + at, n);
		}
		end(&look);
	}
}
END_TEST

/* All of it has to be handed on. */
START_TEST(what_has_come_is_there_when_it_is_known)
{
	static const char in[] = "MSRP abcd SEND\r\n" PATHS "\r\nbody";
	const uint8_t *bytes = (const uint8_t *)in;
	struct msrp_peek peek = { 0 };
	struct msrp_uri_slices to;

	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes, 0, &to), MSRP_MORE);
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes, strlen(in), &to), 0);
	ck_assert_ptr_eq(peek.all.p, in);
	ck_assert_uint_eq(peek.all.len, strlen(in));
	msrp_peek_done(&peek);
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes, 30, &to), MSRP_MORE);
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes + 30, strlen(in) - 30, &to), 0);
	ck_assert(slice_equal(peek.all, slice_from(in)));
	msrp_peek_done(&peek);
}
END_TEST

static void fill(char in[MSRP_HEAD_MAX + 100], const char *start)
{
	memset(in, 'x', MSRP_HEAD_MAX + 100);
	memcpy(in, start, strlen(start));
}

START_TEST(a_line_that_does_not_end_is_not_waited_for_beyond_the_longest_head)
{
	static const char *const starts[] = { "MSRP ", "MSRP abcd SEND\r\nTo-Path: " };
	static char in[MSRP_HEAD_MAX + 100];
	const uint8_t *bytes = (const uint8_t *)in;
	struct msrp_peek peek = { 0 };
	struct msrp_uri_slices to;

	fill(in, starts[_i]);
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes, MSRP_HEAD_MAX - 1, &to), MSRP_MORE);
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes + MSRP_HEAD_MAX - 1, 1, &to), MSRP_BAD);
	msrp_peek_done(&peek);
	in[MSRP_HEAD_MAX + 98] = '\r';
	in[MSRP_HEAD_MAX + 99] = '\n';
	ck_assert_int_eq(msrp_peek_to_path(&peek, bytes, sizeof(in), &to), MSRP_BAD);
	msrp_peek_done(&peek);
}
END_TEST

/* The paths are needed to answer it. */
START_TEST(a_head_that_is_too_long_is_told_with_its_paths)
{
	static char in[MSRP_HEAD_MAX + 100];
	struct msrp_peek peek = { 0 };
	struct msrp_message m;

	fill(in, "MSRP abcd SEND\r\n" PATHS "X: ");
	ck_assert_int_eq(msrp_peek_head(&peek, (const uint8_t *)in, sizeof(in), &m), 0);
	ck_assert_ptr_nonnull(m.problem);
	ck_assert(slice_equal(m.from.text, slice_from(FROM)));
	msrp_peek_done(&peek);
}
END_TEST

/* Octet by octet, and then the rest at once. */
static int look_once(const void *arg)
{
	const char *in = arg;
	const uint8_t *bytes = arg;
	struct msrp_peek peek = { 0 };
	struct msrp_uri_slices to;
	int err = MSRP_MORE;

	for (size_t i = 0; i < 40 && err == MSRP_MORE; i++)
		err = msrp_peek_to_path(&peek, bytes + i, 1, &to);
	if (err == MSRP_MORE)
		err = msrp_peek_to_path(&peek, bytes + 40, strlen(in) - 40, &to);
	msrp_peek_done(&peek);
	return err;
}

START_TEST(without_memory_it_says_so)
{
	ck_assert_uint_gt(support_oom_each(look_once, "MSRP abcd SEND\r\n" PATHS), 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("peek");
	TCase *tc = tcase_create("peek");
	int n = sizeof(cases) / sizeof(cases[0]);

	tcase_add_loop_test(tc, a_look_tells_the_same_wherever_the_octets_are_cut, 0, n);
	tcase_add_loop_test(tc, a_look_tells_the_same_in_pieces_of_any_length, 0, n);
	tcase_add_test(tc, what_has_come_is_there_when_it_is_known);
	tcase_add_loop_test(tc, a_line_that_does_not_end_is_not_waited_for_beyond_the_longest_head,
			    0, 2);
	tcase_add_test(tc, a_head_that_is_too_long_is_told_with_its_paths);
	tcase_add_test(tc, without_memory_it_says_so);
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
