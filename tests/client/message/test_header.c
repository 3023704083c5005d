/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "client/msrp.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

#define A_PATH "msrps://r.example.com:1/a;tcp msrp://192.0.2.1:9/b;tcp"

/* Headers with a value of one string. */
static const struct {
	const char *name, *encoded, *text;
} texts[] = {
	{ "Message-ID", "87652491", "87652491" },
	{ "Success-Report", "yes", "yes" },
	{ "Success-Report", "no", "no" },
	{ "Failure-Report", "yes", "yes" },
	{ "Failure-Report", "no", "no" },
	{ "Failure-Report", "partial", "partial" },
	{ "Content-Type", "text/plain", "text/plain" },
	{ "Content-Type", "text/plain; charset=utf-8", "text/plain; charset=utf-8" },
	{ "Content-ID", "<a@example.com>", "<a@example.com>" },
	{ "Content-Description", "two words", "two words" },
	{ "Content-Description", "", "" },
	{ "Use-Nickname", "\"Alice the great\"", "Alice the great" },
	{ "Use-Nickname", "\"a \\\"b\\\" \\\\\"", "a \"b\" \\" },
	{ "Use-Nickname", "\"\"", "" },
	{ "X-Unknown", "what, ever=\"it is", "what, ever=\"it is" },
};

static struct msrp_header *header_new(const char *name, const char *encoded)
{
	struct msrp_header *header = NULL;

	ck_assert_int_eq(msrp_header_new(name, encoded, &header), 0);
	ck_assert_str_eq(msrp_header_name(header), name);
	ck_assert_str_eq(msrp_header_encoded(header), encoded);
	return header;
}

static void expect_encoded(const char *name, const struct msrp_value *value, const char *encoded)
{
	struct msrp_header *header = NULL;

	ck_assert_int_eq(msrp_header_new_decoded(name, value, &header), 0);
	ck_assert_str_eq(msrp_header_name(header), name);
	ck_assert_str_eq(msrp_header_encoded(header), encoded);
	msrp_header_free(header);
}

START_TEST(a_text_is_read_and_written)
{
	struct msrp_header *header = header_new(texts[_i].name, texts[_i].encoded);
	const struct msrp_value *value = msrp_header_decoded(header);

	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(value->kind, MSRP_VALUE_TEXT);
	ck_assert_str_eq(value->text, texts[_i].text);
	expect_encoded(texts[_i].name, value, texts[_i].encoded);
	ck_assert_ptr_null(msrp_header_free(header));
}
END_TEST

START_TEST(yes_and_no_have_no_case)
{
	struct msrp_header *header = header_new("Failure-Report", "PARTIAL");

	ck_assert_str_eq(msrp_header_decoded(header)->text, "partial");
	msrp_header_free(header);
}
END_TEST

START_TEST(names_have_no_case)
{
	struct msrp_header *header = header_new("bYTE-rANGE", "1-2/3");

	ck_assert_int_eq(msrp_header_decoded(header)->kind, MSRP_VALUE_BYTE_RANGE);
	msrp_header_free(header);
}
END_TEST

START_TEST(a_path_is_read_and_written)
{
	static const char *const names[] = { "To-Path", "From-Path", "Use-Path" };
	struct msrp_header *header = header_new(names[_i], A_PATH);
	const struct msrp_value *value = msrp_header_decoded(header);

	ck_assert_int_eq(value->kind, MSRP_VALUE_PATH);
	ck_assert_uint_eq(msrp_path_count(value->path), 2);
	ck_assert_str_eq(msrp_uri_session_id(msrp_path_uri(value->path, 1)), "b");
	expect_encoded(names[_i], value, A_PATH);
	msrp_header_free(header);
}
END_TEST

static const struct {
	const char *encoded;
	struct msrp_byte_range range;
} ranges[] = {
	{ "1-25/25", { 1, 25, 25 } },
	{ "1-0/0", { 1, 0, 0 } },
	{ "26-*/*", { 26, MSRP_TOTAL_UNKNOWN, MSRP_TOTAL_UNKNOWN } },
	{ "1-*/4294967296", { 1, MSRP_TOTAL_UNKNOWN, 4294967296 } },
};

START_TEST(a_byte_range_is_read_and_written)
{
	struct msrp_header *header = header_new("Byte-Range", ranges[_i].encoded);
	const struct msrp_value *value = msrp_header_decoded(header);

	ck_assert_int_eq(value->kind, MSRP_VALUE_BYTE_RANGE);
	ck_assert_uint_eq(value->byte_range.start, ranges[_i].range.start);
	ck_assert_uint_eq(value->byte_range.end, ranges[_i].range.end);
	ck_assert_uint_eq(value->byte_range.length, ranges[_i].range.length);
	expect_encoded("Byte-Range", value, ranges[_i].encoded);
	msrp_header_free(header);
}
END_TEST

static const struct {
	const char *encoded;
	unsigned name_space, code;
	const char *comment;
} statuses[] = {
	{ "000 200 OK", 0, 200, "OK" },
	{ "000 408", 0, 408, "" },
	{ "123 045 Any words", 123, 45, "Any words" },
};

START_TEST(a_status_is_read_and_written)
{
	struct msrp_header *header = header_new("Status", statuses[_i].encoded);
	const struct msrp_value *value = msrp_header_decoded(header);

	ck_assert_int_eq(value->kind, MSRP_VALUE_STATUS);
	ck_assert_uint_eq(value->status.name_space, statuses[_i].name_space);
	ck_assert_uint_eq(value->status.code, statuses[_i].code);
	ck_assert_str_eq(value->status.comment, statuses[_i].comment);
	expect_encoded("Status", value, statuses[_i].encoded);
	msrp_header_free(header);
}
END_TEST

START_TEST(a_number_is_read_and_written)
{
	static const char *const names[] = { "Expires", "Min-Expires", "Max-Expires" };
	struct msrp_header *header = header_new(names[_i], "3600");
	const struct msrp_value *value = msrp_header_decoded(header);

	ck_assert_int_eq(value->kind, MSRP_VALUE_NUMBER);
	ck_assert_uint_eq(value->number, 3600);
	expect_encoded(names[_i], value, "3600");
	msrp_header_free(header);
}
END_TEST

/* As received, and as we write it: type first, then names and values. */
static const struct {
	const char *name, *encoded, *written, *want[12];
} dictionaries[] = {
	{ "WWW-Authenticate",
	  "Digest realm=\"intra.example.com\", qop=auth,nonce=\"n=,\\\"\" , stale=true",
	  "Digest realm=\"intra.example.com\", qop=\"auth\", nonce=\"n=,\\\"\", stale=true",
	  { "Digest", "realm", "intra.example.com", "qop", "auth", "nonce", "n=,\"", "stale",
	    "true" } },
	{ "Authorization",
	  "Digest username=\"Alice\", nc=\"00000001\", qop=\"auth\", algorithm=MD5, cnonce=\"\"",
	  "Digest username=\"Alice\", nc=00000001, qop=auth, algorithm=MD5, cnonce=\"\"",
	  { "Digest", "username", "Alice", "nc", "00000001", "qop", "auth", "algorithm", "MD5",
	    "cnonce", "" } },
	{ "Authentication-Info",
	  "nextnonce=\"x\",qop=auth",
	  "nextnonce=\"x\", qop=auth",
	  { "", "nextnonce", "x", "qop", "auth" } },
	{ "Content-Disposition", "inline", "inline", { "inline" } },
	{ "Content-Disposition",
	  "attachment;filename=a.txt ; size=12;;x=\"a;b\"",
	  "attachment; filename=\"a.txt\"; size=12; x=\"a;b\"",
	  { "attachment", "filename", "a.txt", "size", "12", "x", "a;b" } },
};

static size_t count_pairs(const char *const *want)
{
	size_t n = 0;

	while (want[1 + 2 * n])
		n++;
	return n;
}

START_TEST(parameters_are_read_and_written)
{
	struct msrp_header *header = header_new(dictionaries[_i].name, dictionaries[_i].encoded);
	const struct msrp_value *value = msrp_header_decoded(header);
	const char *const *want = dictionaries[_i].want;

	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(value->kind, MSRP_VALUE_PARAMETERS);
	ck_assert_str_eq(value->parameters.type, want[0]);
	ck_assert_uint_eq(value->parameters.n, count_pairs(want));
	for (size_t i = 0; i < value->parameters.n; i++) {
		ck_assert_str_eq(value->parameters.list[i].name, want[1 + 2 * i]);
		ck_assert_str_eq(value->parameters.list[i].value, want[2 + 2 * i]);
	}
	expect_encoded(dictionaries[_i].name, value, dictionaries[_i].written);
	msrp_header_free(header);
}
END_TEST

static const struct {
	const char *name, *encoded;
} malformed[] = {
	{ "To-Path", "" },
	{ "From-Path", "example.com" },
	{ "Use-Path", A_PATH "  " A_PATH },
	{ "Message-ID", "" },
	{ "Message-ID", "two words" },
	{ "Success-Report", "partial" },
	{ "Failure-Report", "maybe" },
	{ "Byte-Range", "0-1/1" },
	{ "Byte-Range", "1-2" },
	{ "Status", "200 OK" },
	{ "Status", "000 200OK" },
	{ "Expires", "" },
	{ "Expires", "-1" },
	{ "Min-Expires", "1.5" },
	{ "Max-Expires", "18446744073709551616" },
	{ "WWW-Authenticate", "" },
	{ "WWW-Authenticate", "realm=\"x\"" },
	{ "WWW-Authenticate", "Digest realm=\"x" },
	{ "WWW-Authenticate", "Digest realm" },
	{ "Authorization", "Digest a=1, A=2" },
	{ "Authorization", "Digest a=1 b=2" },
	{ "Authentication-Info", "=x" },
	{ "Content-Type", "text" },
	{ "Content-Type", "/plain" },
	{ "Content-Type", "text/" },
	{ "Content-Type", "text /plain" },
	{ "Content-ID", "" },
	{ "Content-Disposition", "" },
	{ "Content-Disposition", "; size=1" },
	{ "Content-Disposition", "attachment size=1" },
	{ "Content-Disposition", "attachment; size" },
	{ "Use-Nickname", "Alice" },
	{ "Use-Nickname", "\"" },
	{ "Use-Nickname", "\"Alice\" \"Bob\"" },
	{ "Use-Nickname", "\"Alice\\\"" },
};

START_TEST(a_malformed_value_is_kept_but_not_decoded)
{
	struct msrp_header *header = header_new(malformed[_i].name, malformed[_i].encoded);

	ck_assert_ptr_null(msrp_header_decoded(header));
	msrp_header_free(header);
}
END_TEST

START_TEST(what_has_no_place_in_a_message_is_refused)
{
	static const struct {
		const char *name, *encoded;
	} cases[] = {
		{ "", "x" },	 { "a b", "x" },    { "a:b", "x" },
		{ "1a", "x" },	 { "A\r\nB", "x" }, { "X", "a\r\nTo-Path: b" },
		{ "X", "a\nb" }, { "X", "a\x7f" },
	};
	struct msrp_header *header = NULL;

	for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
		ck_assert_int_eq(msrp_header_new(cases[i].name, cases[i].encoded, &header),
				 -EINVAL);
	ck_assert_ptr_null(header);
}
END_TEST

static const struct msrp_parameter no_value[] = { { "size", NULL } };
static const struct msrp_parameter odd_name[] = { { "a=b", "c" } };
static const struct msrp_parameter twice[] = { { "a", "b" }, { "A", "c" } };
static const struct msrp_parameter with_control[] = { { "a", "b\r\nc" } };

/* Each would be another value on the other side, or none. */
static const struct {
	const char *name;
	struct msrp_value value;
} unfit[] = {
	{ "Expires", { .kind = MSRP_VALUE_TEXT, .text = "1" } },
	{ "X-Unknown", { .kind = MSRP_VALUE_NUMBER, .number = 1 } },
	{ "Message-ID", { .kind = MSRP_VALUE_TEXT, .text = NULL } },
	{ "Message-ID", { .kind = MSRP_VALUE_TEXT, .text = "a b" } },
	{ "Success-Report", { .kind = MSRP_VALUE_TEXT, .text = "YES" } },
	{ "Failure-Report", { .kind = MSRP_VALUE_TEXT, .text = "never" } },
	{ "X-Unknown", { .kind = MSRP_VALUE_TEXT, .text = " a" } },
	{ "X-Unknown", { .kind = MSRP_VALUE_TEXT, .text = "a\r\nb" } },
	{ "Use-Nickname", { .kind = MSRP_VALUE_TEXT, .text = "a\nb" } },
	{ "To-Path", { .kind = MSRP_VALUE_PATH, .path = NULL } },
	{ "Byte-Range", { .kind = MSRP_VALUE_BYTE_RANGE, .byte_range = { 0, 1, 1 } } },
	{ "Byte-Range", { .kind = MSRP_VALUE_BYTE_RANGE, .byte_range = { 5, 3, 9 } } },
	{ "Status", { .kind = MSRP_VALUE_STATUS, .status = { 0, 1000, "" } } },
	{ "Status", { .kind = MSRP_VALUE_STATUS, .status = { 0, 200, "a\nb" } } },
	{ "Status", { .kind = (enum msrp_value_kind)99 } },
	{ "Authorization", { .kind = MSRP_VALUE_PARAMETERS, .parameters = { NULL, NULL, 0 } } },
	{ "Content-Disposition",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "attachment", no_value, 1 } } },
	{ "Content-Disposition",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "attachment", odd_name, 1 } } },
	{ "Content-Disposition",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "attachment", twice, 2 } } },
	{ "Content-Disposition",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "attachment", with_control, 1 } } },
	{ "Content-Disposition",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "a; b=c", NULL, 0 } } },
	{ "Authentication-Info",
	  { .kind = MSRP_VALUE_PARAMETERS, .parameters = { "Digest", NULL, 0 } } },
};

START_TEST(a_decoded_value_that_does_not_fit_is_refused)
{
	struct msrp_header *header = NULL;

	ck_assert_int_eq(msrp_header_new_decoded(unfit[_i].name, &unfit[_i].value, &header),
			 -EINVAL);
	ck_assert_ptr_null(header);
}
END_TEST

static const char *const examples[][2] = {
	{ "To-Path", A_PATH },
	{ "Status", "000 200 OK" },
	{ "Content-Disposition", "attachment; filename=\"a\\\"b\"; size=12" },
	{ "Use-Nickname", "\"a\\\"b\"" },
	{ "Expires", "10" },
};

/* Parses and writes it. Returns 0 or what failed. */
static int make_both(const void *arg)
{
	const char *const *example = arg;
	struct msrp_header *header = NULL, *again = NULL;
	int err = msrp_header_new(example[0], example[1], &header);

	if (!err)
		err = msrp_header_new_decoded(example[0], msrp_header_decoded(header), &again);
	msrp_header_free(header);
	msrp_header_free(again);
	return err;
}

START_TEST(without_memory_nothing_is_made_and_nothing_lost)
{
	ck_assert_uint_gt(support_oom_each(make_both, examples[_i]), 4);
}
END_TEST

static TCase *forms(void)
{
	TCase *tcase = tcase_create("forms");

	tcase_add_loop_test(tcase, a_text_is_read_and_written, 0, (int)SUPPORT_COUNT(texts));
	tcase_add_test(tcase, yes_and_no_have_no_case);
	tcase_add_test(tcase, names_have_no_case);
	tcase_add_loop_test(tcase, a_path_is_read_and_written, 0, 3);
	tcase_add_loop_test(tcase, a_byte_range_is_read_and_written, 0, (int)SUPPORT_COUNT(ranges));
	tcase_add_loop_test(tcase, a_status_is_read_and_written, 0, (int)SUPPORT_COUNT(statuses));
	tcase_add_loop_test(tcase, a_number_is_read_and_written, 0, 3);
	tcase_add_loop_test(tcase, parameters_are_read_and_written, 0,
			    (int)SUPPORT_COUNT(dictionaries));
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("header");
	TCase *tcase = tcase_create("errors");

	tcase_add_loop_test(tcase, a_malformed_value_is_kept_but_not_decoded, 0,
			    (int)SUPPORT_COUNT(malformed));
	tcase_add_test(tcase, what_has_no_place_in_a_message_is_refused);
	tcase_add_loop_test(tcase, a_decoded_value_that_does_not_fit_is_refused, 0,
			    (int)SUPPORT_COUNT(unfit));
	tcase_add_loop_test(tcase, without_memory_nothing_is_made_and_nothing_lost, 0,
			    (int)SUPPORT_COUNT(examples));
	suite_add_tcase(suite, forms());
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
