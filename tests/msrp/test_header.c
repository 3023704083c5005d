/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>

#include "base/ascii.h"
#include "msrp/message.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

/* All of RFC 4975 and RFC 4976, as they write them. */
static const struct {
	enum msrp_header_id id;
	const char *name;
} headers[] = {
	{ MSRP_H_TO_PATH, "To-Path" },
	{ MSRP_H_FROM_PATH, "From-Path" },
	{ MSRP_H_MESSAGE_ID, "Message-ID" },
	{ MSRP_H_SUCCESS_REPORT, "Success-Report" },
	{ MSRP_H_FAILURE_REPORT, "Failure-Report" },
	{ MSRP_H_BYTE_RANGE, "Byte-Range" },
	{ MSRP_H_STATUS, "Status" },
	{ MSRP_H_EXPIRES, "Expires" },
	{ MSRP_H_MIN_EXPIRES, "Min-Expires" },
	{ MSRP_H_MAX_EXPIRES, "Max-Expires" },
	{ MSRP_H_USE_PATH, "Use-Path" },
	{ MSRP_H_WWW_AUTHENTICATE, "WWW-Authenticate" },
	{ MSRP_H_AUTHORIZATION, "Authorization" },
	{ MSRP_H_AUTHENTICATION_INFO, "Authentication-Info" },
	{ MSRP_H_CONTENT_TYPE, "Content-Type" },
};

START_TEST(a_header_is_known_by_its_name_in_any_case)
{
	size_t len = strlen(headers[_i].name);
	uint8_t *guarded = support_guard_new(headers[_i].name, len);

	ck_assert_int_eq(msrp_header_find_id(slice_make(guarded, len)), headers[_i].id);
	for (size_t i = 0; i < len; i++)
		guarded[i] ^= ascii_is_alpha((char)guarded[i]) ? 0x20 : 0;
	ck_assert_int_eq(msrp_header_find_id(slice_make(guarded, len)), headers[_i].id);
	support_guard_free(guarded, len);
	ck_assert_str_eq(msrp_header_id_name(headers[_i].id), headers[_i].name);
}
END_TEST

START_TEST(a_name_with_any_character_changed_or_lost_is_unknown)
{
	size_t len = strlen(headers[_i].name);
	char name[32];

	for (size_t i = 0; i < len; i++) {
		memcpy(name, headers[_i].name, len);
		name[i] = '_';
		ck_assert_int_eq(msrp_header_find_id(slice_make(name, len)), MSRP_H_UNKNOWN);
		ck_assert_int_eq(msrp_header_find_id(slice_make(headers[_i].name, i)),
				 MSRP_H_UNKNOWN);
	}
	memcpy(name, headers[_i].name, len);
	name[len] = 's';
	ck_assert_int_eq(msrp_header_find_id(slice_make(name, len + 1)), MSRP_H_UNKNOWN);
}
END_TEST

START_TEST(the_table_above_is_complete)
{
	ck_assert_uint_eq(SUPPORT_COUNT(headers), MSRP_H_COUNT - 1);
}
END_TEST

START_TEST(the_first_header_of_a_kind_is_found)
{
	struct msrp_message m = { .n_headers = 3 };

	m.header[0] = (struct msrp_header_slices){ .id = MSRP_H_UNKNOWN, .value = SLICE("a") };
	m.header[1] = (struct msrp_header_slices){ .id = MSRP_H_EXPIRES, .value = SLICE("b") };
	m.header[2] = (struct msrp_header_slices){ .id = MSRP_H_EXPIRES, .value = SLICE("c") };
	m.header[3] = (struct msrp_header_slices){ .id = MSRP_H_STATUS, .value = SLICE("d") };
	ck_assert_ptr_eq(msrp_message_find(&m, MSRP_H_EXPIRES), &m.header[1]);
	ck_assert_ptr_null(msrp_message_find(&m, MSRP_H_STATUS));
	ck_assert_ptr_null(msrp_message_find(&m, MSRP_H_USE_PATH));
}
END_TEST

/* Whatever is looked at together with it. */
START_TEST(a_control_character_is_found_wherever_it_stands)
{
	enum { LEN = 19 };
	char text[LEN];

	for (unsigned c = 0; c <= UINT8_MAX; c++) {
		const bool is_control = (c < ' ' && c != '\t') || c == 0x7f;

		for (size_t at = 0; at < LEN; at++) {
			memset(text, "a\xff\t!"[at % 4], LEN);
			ck_assert(!msrp_has_control(slice_make(text, LEN)));
			text[at] = (char)c;
			ck_assert_int_eq(msrp_has_control(slice_make(text, LEN)), is_control);
			ck_assert(!msrp_has_control(slice_make(text, at)));
		}
	}
}
END_TEST

static const struct {
	const char *line;
	bool is_one;
} lines[] = {
	{ "To-Path: x", true }, { "X-Own: x", true }, { "x:", true },
	{ "No-Colon", false },	{ ": x", false },     { "9-Lives: x", false },
	{ "X Own: x", false },	{ "", false },
};

START_TEST(a_line_is_a_header_if_its_name_is_well_formed)
{
	struct msrp_header_slices h;

	ck_assert_int_eq(msrp_header_split(slice_from(lines[_i].line), &h), lines[_i].is_one);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("header");
	TCase *tcase = tcase_create("header");

	tcase_add_loop_test(tcase, a_header_is_known_by_its_name_in_any_case, 0,
			    SUPPORT_COUNT(headers));
	tcase_add_loop_test(tcase, a_name_with_any_character_changed_or_lost_is_unknown, 0,
			    SUPPORT_COUNT(headers));
	tcase_add_test(tcase, the_table_above_is_complete);
	tcase_add_test(tcase, the_first_header_of_a_kind_is_found);
	tcase_add_test(tcase, a_control_character_is_found_wherever_it_stands);
	tcase_add_loop_test(tcase, a_line_is_a_header_if_its_name_is_well_formed, 0,
			    SUPPORT_COUNT(lines));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
