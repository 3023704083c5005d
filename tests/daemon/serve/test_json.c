/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/serve/json.h"

#include "support/run.h"

static void expect(struct buf *out, const char *want)
{
	struct slice got = buf_slice(out);

	ck_assert_int_eq(buf_failed(out), false);
	ck_assert_msg(slice_equal(got, slice_from(want)), "%" SLICE_FMT, SLICE_ARG(got));
	buf_done(out);
}

START_TEST(an_object_is_one_line)
{
	struct buf out = { 0 };
	struct json json = json_begin(&out);

	json_text(&json, "a", SLICE("b"));
	json_number(&json, "n", UINT64_MAX);
	json_flag(&json, "yes", true);
	json_begin_list(&json, "none");
	json_end_list(&json);
	json_begin_list(&json, "two");
	json_item(&json, SLICE("1"));
	json_item(&json, SLICE("2"));
	json_end_list(&json);
	json_flag(&json, "no", false);
	json_end(&json);
	expect(&out, "{\"a\":\"b\",\"n\":18446744073709551615,\"yes\":true,\"none\":[],"
		     "\"two\":[\"1\",\"2\"],\"no\":false}\n");
}
END_TEST

START_TEST(an_empty_object_is_one)
{
	struct buf out = { 0 };
	struct json json = json_begin(&out);

	json_end(&json);
	expect(&out, "{}\n");
}
END_TEST

static const struct {
	const char *text;
	const char *want;
} texts[] = {
	{ "", "{\"t\":\"\"}\n" },
	{ "say \"hi\"", "{\"t\":\"say \\\"hi\\\"\"}\n" },
	{ "a\\b", "{\"t\":\"a\\\\x5cb\"}\n" },
	{ "a\nb\x1b[31m", "{\"t\":\"a\\\\x0ab\\\\x1b[31m\"}\n" },
	{ "gr\xc3\xbc\xc3\x9f", "{\"t\":\"gr\xc3\xbc\xc3\x9f\"}\n" },
	{ "\xff\xc3", "{\"t\":\"\\\\xff\\\\xc3\"}\n" },
};

START_TEST(text_of_strangers_is_harmless)
{
	struct buf out = { 0 };
	struct json json = json_begin(&out);

	json_text(&json, "t", slice_from(texts[_i].text));
	json_end(&json);
	expect(&out, texts[_i].want);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *cases = tcase_create("json");

	tcase_add_test(cases, an_object_is_one_line);
	tcase_add_test(cases, an_empty_object_is_one);
	tcase_add_loop_test(cases, text_of_strangers_is_harmless, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
