/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include "support/run.h"

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const struct {
	struct slice text;
	size_t len;
	uint32_t character;
} characters[] = {
	{ S("a"), 1, 'a' },
	{ S("\0"), 1, 0 },
	{ S("\x7f"), 1, 0x7f },
	{ S("\xc2\x80"), 2, 0x80 },
	{ S("\xc3\xb6x"), 2, 0xf6 },
	{ S("\xe0\xa0\x80"), 3, 0x800 },
	{ S("\xef\xbf\xbf"), 3, 0xffff },
	{ S("\xf0\x90\x80\x80"), 4, 0x10000 },
	{ S("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
	/* none: cut off, continued wrongly, overlong, surrogate, too large, alone */
	{ S(""), 0, 0 },
	{ S("\xc3"), 0, 0 },
	{ S("\xe2\x82"), 0, 0 },
	{ S("\xf0\x9f\x98"), 0, 0 },
	{ S("\xc3("), 0, 0 },
	{ S("\xe2\x28\xa1"), 0, 0 },
	{ S("\xc0\x80"), 0, 0 },
	{ S("\xe0\x9f\xbf"), 0, 0 },
	{ S("\xf0\x8f\xbf\xbf"), 0, 0 },
	{ S("\xed\xa0\x80"), 0, 0 },
	{ S("\xed\xbf\xbf"), 0, 0 },
	{ S("\xf4\x90\x80\x80"), 0, 0 },
	{ S("\x80"), 0, 0 },
	{ S("\xff"), 0, 0 },
	{ S("\xf8\x88\x80\x80\x80"), 0, 0 },
};

START_TEST(a_character_is_decoded_or_is_none)
{
	uint32_t character = 0;

	ck_assert_uint_eq(utf8_decode(characters[_i].text, &character), characters[_i].len);
	ck_assert_uint_eq(character, characters[_i].character);
}
END_TEST

/* In whatever pieces a text comes, exactly the characters that utf8_decode() accepts are valid. */
START_TEST(a_text_in_pieces_is_judged_as_the_whole)
{
	struct slice text = characters[_i].text;
	uint32_t character;
	bool valid = text.len == 0;

	if (text.len > 0) {
		size_t len = utf8_decode(text, &character);

		valid = len > 0 && utf8_is_valid(slice_skip(text, len));
	}
	ck_assert_int_eq(utf8_is_valid(text), valid);
	for (size_t at = 0; at <= text.len; at++) {
		struct utf8_check check = { 0 };
		bool fine = utf8_check_feed(&check, slice_first(text, at)) &&
			    utf8_check_feed(&check, slice_skip(text, at)) &&
			    utf8_check_is_whole(&check);

		ck_assert_int_eq(fine, valid);
	}
}
END_TEST

START_TEST(one_bad_byte_spoils_a_text)
{
	ck_assert(utf8_is_valid(SLICE("")));
	ck_assert(utf8_is_valid(SLICE("J\xc3\xb6rg \xf0\x9f\x98\x80")));
	ck_assert(!utf8_is_valid(SLICE("J\xc3\xb6rg\xf0\x9f\x98")));
	ck_assert(!utf8_is_valid(SLICE("J\xf6rg")));
	ck_assert(utf8_is_valid(SLICE("ten or more of ASCII, \xc3\xb6, and as many after it")));
	ck_assert(!utf8_is_valid(SLICE("ten or more of ASCII, \xf6, and as many after it")));
	ck_assert(!utf8_is_valid(SLICE("ten or more of ASCII\xf6")));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");

	tcase_add_loop_test(tcase, a_character_is_decoded_or_is_none, 0, N_OF(characters));
	tcase_add_loop_test(tcase, a_text_in_pieces_is_judged_as_the_whole, 0, N_OF(characters));
	tcase_add_test(tcase, one_bad_byte_spoils_a_text);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
