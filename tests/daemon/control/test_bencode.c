/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes values off inputs that end at unreadable memory, and checks that invalid bencode is
 * refused.
 */
#include "daemon/control/bencode.h"

#include <inttypes.h>
#include <stdlib.h>

#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

static const struct {
	const char *in;
	int result;
	enum bencode_type type;
	const char *text;
	int64_t number;
	const char *rest;
} values[] = {
	{ "4:ping", 0, BENCODE_STRING, "ping", 0, "" },
	{ "0:", 0, BENCODE_STRING, "", 0, "" },
	{ "2:ab3:cde", 0, BENCODE_STRING, "ab", 0, "3:cde" },
	{ "3:i5eXYZ", 0, BENCODE_STRING, "i5e", 0, "XYZ" },
	{ "i0e", 0, BENCODE_INTEGER, NULL, 0, "" },
	{ "i42e4:rest", 0, BENCODE_INTEGER, NULL, 42, "4:rest" },
	{ "i-5e", 0, BENCODE_INTEGER, NULL, -5, "" },
	{ "i+5e", 0, BENCODE_INTEGER, NULL, 5, "" },
	{ "i9223372036854775807e", 0, BENCODE_INTEGER, NULL, INT64_MAX, "" },
	{ "i9223372036854775808e", 0, BENCODE_INTEGER, NULL, INT64_MAX, "" },
	{ "i-99999999999999999999999e", 0, BENCODE_INTEGER, NULL, -INT64_MAX, "" },
	{ "le", 0, BENCODE_LIST, "", 0, "" },
	{ "l1:ai5elee\n", 0, BENCODE_LIST, "1:ai5ele", 0, "\n" },
	{ "de", 0, BENCODE_DICTIONARY, "", 0, "" },
	{ "d7:command4:pingeXYZ", 0, BENCODE_DICTIONARY, "7:command4:ping", 0, "XYZ" },
	{ "d1:xd1:yl1:zeee", 0, BENCODE_DICTIONARY, "1:xd1:yl1:zee", 0, "" },
	{ "ld1:ai1eed1:bi2eee", 0, BENCODE_LIST, "d1:ai1eed1:bi2ee", 0, "" },
	{ "", BENCODE_END, 0, NULL, 0, NULL },
	{ "e", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "x", BENCODE_BAD, 0, NULL, 0, NULL },
	{ " 4:ping", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "4", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "4:", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "4:pin", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "04:ping", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "-4:ping", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "4 :ping", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "4294967297:a", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "18446744073709551615:a", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "99999999999999999999999:a", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i5", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "ie", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i-e", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i05e", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i5 e", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "i--5e", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "l", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "l1:a", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "d", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "d1:xe", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "d1:x1:y", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "di5e1:ae", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "dle1:ae", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "d1:xdi5e1:aee", BENCODE_BAD, 0, NULL, 0, NULL },
	{ "l1:xd1:aee", BENCODE_BAD, 0, NULL, 0, NULL },
};

START_TEST(a_value_is_taken_off_or_refused)
{
	size_t len = strlen(values[_i].in);
	uint8_t *in = support_guard_new(values[_i].in, len);
	struct slice rest = slice_make(in, len);
	struct bencode value;

	ck_assert_int_eq(bencode_next(&rest, &value), values[_i].result);
	if (values[_i].result) {
		ck_assert_uint_eq(rest.len, len);
	} else {
		ck_assert_int_eq(value.type, values[_i].type);
		ck_assert(slice_equal(value.text, slice_from(values[_i].text)));
		ck_assert_int_eq(value.number, values[_i].number);
		ck_assert(slice_equal(rest, slice_from(values[_i].rest)));
	}
	support_guard_free(in, len);
}
END_TEST

/* A truncated dictionary is refused, wherever it is cut. */
START_TEST(a_dictionary_that_was_cut_off_is_refused)
{
	static const char whole[] = "d8:supportsl10:load limite3:TOSi184e3:sdp4:v=0\n1:xd1:yi-1eee";

	for (size_t len = 1; len < sizeof(whole) - 1; len++) {
		uint8_t *in = support_guard_new(whole, len);
		struct slice rest = slice_make(in, len);
		struct bencode value;

		ck_assert_int_eq(bencode_next(&rest, &value), BENCODE_BAD);
		support_guard_free(in, len);
	}
}
END_TEST

static int nest(size_t depth, char open)
{
	struct buf in = { 0 };
	struct slice rest;
	struct bencode value;
	int result;

	for (size_t i = 0; i < depth; i++) {
		buf_add_char(&in, open);
		if (open == 'd')
			buf_add_slice(&in, SLICE("1:x"));
	}
	if (open == 'd')
		buf_add_slice(&in, SLICE("1:y"));
	for (size_t i = 0; i < depth; i++)
		buf_add_char(&in, 'e');
	rest = buf_slice(&in);
	result = bencode_next(&rest, &value);
	buf_done(&in);
	return result;
}

START_TEST(what_is_nested_too_deep_is_refused)
{
	ck_assert_int_eq(nest(BENCODE_DEPTH_MAX, 'l'), 0);
	ck_assert_int_eq(nest(BENCODE_DEPTH_MAX, 'd'), 0);
	ck_assert_int_eq(nest(BENCODE_DEPTH_MAX + 1, 'l'), BENCODE_BAD);
	ck_assert_int_eq(nest(BENCODE_DEPTH_MAX + 1, 'd'), BENCODE_BAD);
	ck_assert_int_eq(nest(30000, 'l'), BENCODE_BAD);
}
END_TEST

static void write_answer(struct buf *out)
{
	bencode_open_dictionary(out);
	bencode_put(out, SLICE("sdp"));
	bencode_put(out, SLICE("v=0\r\n"));
	bencode_put(out, SLICE("calls"));
	bencode_open_list(out);
	bencode_put(out, SLICE(""));
	bencode_put_number(out, INT64_MIN);
	bencode_put_number(out, 7);
	bencode_close(out);
	bencode_close(out);
}

START_TEST(what_is_written_is_bencode)
{
	struct buf out = { 0 };
	struct bencode value;
	struct slice rest;

	write_answer(&out);
	rest = buf_slice(&out);
	ck_assert(slice_equal(rest, SLICE("d3:sdp5:v=0\r\n5:callsl0:i-9223372036854775808ei7eee")));
	ck_assert_int_eq(bencode_next(&rest, &value), 0);
	ck_assert_uint_eq(rest.len, 0);
	buf_done(&out);
}
END_TEST

START_TEST(a_writer_without_memory_says_so)
{
	struct buf out = { 0 };

	support_oom_start(0, true);
	write_answer(&out);
	support_oom_stop();
	ck_assert(buf_failed(&out));
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bencode");
	TCase *cases = tcase_create("bencode");

	tcase_add_loop_test(cases, a_value_is_taken_off_or_refused, 0,
			    (int)(sizeof(values) / sizeof(values[0])));
	tcase_add_test(cases, a_dictionary_that_was_cut_off_is_refused);
	tcase_add_test(cases, what_is_nested_too_deep_is_refused);
	tcase_add_test(cases, what_is_written_is_bencode);
	tcase_add_test(cases, a_writer_without_memory_says_so);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
