/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/record.h"

#include <string.h>

#include "support/feed.h"
#include "support/run.h"

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const struct {
	struct slice text;
	const char *want;
} escapes[] = {
	{ S(""), "" },
	{ S("plain text, 100%"), "plain text, 100%" },
	{ S("a\r\nb"), "a\\x0d\\x0ab" },
	{ S("\x1b[31m\a"), "\\x1b[31m\\x07" },
	{ S("a\0b"), "a\\x00b" },
	{ S("\x7f"), "\\x7f" },
	{ S("\\x0a"), "\\x5cx0a" },
	{ S("\"quoted\""), "\\x22quoted\\x22" },
	/* UTF-8 stays */
	{ S("J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80"),
	  "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ S("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf" },
	/* byte sequences that only look like it do not */
	{ S("\xff\xfe"), "\\xff\\xfe" },
	{ S("\xc3"), "\\xc3" },
	{ S("\xc3x"), "\\xc3x" },
	{ S("\xe2\x82"), "\\xe2\\x82" },
	{ S("\xf0\x9f\x98"), "\\xf0\\x9f\\x98" },
	{ S("\x80"), "\\x80" },
	{ S("\xc0\x8a"), "\\xc0\\x8a" },
	{ S("\xe0\x80\x8a"), "\\xe0\\x80\\x8a" },
	{ S("\xf0\x80\x80\x8a"), "\\xf0\\x80\\x80\\x8a" },
	{ S("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
	{ S("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },
	{ S("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80" },
	/* controls beyond ASCII: CSI, line separator, right-to-left override, zero width space */
	{ S("\xc2\x9b"
	    "31m"),
	  "\\xc2\\x9b31m" },
	{ S("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
	{ S("\xe2\x80\xae"), "\\xe2\\x80\\xae" },
	{ S("\xe2\x80\x8b"), "\\xe2\\x80\\x8b" },
	{ S("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },
	{ S("\xe2\x80\xa7\xe2\x80\xaf"), "\xe2\x80\xa7\xe2\x80\xaf" },
};

START_TEST(harmful_text_is_escaped)
{
	size_t len = escapes[_i].text.len;
	uint8_t *guarded = support_guard_new(escapes[_i].text.p, len);
	char out[128];

	record_escape(slice_make(guarded, len), RECORD_IN_QUOTES, out, sizeof(out));
	ck_assert_str_eq(out, escapes[_i].want);
	support_guard_free(guarded, len);
}
END_TEST

static const struct {
	enum record_place place;
	const char *want;
} places[] = {
	{ RECORD_IN_QUOTES, "\\x22a\\x5cb\\x22 \xc3\xbc\\x0a" },
	{ RECORD_ALONE, "\"a\\x5cb\" \xc3\xbc\\x0a" },
	{ RECORD_AS_STATUS, "\"a?b\" \xc3\xbc?" },
};

START_TEST(it_matters_where_text_stands)
{
	char out[128];

	record_escape(SLICE("\"a\\b\" \xc3\xbc\n"), places[_i].place, out, sizeof(out));
	ck_assert_str_eq(out, places[_i].want);
}
END_TEST

static const struct {
	struct slice text;
	size_t size;
	const char *want;
} cuts[] = {
	{ S("abcdefgh"), 9, "abcdefgh" },
	{ S("abcdefghi"), 9, "abcde..." },
	{ S("abcd\n"), 9, "abcd\\x0a" },
	{ S("abcde\n"), 9, "abcde..." },
	{ S("abcd\n\n"), 9, "abcd..." },
	{ S("abc\xe2\x82\xac"
	    "efgh"),
	  9, "abc..." },
	{ S("ab\xe2\x82\xac"
	    "efgh"),
	  9, "ab\xe2\x82\xac..." },
};

START_TEST(long_text_is_cut_between_characters)
{
	char out[16];

	memset(out, '#', sizeof(out));
	record_escape(cuts[_i].text, RECORD_IN_QUOTES, out, cuts[_i].size);
	ck_assert_str_eq(out, cuts[_i].want);
	ck_assert_int_eq(out[cuts[_i].size], '#');
}
END_TEST

START_TEST(a_line_names_the_fields_that_are_there)
{
	struct record record;
	char line[RECORD_LINE_MAX];

	record_init(&record, RECORD_SESSION_ENDED);
	record_session(&record, SLICE("Zk3xQa0123456789abcdef"));
	record_text(&record, RECORD_USER, SLICE("alice"));
	record_text(&record, RECORD_REALM, SLICE(""));
	record_text(&record, RECORD_PEER, SLICE("192.0.2.1:5000"));
	record_number(&record, RECORD_BYTES_IN, UINT64_MAX);
	record_number(&record, RECORD_MESSAGES_OUT, 0);
	record_duration(&record, 61204);
	record_text(&record, RECORD_REASON, SLICE("it \"expired\"\n"));
	record_format(&record, line);
	ck_assert_str_eq(line, "session ended: session=Zk3xQa user=alice peer=192.0.2.1:5000 "
			       "bytes_in=18446744073709551615 messages_out=0 duration=61.204 "
			       "reason=\"it \\x22expired\\x22\\x0a\"");
}
END_TEST

START_TEST(words_come_before_fields)
{
	struct record record;
	char line[RECORD_LINE_MAX];

	record_init(&record, RECORD_LISTENING);
	record_say(&record, "%s (\"%s\")", "[::]:2855", "tls\n");
	record_format(&record, line);
	ck_assert_str_eq(line, "listening on [::]:2855 (\"tls\\x0a\")");
	record_text(&record, RECORD_PEER, SLICE("a"));
	record_format(&record, line);
	ck_assert_str_eq(line, "listening on [::]:2855 (\"tls\\x0a\") peer=a");
}
END_TEST

START_TEST(a_session_id_is_never_shown_whole)
{
	struct record record;

	record_init(&record, RECORD_SESSION_OPENED);
	record_session(&record, SLICE("0123456789abcdefghijkl"));
	ck_assert_str_eq(record.value[RECORD_SESSION], "012345");
	record_session(&record, SLICE("abc"));
	ck_assert_str_eq(record.value[RECORD_SESSION], "abc");
	record_session(&record, SLICE(""));
	ck_assert_str_eq(record.value[RECORD_SESSION], "");
}
END_TEST

START_TEST(the_longest_record_fits_a_line)
{
	struct record record;
	char long_text[2 * RECORD_VALUE_MAX];
	char line[RECORD_LINE_MAX];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	record_init(&record, RECORD_CONNECTIONS_REFUSED);
	record_say(&record, "%s", long_text);
	for (int i = 0; i < RECORD_FIELD_COUNT; i++)
		record_text(&record, (enum record_field)i, slice_from(long_text));
	record_format(&record, line);
	ck_assert_ptr_nonnull(strstr(line, " reason="));
	ck_assert_str_eq(line + strlen(line) - 4, "x...");
}
END_TEST

START_TEST(every_type_has_an_id_of_its_own)
{
	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		const char *id = record_message_id((enum record_type)i);

		ck_assert_ptr_nonnull(id);
		ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 32);
		ck_assert_uint_eq(strlen(id), 32);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(id, record_message_id((enum record_type)j));
	}
}
END_TEST

START_TEST(every_field_has_a_name_that_the_journal_takes)
{
	for (int i = 0; i < RECORD_FIELD_COUNT; i++) {
		const char *name = record_field_name((enum record_field)i);

		ck_assert_ptr_nonnull(name);
		ck_assert_int_eq(strncmp(name, "MSRP_", 5), 0);
		ck_assert_uint_eq(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), strlen(name));
	}
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("record");
	TCase *tcase = tcase_create("record");

	tcase_add_loop_test(tcase, harmful_text_is_escaped, 0, N_OF(escapes));
	tcase_add_loop_test(tcase, it_matters_where_text_stands, 0,
			    (int)(sizeof(places) / sizeof(places[0])));
	tcase_add_loop_test(tcase, long_text_is_cut_between_characters, 0, N_OF(cuts));
	tcase_add_test(tcase, a_line_names_the_fields_that_are_there);
	tcase_add_test(tcase, words_come_before_fields);
	tcase_add_test(tcase, a_session_id_is_never_shown_whole);
	tcase_add_test(tcase, the_longest_record_fits_a_line);
	tcase_add_test(tcase, every_type_has_an_id_of_its_own);
	tcase_add_test(tcase, every_field_has_a_name_that_the_journal_takes);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
