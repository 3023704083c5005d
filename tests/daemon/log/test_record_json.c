/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/record_json.h"

#include <string.h>

#include "support/run.h"

#define TIME "2026-12-01T18:03:52.123Z"

static void expect(const struct record *record, const char *want)
{
	char line[RECORD_JSON_MAX];

	record_format_json(record, TIME, line);
	ck_assert_str_eq(line, want);
}

START_TEST(fields_are_members_and_numbers_are_numbers)
{
	struct record record;

	record_init(&record, RECORD_SESSION_ENDED);
	record_text(&record, RECORD_USER, SLICE("12345"));
	record_number(&record, RECORD_BYTES_IN, 5);
	record_duration(&record, 7364);
	record_text(&record, RECORD_REASON, SLICE("it expired"));
	expect(&record, "{\"time\":\"" TIME "\",\"level\":\"info\",\"event\":\"session_ended\","
			"\"message_id\":\"9c9ea9a24d890a999e5c6a91a7850a99\","
			"\"message\":\"session ended\",\"user\":\"12345\",\"bytes_in\":5,"
			"\"duration\":7.364,\"reason\":\"it expired\"}");
}
END_TEST

START_TEST(what_is_said_is_part_of_the_message)
{
	struct record record;

	record_init(&record, RECORD_COMMAND);
	record_say(&record, "%s", "say \"no\"\n");
	expect(&record, "{\"time\":\"" TIME "\",\"level\":\"notice\","
			"\"message_id\":\"b7f4ae13add95b7910fa31653608e9a7\","
			"\"message\":\"command: say \\\"no\\\"\\\\x0a\"}");
}
END_TEST

START_TEST(the_longest_values_fit)
{
	struct record record;
	char line[RECORD_JSON_MAX];
	char evil[RECORD_VALUE_MAX];

	memset(evil, '\\', sizeof(evil));
	record_init(&record, RECORD_CALL_ENDED);
	record_say(&record, "%.*s", (int)sizeof(evil), evil);
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++) {
		/* As if they had not been escaped. */
		memset(record.value[i], '"', RECORD_VALUE_MAX - 1);
		record.value[i][RECORD_VALUE_MAX - 1] = '\0';
	}
	record_format_json(&record, TIME, line);
	ck_assert_int_eq(line[strlen(line) - 1], '}');
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("record_json");
	TCase *tcase = tcase_create("record_json");

	tcase_add_test(tcase, fields_are_members_and_numbers_are_numbers);
	tcase_add_test(tcase, what_is_said_is_part_of_the_message);
	tcase_add_test(tcase, the_longest_values_fit);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
