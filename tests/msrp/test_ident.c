/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "msrp/ident.h"
#include "msrp/uri.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

static const struct {
	const char *text;
	bool valid;
} idents[] = {
	{ "a786", true },
	{ "49fh", true },
	{ "d93kswow", true },
	{ "0.-+%=", true },
	{ "12345678901234567890123456789012", true },
	{ "123456789012345678901234567890123", false },
	{ "", false },
	{ "abc", false },
	{ ".abc", false },
	{ "-abc", false },
	{ "%abc", false },
	{ "abc_", false },
	{ "ab c", false },
	{ "abc ", false },
	{ "abc$", false },
	{ "abc#", false },
	{ "abc/", false },
	{ "abc\r", false },
	{ "abc\xc3\xa4", false },
};

START_TEST(an_ident_is_told_from_what_is_none)
{
	size_t len = strlen(idents[_i].text);
	uint8_t *guarded = support_guard_new(idents[_i].text, len);

	ck_assert_int_eq(msrp_ident_valid(slice_make(guarded, len)), idents[_i].valid);
	support_guard_free(guarded, len);
}
END_TEST

/* A source whose bytes count upwards, and which counts the calls. */
struct counter {
	uint8_t next;
	unsigned n_calls;
};

static void count_up(void *arg, uint8_t *out, size_t len)
{
	struct counter *counter = arg;

	counter->n_calls++;
	for (size_t i = 0; i < len; i++)
		out[i] = counter->next++;
}

static void fill_with(void *arg, uint8_t *out, size_t len)
{
	memset(out, *(uint8_t *)arg, len);
}

START_TEST(no_random_byte_is_handed_out_twice)
{
	struct counter counter = { 0 };
	struct msrp_random random;
	uint8_t out[100];
	uint8_t expected = 0;

	msrp_random_init(&random, count_up, &counter);
	ck_assert_uint_eq(counter.n_calls, 0);
	for (unsigned i = 0; i < 5; i++) {
		msrp_random_bytes(&random, out, sizeof(out));
		for (size_t k = 0; k < sizeof(out); k++)
			ck_assert_uint_eq(out[k], expected++);
	}
	ck_assert_uint_eq(counter.n_calls, 1);
	/* Twelve bytes are left: too few, so a whole lot is fetched. */
	msrp_random_bytes(&random, out, sizeof(out));
	ck_assert_uint_eq(counter.n_calls, 2);
	ck_assert_uint_eq(out[0], (uint8_t)512);
	ck_assert_uint_eq(out[99], 99);
}
END_TEST

START_TEST(the_whole_pool_can_be_had_at_once)
{
	struct counter counter = { 0 };
	struct msrp_random random;
	uint8_t out[sizeof(random.pool)];

	msrp_random_init(&random, count_up, &counter);
	msrp_random_bytes(&random, out, sizeof(out));
	msrp_random_bytes(&random, out, sizeof(out));
	ck_assert_uint_eq(counter.n_calls, 2);
	ck_assert_uint_eq(random.left, 0);
}
END_TEST

START_TEST(bytes_handed_out_are_wiped_from_the_pool)
{
	uint8_t mark = 0xa5;
	struct msrp_random random;
	uint8_t out[40];

	msrp_random_init(&random, fill_with, &mark);
	msrp_random_bytes(&random, out, sizeof(out));
	for (size_t i = 0; i < sizeof(random.pool); i++)
		ck_assert_uint_eq(random.pool[i], i < sizeof(out) ? 0 : mark);
}
END_TEST

static const struct {
	uint8_t byte;
	const char *ident;
	const char *session_id;
} spellings[] = {
	{ 0x00, "aaaaaaaaaaaaaaaa", "AAAAAAAAAAAAAAAAAAAAAA" },
	{ 0xff, "7777777777777777", "_____________________w" },
	{ 0xfb, "7p57x6737p57x673", "-_v7-_v7-_v7-_v7-_v7-w" },
};

START_TEST(random_bits_are_spelt_in_letters)
{
	uint8_t byte = spellings[_i].byte;
	struct msrp_random random;
	char ident[MSRP_IDENT_LEN + 1], session_id[MSRP_SESSION_LEN + 1];

	msrp_random_init(&random, fill_with, &byte);
	msrp_ident_make(&random, ident);
	msrp_session_id_make(&random, session_id);
	ck_assert_str_eq(ident, spellings[_i].ident);
	ck_assert_str_eq(session_id, spellings[_i].session_id);
}
END_TEST

START_TEST(what_is_made_is_valid_and_differs)
{
	struct counter counter = { 0 };
	struct msrp_random random;
	char last_ident[MSRP_IDENT_LEN + 1] = "", ident[MSRP_IDENT_LEN + 1];
	char last_id[MSRP_SESSION_LEN + 1] = "", id[MSRP_SESSION_LEN + 1];

	msrp_random_init(&random, count_up, &counter);
	for (unsigned i = 0; i < 200; i++) {
		struct msrp_uri_slices uri = { .host = SLICE("h"),
					       .port = 1,
					       .transport = SLICE("tcp") };
		struct buf text = { 0 };

		msrp_ident_make(&random, ident);
		ck_assert(msrp_ident_valid(slice_from(ident)));
		ck_assert_str_ne(ident, last_ident);
		strcpy(last_ident, ident);
		msrp_session_id_make(&random, id);
		ck_assert_uint_eq(strlen(id), MSRP_SESSION_LEN);
		ck_assert_str_ne(id, last_id);
		strcpy(last_id, id);
		uri.session_id = slice_from(id);
		msrp_uri_format(&uri, &text);
		ck_assert_int_eq(msrp_uri_parse(buf_slice(&text), &uri), 0);
		expect_slice(uri.session_id, id);
		buf_done(&text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ident");
	TCase *tcase = tcase_create("ident");

	tcase_add_loop_test(tcase, an_ident_is_told_from_what_is_none, 0, SUPPORT_COUNT(idents));
	tcase_add_test(tcase, no_random_byte_is_handed_out_twice);
	tcase_add_test(tcase, the_whole_pool_can_be_had_at_once);
	tcase_add_test(tcase, bytes_handed_out_are_wiped_from_the_pool);
	tcase_add_loop_test(tcase, random_bits_are_spelt_in_letters, 0, SUPPORT_COUNT(spellings));
	tcase_add_test(tcase, what_is_made_is_valid_and_differs);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
