/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <stdlib.h>
#include <string.h>

#include "support/run.h"

static const struct {
	const char *in;
	const char *want;
} texts[] = {
	{ "", "" },
	{ "plain text", "plain text" },
	{ "gr\u00fc\u00dfe \u4f60\u597d \U0001f469\u200d\U0001f680",
	  "gr\u00fc\u00dfe \u4f60\u597d \U0001f469\u200d\U0001f680" },
	{ "a\tb\r\nc\x1b[2Jd\x7f", "a?b??c?[2Jd?" },
	{ "\xc2\x9b"
	  "31m",
	  "?31m" }, /* CSI in one character of C1 */
	{ "\xc2\x80\xc2\x9f\xc2\xa0", "??\u00a0" },
	{ "\x9b"
	  "31m",
	  "?31m" }, /* the same as an octet, which is no UTF-8 */
	{ "\u202e\u2066\u2069\u200e\u200f\u061c", "??????" },
	{ "\u2028\u2029\u200b\u2060\ufeff\u00ad\U000e0041", "???????" },
	{ "\xc3", "?" },
	{ "\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80", "?????????" },
};

START_TEST(what_is_not_harmless_is_replaced)
{
	size_t len = strlen(texts[_i].in);
	char *in = malloc(len + 1);

	/* In its place, as wherever a line is at hand. */
	memcpy(in, texts[_i].in, len);
	ck_assert_uint_eq(msrp_text_clean(in, len, '?', in), strlen(texts[_i].want));
	ck_assert_str_eq(in, texts[_i].want);
	free(in);
}
END_TEST

START_TEST(or_left_out)
{
	char text[] = "a\x1b\xc2\x9b"
		      "b\u202e";

	ck_assert_uint_eq(msrp_text_clean(text, strlen(text), '\0', text), 2);
	ck_assert_str_eq(text, "ab");
}
END_TEST

START_TEST(a_zero_is_no_end)
{
	char text[8];

	ck_assert_uint_eq(msrp_text_clean("a\0b", 3, '?', text), 3);
	ck_assert_str_eq(text, "a?b");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/text");
	TCase *cases = tcase_create("cases");

	tcase_add_loop_test(cases, what_is_not_harmless_is_replaced, 0,
			    sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(cases, or_left_out);
	tcase_add_test(cases, a_zero_is_no_end);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
