/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "msrp/parser.h"
#include "support/example.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

enum { BODY_FRAGMENTS_MAX = 40, SEEDS = 20, ROUNDS = 100 };

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void add_random_body(struct buf *in, uint32_t *seed)
{
	static const char *const fragments[] = {
		"\r",
		"\n",
		"-",
		"\r\n",
		"\r\n-",
		"------",
		"-------",
		"\r\n-------",
		"\r\n-------a",
		"\r\n-------abc",
		"\r\n-------abcd",
		"\r\n-------abcd$",
		"\r\n-------abcd+\r",
		"-------abcd#\r",
		"-------abcd$",
		"abcd",
		"$",
		"#\r",
		"x",
		"MSRP abcd SEND\r\n",
	};
	size_t n = next_random(seed) % BODY_FRAGMENTS_MAX;

	for (size_t i = 0; i < n; i++)
		buf_add_slice(in,
			      slice_from(fragments[next_random(seed) % SUPPORT_COUNT(fragments)]));
}

/*
 * Is there an end-line in BODY or where it meets the real one? The blank line's
 * CRLF may be part of it.
 */
static bool has_end_line(struct slice body)
{
	static const char *const end_lines[] = { "\r\n-------abcd$\r\n", "\r\n-------abcd+\r\n",
						 "\r\n-------abcd#\r\n" };
	struct buf whole = { 0 };
	bool found = false;

	buf_add_slice(&whole, SLICE("\r\n"));
	buf_add_slice(&whole, body);
	buf_add_slice(&whole, SLICE("\r\n-------abcd"));
	for (size_t i = 0; i < SUPPORT_COUNT(end_lines); i++)
		found |= memmem(whole.block, whole.len, end_lines[i], 16) != NULL;
	buf_done(&whole);
	return found;
}

struct collector {
	struct buf body;
	unsigned n_ends;
};

static int collect_head(void *arg, const struct msrp_message *m)
{
	return 0;
}

static int collect_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct collector *collector = arg;

	buf_add(&collector->body, bytes, len);
	return 0;
}

static int collect_end(void *arg, char flag)
{
	struct collector *collector = arg;

	collector->n_ends++;
	return flag == '$' ? 0 : -1;
}

static const struct msrp_parser_user collecting_user = {
	.head = collect_head,
	.body = collect_body,
	.end = collect_end,
};

static void check_random_cuts(struct slice in, struct slice body, uint32_t *seed)
{
	struct collector collector = { 0 };
	struct msrp_parser parser;

	msrp_parser_init(&parser, &collecting_user, &collector);
	for (size_t at = 0; at < in.len;) {
		size_t step = 1 + next_random(seed) % 23;
		size_t len = in.len - at < step ? in.len - at : step;
		uint8_t *guarded = support_guard_new(in.p + at, len);

		ck_assert_int_eq(msrp_parser_feed(&parser, guarded, len), 0);
		support_guard_free(guarded, len);
		at += len;
	}
	ck_assert(msrp_parser_is_idle(&parser));
	ck_assert_uint_eq(collector.n_ends, 1);
	ck_assert(slice_equal(buf_slice(&collector.body), body));
	msrp_parser_done(&parser);
	buf_done(&collector.body);
}

START_TEST(what_went_in_comes_out)
{
	static const char before[] = SEND "\r\n";
	uint32_t seed = (uint32_t)_i;
	unsigned checked = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct buf in = { 0 };
		struct slice body;

		buf_add_slice(&in, SLICE(before));
		add_random_body(&in, &seed);
		body = slice_skip(buf_slice(&in), sizeof(before) - 1);
		if (!has_end_line(body)) {
			buf_add_slice(&in, SLICE("\r\n-------abcd$\r\n"));
			body.p = (const char *)in.block + sizeof(before) - 1;
			check_random_cuts(buf_slice(&in), body, &seed);
			checked++;
		}
		buf_done(&in);
	}
	ck_assert_uint_gt(checked, ROUNDS / 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser_bodies");
	TCase *tcase = tcase_create("parser_bodies");

	tcase_add_loop_test(tcase, what_went_in_comes_out, 0, SEEDS);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
