/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/expect.h"
#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

/* RFC 3862 section 5, an example of everything. */
static const char example[] = "From: MR SANDERS <im:piglet@100akerwood.com>\r\n"
			      "To: Depressed Donkey <im:eeyore@100akerwood.com>\r\n"
			      "DateTime: 2000-12-13T13:40:00-08:00\r\n"
			      "Subject: the weather will be fine today\r\n"
			      "Subject:;lang=fr beau temps prevu pour aujourd'hui\r\n"
			      "NS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\n"
			      "Require: MyFeatures.VitalMessageOption\r\n"
			      "MyFeatures.VitalMessageOption: Confirmation-requested\r\n"
			      "MyFeatures.WackyMessageOption: Use-silly-font\r\n"
			      "\r\n"
			      "Content-type: text/xml; charset=utf-8\r\n"
			      "Content-ID: <1234567890@foo.com>\r\n"
			      "\r\n"
			      "<body>\r\nHere is the text of my message.\r\n</body>\r\n";

static int parse(const char *text, size_t len, struct msrp_cpim **ret_cpim)
{
	uint8_t *guarded = support_guard_new(text, len);
	int err = msrp_cpim_parse(guarded, len, ret_cpim);

	support_guard_free(guarded, len);
	return err;
}

START_TEST(example_of_the_rfc_is_read)
{
	struct msrp_cpim *m;

	ck_assert_int_eq(msrp_cpim_parse(example, strlen(example), &m), 0);
	ck_assert_str_eq(m->from.name, "MR SANDERS");
	ck_assert_str_eq(m->from.uri, "im:piglet@100akerwood.com");
	ck_assert_str_eq(m->to.name, "Depressed Donkey");
	ck_assert_str_eq(m->to.uri, "im:eeyore@100akerwood.com");
	ck_assert_str_eq(m->datetime, "2000-12-13T13:40:00-08:00");
	ck_assert_str_eq(m->subject, "the weather will be fine today");
	ck_assert_uint_eq(m->n_headers, 5);
	ck_assert_str_eq(m->headers[0].name, "Subject");
	ck_assert_str_eq(m->headers[0].parameters, ";lang=fr");
	ck_assert_str_eq(m->headers[0].value, "beau temps prevu pour aujourd'hui");
	ck_assert_str_eq(m->headers[4].name, "MyFeatures.WackyMessageOption");
	ck_assert_str_eq(m->required, "MyFeatures.VitalMessageOption");
	ck_assert_str_eq(m->content_type, "text/xml; charset=utf-8");
	ck_assert_uint_eq(m->n_content_headers, 1);
	ck_assert_str_eq(m->content_headers[0].value, "<1234567890@foo.com>");
	ck_assert(m->len == 50 && memcmp(m->content, "<body>", 6) == 0);
	msrp_cpim_free(m);
}
END_TEST

/* Cut anywhere, it is either invalid or has less content; nothing beyond its end is read. */
START_TEST(what_is_cut_off_is_not_read)
{
	size_t head = (size_t)(strstr(example, "<body>") - example);

	for (size_t len = 0; len <= strlen(example); len++) {
		struct msrp_cpim *m = NULL;
		int err = parse(example, len, &m);

		ck_assert_int_eq(err, len < head ? -EBADMSG : 0);
		if (!err)
			ck_assert_uint_eq(m->len, len - head);
		msrp_cpim_free(m);
	}
}
END_TEST

#define CONTENT "\r\n\r\nContent-Type: text/plain\r\n\r\nhi"

static const struct {
	const char *text;
	const char *name; /* of From */
	const char *uri;
	const char *subject;
} lenient[] = {
	{ "From: <im:a@b>" CONTENT, NULL, "im:a@b", NULL },
	{ "From:<im:a@b>" CONTENT, NULL, "im:a@b", NULL },
	{ "From: \"A \\\"B\\\" \\\\\" <im:a@b>" CONTENT, "A \"B\" \\", "im:a@b", NULL },
	{ "From: \"\" <im:a@b>" CONTENT, NULL, "im:a@b", NULL },
	{ "From: \\<im:a@b>" CONTENT, NULL, "im:a@b", NULL },
	{ "From: a<b> <im:a@b>" CONTENT, "a<b>", "im:a@b", NULL },
	{ "From: <im:a>\nSubject: x\n\nContent-Type: a/b\n\nhi", NULL, "im:a", "x" },
	{ "From: <im:a>\r\nSubject: \\ttab\\u00e4\\q\\" CONTENT, NULL, "im:a", "\ttab\u00e4q" },
	{ "From: <im:a>\r\nSubject: \\ud83d\\ude00 \\ud83d \\ude00 \\u12" CONTENT, NULL, "im:a",
	  "\U0001f600 \ufffd \ufffd u12" },
	{ "From: <im:a>\r\nSubject: " CONTENT, NULL, "im:a", "" },
	{ "from: <im:b>\r\nFrom: <im:a>" CONTENT, NULL, "im:a", NULL },
	{ "\r\nContent-Type: text/plain\r\n\r\nhi", NULL, NULL, NULL },
};

static void same(const char *got, const char *want, const char *text)
{
	ck_assert_msg((!got && !want) || (got && want && strcmp(got, want) == 0), "%s: \"%s\"",
		      text, got ? got : "(none)");
}

START_TEST(headers_are_understood)
{
	struct msrp_cpim *m;
	const char *text = lenient[_i].text;

	ck_assert_msg(msrp_cpim_parse(text, strlen(text), &m) == 0, "%s", text);
	same(m->from.name, lenient[_i].name, text);
	same(m->from.uri, lenient[_i].uri, text);
	same(m->subject, lenient[_i].subject, text);
	ck_assert(m->len == 2 && memcmp(m->content, "hi", 2) == 0);
	msrp_cpim_free(m);
}
END_TEST

static const char *const unreadable[] = {
	"From: nobody" CONTENT,
	"From: <>" CONTENT,
	"From: <im:a> x" CONTENT,
	"From" CONTENT,
	"Fr om: <im:a>" CONTENT,
	".a: b" CONTENT,
	"a.b.c: b" CONTENT,
	"Subject:;lang=de" CONTENT,
	"Subject: \\u0000" CONTENT,
	"From: <im:a>\r\n\r\nContent-ID: <x>\r\n\r\nno type",
	"From: <im:a>\r\n\r\nhello, I am the content",
	"From: <im:a>\r\n\r\n\r\nhi",
};

START_TEST(what_is_no_message_is_refused)
{
	struct msrp_cpim *m = NULL;

	ck_assert_msg(parse(unreadable[_i], strlen(unreadable[_i]), &m) == -EBADMSG, "%s",
		      unreadable[_i]);
}
END_TEST

START_TEST(folded_content_headers_are_one_line)
{
	static const char text[] = "\r\nContent-Type: text/plain;\r\n\tcharset=x\r\n\r\n";
	struct msrp_cpim *m;

	ck_assert_int_eq(parse(text, strlen(text), &m), 0);
	ck_assert_str_eq(m->content_type, "text/plain;  \tcharset=x");
	msrp_cpim_free(m);
}
END_TEST

static char *repeat(const char *line, size_t n)
{
	size_t len = strlen(line);
	char *text = malloc(n * len + sizeof(CONTENT));

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, line, len);
	memcpy(text + n * len, &CONTENT[2], sizeof(CONTENT) - 2);
	return text;
}

static const struct {
	const char *line;
	size_t n;
	int want;
} limits[] = {
	{ "a: b\r\n", 63, 0 },
	{ "a: b\r\n", 64, -EBADMSG },
	{ "aaaaaaaaaaaaaaaa: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n",
	  60, -EBADMSG },
};

START_TEST(headers_are_limited)
{
	char *text = repeat(limits[_i].line, limits[_i].n);
	struct msrp_cpim *m = NULL;

	ck_assert_int_eq(parse(text, strlen(text), &m), limits[_i].want);
	msrp_cpim_free(m);
	free(text);
}
END_TEST

static const struct msrp_cpim_header extra = { .name = "cc", .value = "<im:c>" };
static const struct msrp_cpim_header id = { .name = "Content-ID", .value = "<x>" };
static const struct msrp_cpim whole = {
	.from = { "Al \"\\\" \x01", "sip:al@example.com" },
	.to = { NULL, "sip:bo@example.com" },
	.datetime = "2026-11-26T12:00:00Z",
	.subject = "a\\b\n\x7f\"",
	.headers = &extra,
	.n_headers = 1,
	.content_type = "text/plain; charset=utf-8",
	.content_headers = &id,
	.n_content_headers = 1,
	.content = (const uint8_t *)"hi",
	.len = 2,
};

START_TEST(what_is_written_reads_the_same)
{
	static const char want[] =
	    "From: \"Al \\\"\\\\\\\" \\u0001\" <sip:al@example.com>\r\n"
	    "To: <sip:bo@example.com>\r\nDateTime: 2026-11-26T12:00:00Z\r\n"
	    "Subject: a\\\\b\\n\\u007f\"\r\ncc: <im:c>\r\n\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\nContent-ID: <x>\r\n\r\nhi";
	struct msrp_cpim *again;
	uint8_t *bytes;
	size_t len;

	ck_assert_int_eq(msrp_cpim_format(&whole, &bytes, &len), 0);
	expect_slice(slice_make(bytes, len), want);
	ck_assert_int_eq(msrp_cpim_parse(bytes, len, &again), 0);
	ck_assert_str_eq(again->from.name, whole.from.name);
	ck_assert_str_eq(again->subject, whole.subject);
	ck_assert_ptr_null(again->to.name);
	msrp_cpim_free(again);
	free(bytes);
}
END_TEST

static const struct msrp_cpim_header bad_headers[] = {
	{ .name = "a b", .value = "" },
	{ .name = "a", .value = "b\r\nFrom: <im:evil>" },
	{ .name = "a", .value = "", .parameters = "lang=en" },
	{ .name = "a", .value = "", .parameters = ";lang=\"e n\"" },
};

static const struct msrp_cpim unwritable[] = {
	{ .content_type = NULL },
	{ .content_type = "" },
	{ .content_type = "a/b\r\n" },
	{ .content_type = "a/b", .from = { NULL, "im:a>\r\nTo: <im:b" } },
	{ .content_type = "a/b", .from = { NULL, "im:a><im:b" } },
	{ .content_type = "a/b", .to = { NULL, "" } },
	{ .content_type = "a/b", .datetime = "\n" },
	{ .content_type = "a/b", .headers = &bad_headers[0], .n_headers = 1 },
	{ .content_type = "a/b", .headers = &bad_headers[1], .n_headers = 1 },
	{ .content_type = "a/b", .headers = &bad_headers[2], .n_headers = 1 },
	{ .content_type = "a/b", .content_headers = &bad_headers[3], .n_content_headers = 1 },
};

START_TEST(no_value_gets_out_of_its_line)
{
	uint8_t *bytes = NULL;
	size_t len;

	ck_assert_int_eq(msrp_cpim_format(&unwritable[_i], &bytes, &len), -EINVAL);
	ck_assert_ptr_null(bytes);
}
END_TEST

static int write_and_read(const void *arg)
{
	struct msrp_cpim *m = NULL;
	uint8_t *bytes = NULL;
	size_t len;
	int err = msrp_cpim_format(&whole, &bytes, &len);
	if (!err)
		err = msrp_cpim_parse(bytes, len, &m);
	msrp_cpim_free(m);
	free(bytes);
	return err;
}

START_TEST(memory_may_run_out)
{
	support_oom_each(write_and_read, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/cpim");
	TCase *tcase = tcase_create("cpim");

	tcase_add_test(tcase, example_of_the_rfc_is_read);
	tcase_add_test(tcase, what_is_cut_off_is_not_read);
	tcase_add_loop_test(tcase, headers_are_understood, 0, SUPPORT_COUNT(lenient));
	tcase_add_loop_test(tcase, what_is_no_message_is_refused, 0, SUPPORT_COUNT(unreadable));
	tcase_add_test(tcase, folded_content_headers_are_one_line);
	tcase_add_loop_test(tcase, headers_are_limited, 0, SUPPORT_COUNT(limits));
	tcase_add_test(tcase, what_is_written_reads_the_same);
	tcase_add_loop_test(tcase, no_value_gets_out_of_its_line, 0, SUPPORT_COUNT(unwritable));
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
