/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/msrp.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

#define PATHS                                                                                      \
	"To-Path: msrp://b.example.com:8888/9di4ea;tcp\r\n"                                        \
	"From-Path: msrp://a.example.com:7777/iau39;tcp\r\n"

static const char send_text[] = "MSRP d93kswow SEND\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
				"Byte-Range: 1-16/16\r\n"
				"Success-Report: yes\r\n"
				"Failure-Report: partial\r\n"
				"X-Mine: any thing\r\n"
				"Content-Type: text/plain\r\n\r\n"
				"Hi, I'm Alice!\r\n\r\n"
				"-------d93kswow$\r\n";

static const char report_text[] = "MSRP dkei38sd REPORT\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
				  "Byte-Range: 1-16/16\r\n"
				  "Status: 000 200 OK\r\n"
				  "-------dkei38sd$\r\n";

static const char response_text[] = "MSRP d93kswow 413 Too much\r\n" PATHS "-------d93kswow$\r\n";

static const char challenge_text[] =
    "MSRP 49fh 401 Unauthorized\r\n" PATHS "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n"
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\"\r\n"
    "-------49fh$\r\n";

static const char empty_text[] = "MSRP d93kswow SEND\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
				 "-------d93kswow#\r\n";

/* A Content-Type has a body, be it empty. */
static const char empty_body_text[] = "MSRP d93kswow SEND\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
				      "Content-Type: text/plain\r\n\r\n"
				      "\r\n-------d93kswow+\r\n";

static const char *const examples[] = { send_text,	response_text, report_text,
					challenge_text, empty_text,    empty_body_text };

static struct msrp_chunk *parse(const char *text)
{
	struct msrp_chunk *chunk = NULL;

	ck_assert_int_eq(msrp_chunk_parse(text, strlen(text), &chunk), 0);
	return chunk;
}

static void expect_bytes(const struct msrp_chunk *chunk, const char *want)
{
	char *bytes;
	size_t len;

	ck_assert_int_eq(msrp_chunk_encode(chunk, &bytes, &len), 0);
	ck_assert_uint_eq(len, strlen(want));
	ck_assert_str_eq(bytes, want);
	free(bytes);
}

START_TEST(what_is_read_is_written_again)
{
	struct msrp_chunk *chunk = parse(examples[_i]), *copy;
	const char *problem;

	expect_bytes(chunk, examples[_i]);
	ck_assert_int_eq(msrp_chunk_verify_headers(chunk, &problem), 0);
	ck_assert_int_eq(msrp_chunk_copy(chunk, &copy), 0);
	ck_assert_ptr_null(msrp_chunk_free(chunk));
	expect_bytes(copy, examples[_i]);
	msrp_chunk_free(copy);
}
END_TEST

START_TEST(the_attributes_of_a_request)
{
	struct msrp_chunk *chunk = parse(send_text);
	struct msrp_byte_range range;

	ck_assert_str_eq(msrp_chunk_transaction_id(chunk), "d93kswow");
	ck_assert_str_eq(msrp_chunk_method(chunk), "SEND");
	ck_assert_uint_eq(msrp_chunk_code(chunk), 0);
	ck_assert_str_eq(msrp_chunk_comment(chunk), "");
	ck_assert_str_eq(msrp_chunk_content_type(chunk), "text/plain");
	ck_assert_str_eq(msrp_chunk_message_id(chunk), "12339sdqwer");
	ck_assert(msrp_chunk_byte_range(chunk, &range));
	ck_assert_uint_eq(range.start, 1);
	ck_assert_uint_eq(range.end, 16);
	ck_assert_uint_eq(range.length, 16);
	ck_assert_int_eq(msrp_chunk_failure_report(chunk), MSRP_FAILURES_PARTIAL);
	ck_assert(msrp_chunk_success_report(chunk));
	ck_assert_uint_eq(msrp_chunk_size(chunk), 16);
	ck_assert(memcmp(msrp_chunk_data(chunk), "Hi, I'm Alice!\r\n", 16) == 0);
	ck_assert_int_eq(msrp_chunk_contflag(chunk), '$');
	ck_assert_uint_eq(msrp_chunk_segment(chunk), 0);
	msrp_chunk_free(chunk);
}
END_TEST

START_TEST(the_attributes_of_a_response)
{
	struct msrp_chunk *chunk = parse(response_text);
	struct msrp_byte_range range;
	unsigned code;

	ck_assert_ptr_null(msrp_chunk_method(chunk));
	ck_assert_uint_eq(msrp_chunk_code(chunk), 413);
	ck_assert_str_eq(msrp_chunk_comment(chunk), "Too much");
	ck_assert_str_eq(msrp_chunk_content_type(chunk), "");
	ck_assert_str_eq(msrp_chunk_message_id(chunk), "");
	ck_assert(!msrp_chunk_byte_range(chunk, &range));
	ck_assert(!msrp_chunk_status(chunk, &code, NULL));
	ck_assert_int_eq(msrp_chunk_failure_report(chunk), MSRP_FAILURES_YES);
	ck_assert(!msrp_chunk_success_report(chunk));
	ck_assert_uint_eq(msrp_chunk_size(chunk), 0);
	msrp_chunk_free(chunk);
}
END_TEST

START_TEST(the_status_of_a_report)
{
	struct msrp_chunk *chunk = parse(report_text);
	const char *comment;
	unsigned code;

	ck_assert(msrp_chunk_status(chunk, &code, &comment));
	ck_assert_uint_eq(code, 200);
	ck_assert_str_eq(comment, "OK");
	msrp_chunk_free(chunk);
}
END_TEST

START_TEST(headers_are_found_by_name_and_by_number)
{
	struct msrp_chunk *chunk = parse(challenge_text);

	ck_assert_uint_eq(msrp_chunk_n_headers(chunk), 4);
	ck_assert_str_eq(msrp_header_name(msrp_chunk_header_at(chunk, 1)), "From-Path");
	ck_assert_ptr_eq(msrp_chunk_header(chunk, "www-authenticate"),
			 msrp_chunk_header_at(chunk, 2));
	ck_assert_ptr_null(msrp_chunk_header_at(chunk, 4));
	ck_assert_ptr_null(msrp_chunk_header(chunk, "Status"));
	msrp_chunk_free(chunk);
}
END_TEST

static void add(struct msrp_chunk *chunk, const char *name, const char *encoded)
{
	struct msrp_header *header;

	ck_assert_int_eq(msrp_header_new(name, encoded, &header), 0);
	ck_assert_int_eq(msrp_chunk_add_header(chunk, header), 0);
}

static void expect_problem(struct msrp_chunk *chunk, const char *want)
{
	const char *problem = NULL;

	ck_assert_int_eq(msrp_chunk_verify_headers(chunk, &problem), -EINVAL);
	ck_assert_str_eq(problem, want);
}

static struct msrp_chunk *make(const struct msrp_chunk_parts *parts)
{
	struct msrp_chunk *chunk = NULL;

	ck_assert_int_eq(msrp_chunk_new(parts, &chunk), 0);
	return chunk;
}

START_TEST(paths_come_first_and_the_content_type_last)
{
	struct msrp_chunk *chunk = make(&(struct msrp_chunk_parts){
	    .transaction_id = "d93kswow",
	    .method = "SEND",
	    .data = "Hi, I'm Alice!\r\n",
	    .len = 16,
	});
	const char *problem;

	add(chunk, "Content-Type", "text/plain");
	expect_problem(chunk, "To-Path is missing");
	add(chunk, "Message-ID", "another");
	add(chunk, "Byte-Range", "1-16/16");
	add(chunk, "Success-Report", "yes");
	add(chunk, "Failure-Report", "partial");
	add(chunk, "X-Mine", "any thing");
	add(chunk, "To-Path", "msrp://b.example.com:8888/9di4ea;tcp");
	expect_problem(chunk, "From-Path is missing");
	add(chunk, "From-Path", "msrp://a.example.com:7777/iau39;tcp");
	add(chunk, "message-id", "12339sdqwer"); /* takes the other's place */
	add(chunk, "Message-ID", "12339sdqwer");
	ck_assert_int_eq(msrp_chunk_verify_headers(chunk, &problem), 0);
	expect_bytes(chunk, send_text);
	msrp_chunk_free(chunk);
}
END_TEST

START_TEST(start_and_end_alone)
{
	struct msrp_chunk *chunk = parse(send_text);
	size_t start_len = (size_t)(strstr(send_text, "Hi, ") - send_text);
	char *text;

	ck_assert_int_eq(msrp_chunk_encode_start(chunk, &text), 0);
	ck_assert_uint_eq(strlen(text), start_len);
	ck_assert(strncmp(text, send_text, start_len) == 0);
	free(text);
	ck_assert_int_eq(msrp_chunk_encode_end(chunk, '+', &text), 0);
	ck_assert_str_eq(text, "\r\n-------d93kswow+\r\n");
	free(text);
	ck_assert_int_eq(msrp_chunk_encode_end(chunk, '?', &text), -EINVAL);
	msrp_chunk_free(chunk);

	chunk = parse(response_text);
	ck_assert_int_eq(msrp_chunk_encode_end(chunk, '$', &text), 0);
	ck_assert_str_eq(text, "-------d93kswow$\r\n");
	free(text);
	msrp_chunk_free(chunk);
}
END_TEST

static const struct {
	const char *lines, *problem;
} wrong[] = {
	{ "Byte-Range: x\r\n", "Byte-Range is malformed" },
	{ "Message-ID: abcd\r\nMessage-ID: abcd\r\n", "a header is given twice" },
	{ "no header\r\n", "a header line is malformed" },
	{ "X: \x01\r\n", "a header has a control character" },
};

START_TEST(what_came_wrong_is_kept_and_named)
{
	char text[512] = "MSRP d93kswow REPORT\r\n" PATHS;
	struct msrp_chunk *chunk, *copy;

	strcat(strcat(text, wrong[_i].lines), "-------d93kswow$\r\n");
	chunk = parse(text);
	expect_problem(chunk, wrong[_i].problem);
	ck_assert_int_eq(msrp_chunk_copy(chunk, &copy), 0);
	expect_problem(copy, wrong[_i].problem);
	msrp_chunk_free(chunk);
	msrp_chunk_free(copy);
}
END_TEST

START_TEST(a_header_that_was_given_twice_is_named)
{
	struct msrp_header *headers[3];
	struct msrp_chunk *chunk;

	ck_assert_int_eq(msrp_header_new("To-Path", "msrp://a.example.com;tcp", &headers[0]), 0);
	ck_assert_int_eq(msrp_header_new("From-Path", "msrp://a.example.com;tcp", &headers[1]), 0);
	ck_assert_int_eq(msrp_header_new("to-path", "msrp://b.example.com;tcp", &headers[2]), 0);
	chunk = make(&(struct msrp_chunk_parts){
	    .transaction_id = "abcd",
	    .method = "SEND",
	    .headers = (const struct msrp_header *const *)headers,
	    .n_headers = 3,
	});
	expect_problem(chunk, "to-path is given twice");
	msrp_chunk_free(chunk);
	for (size_t i = 0; i < SUPPORT_COUNT(headers); i++)
		msrp_header_free(headers[i]);
}
END_TEST

START_TEST(data_needs_a_content_type)
{
	struct msrp_chunk *chunk = make(&(struct msrp_chunk_parts){
	    .transaction_id = "abcd", .method = "SEND", .data = "x", .len = 1 });

	add(chunk, "To-Path", "msrp://a.example.com;tcp");
	add(chunk, "From-Path", "msrp://a.example.com;tcp");
	expect_problem(chunk, "Content-Type is missing");
	msrp_chunk_free(chunk);
}
END_TEST

static const struct msrp_chunk_parts unfit[] = {
	{ .method = "SEND" },
	{ .transaction_id = "abc", .method = "SEND" },
	{ .transaction_id = "abcdefghijklmnopqrstuvwxyz0123456", .method = "SEND" },
	{ .transaction_id = "ab\r\ncd", .method = "SEND" },
	{ .transaction_id = "abcd", .method = "" },
	{ .transaction_id = "abcd", .method = "Send" },
	{ .transaction_id = "abcd", .method = "SEND", .contflag = '?' },
	{ .transaction_id = "abcd", .method = "SEND", .data = "x\r\n-------abcd$", .len = 14 },
	{ .transaction_id = "abcd" },
	{ .transaction_id = "abcd", .code = 1000 },
	{ .transaction_id = "abcd", .code = 200, .comment = "a\nb" },
	{ .transaction_id = "abcd", .code = 200, .data = "x", .len = 1 },
};

START_TEST(parts_that_make_no_chunk_are_refused)
{
	struct msrp_chunk *chunk = NULL;

	ck_assert_int_eq(msrp_chunk_new(&unfit[_i], &chunk), -EINVAL);
	ck_assert_ptr_null(chunk);
}
END_TEST

START_TEST(all_beginnings_of_a_chunk_are_refused)
{
	struct msrp_chunk *chunk = NULL;

	for (size_t len = 0; len < strlen(send_text); len++) {
		uint8_t *guarded = support_guard_new(send_text, len);

		ck_assert_int_eq(msrp_chunk_parse(guarded, len, &chunk), -EINVAL);
		support_guard_free(guarded, len);
	}
	ck_assert_ptr_null(chunk);
}
END_TEST

START_TEST(more_than_a_chunk_is_refused)
{
	static const char *const after[] = { "M", "\r\n", "MSRP abcd 200\r\n", send_text };
	struct msrp_chunk *chunk = NULL;

	for (size_t i = 0; i < SUPPORT_COUNT(after); i++) {
		char text[2 * sizeof(send_text)];

		strcat(strcpy(text, send_text), after[i]);
		ck_assert_int_eq(msrp_chunk_parse(text, strlen(text), &chunk), -EINVAL);
	}
	ck_assert_ptr_null(chunk);
}
END_TEST

START_TEST(headers_have_a_limit)
{
	struct msrp_chunk *chunk =
	    make(&(struct msrp_chunk_parts){ .transaction_id = "abcd", .method = "SEND" });
	struct msrp_header *header;
	char name[] = "Xaa";

	for (unsigned i = 0; i < 66; i++) {
		name[1] = (char)('a' + i / 26);
		name[2] = (char)('a' + i % 26);
		add(chunk, name, "x");
	}
	ck_assert_int_eq(msrp_header_new("Y", "y", &header), 0);
	ck_assert_int_eq(msrp_chunk_add_header(chunk, header), -ENOBUFS);
	add(chunk, name, "y");
	ck_assert_uint_eq(msrp_chunk_n_headers(chunk), 66);
	msrp_chunk_free(chunk);
}
END_TEST

/* Reads, copies, adds and writes. 0 or what failed. */
static int use_all(const void *arg)
{
	struct msrp_chunk *chunk = NULL, *copy = NULL;
	struct msrp_header *header;
	char *start = NULL, *end = NULL, *bytes = NULL;
	size_t len;
	int err = msrp_chunk_parse(send_text, strlen(send_text), &chunk);

	if (!err)
		err = msrp_chunk_copy(chunk, &copy);
	if (!err)
		err = msrp_header_new("Content-ID", "<x>", &header);
	if (!err)
		err = msrp_chunk_add_header(copy, header);
	if (!err)
		err = msrp_chunk_encode_start(copy, &start);
	if (!err)
		err = msrp_chunk_encode_end(copy, '$', &end);
	if (!err)
		err = msrp_chunk_encode(copy, &bytes, &len);
	free(start);
	free(end);
	free(bytes);
	msrp_chunk_free(chunk);
	msrp_chunk_free(copy);
	return err;
}

START_TEST(without_memory_nothing_is_made_and_nothing_lost)
{
	ck_assert_uint_gt(support_oom_each(use_all, NULL), 30);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("chunk");
	TCase *tcase = tcase_create("chunk");

	tcase_add_loop_test(tcase, what_is_read_is_written_again, 0, (int)SUPPORT_COUNT(examples));
	tcase_add_test(tcase, the_attributes_of_a_request);
	tcase_add_test(tcase, the_attributes_of_a_response);
	tcase_add_test(tcase, the_status_of_a_report);
	tcase_add_test(tcase, headers_are_found_by_name_and_by_number);
	tcase_add_test(tcase, paths_come_first_and_the_content_type_last);
	tcase_add_test(tcase, start_and_end_alone);
	tcase_add_loop_test(tcase, what_came_wrong_is_kept_and_named, 0, (int)SUPPORT_COUNT(wrong));
	tcase_add_test(tcase, a_header_that_was_given_twice_is_named);
	tcase_add_test(tcase, data_needs_a_content_type);
	tcase_add_loop_test(tcase, parts_that_make_no_chunk_are_refused, 0,
			    (int)SUPPORT_COUNT(unfit));
	tcase_add_test(tcase, all_beginnings_of_a_chunk_are_refused);
	tcase_add_test(tcase, more_than_a_chunk_is_refused);
	tcase_add_test(tcase, headers_have_a_limit);
	tcase_add_test(tcase, without_memory_nothing_is_made_and_nothing_lost);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
