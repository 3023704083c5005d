/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a web service is asked, and what is taken of its answers, which need not be answers.
 */
#include "users/http_answer.h"

#include <stdlib.h>
#include <string.h>

#include "support/run.h"

#define MD5    "0123456789abcdef0123456789ABCDEF"
#define SHA256 MD5 MD5

static struct remote_question ask_for(enum msrp_digest_algorithm algorithm)
{
	return (struct remote_question){ .user = "alice",
					 .realm = "example.com",
					 .algorithm = algorithm };
}

static int read_answer(unsigned status, const char *body, enum msrp_digest_algorithm algorithm,
		       struct remote_answer *ret_answer)
{
	const struct remote_question question = ask_for(algorithm);

	*ret_answer = (struct remote_answer){ 0 };
	return http_answer_read(status, body, strlen(body), &question, ret_answer);
}

static const struct {
	const char *body;
	const char *value;
	bool is_password;
	enum msrp_digest_algorithm algorithm;
	uint64_t rate;
} found[] = {
	{ "{\"ha1\":\"" MD5 "\"}", MD5, false, MSRP_DIGEST_MD5, 0 },
	{ "{\"ha1\":\"" MD5 "\",\"ha1_sha256\":\"" SHA256 "\"}", MD5, false, MSRP_DIGEST_MD5, 0 },
	{ "{\"ha1\":\"" MD5 "\",\"ha1_sha256\":\"" SHA256 "\"}", SHA256, false, MSRP_DIGEST_SHA256,
	  0 },
	{ "{\"ha1\":\"" MD5 "\",\"password\":\"p\"}", MD5, false, MSRP_DIGEST_MD5, 0 },
	{ "{\"ha1\":\"" MD5 "\",\"password\":\"p\"}", "p", true, MSRP_DIGEST_SHA256, 0 },
	{ "{\"password\":\"p\\u00e4\\\"\\\\\"}", "p\xc3\xa4\"\\", true, MSRP_DIGEST_MD5, 0 },
	{ " { \"user\" : \"alice\" , \"realm\":\"example.com\",\"password\":\"p\" }\r\n", "p", true,
	  MSRP_DIGEST_MD5, 0 },
	{ "{\"ha1\":null,\"user\":null,\"password\":\"p\"}", "p", true, MSRP_DIGEST_MD5, 0 },
	{ "{\"password\":\"p\",\"more\":[{\"x\":1.5}],\"rates\":-1}", "p", true, MSRP_DIGEST_MD5,
	  0 },
	{ "{\"password\":\"p\",\"rate\":null}", "p", true, MSRP_DIGEST_MD5, 0 },
	{ "{\"password\":\"p\",\"rate\":0}", "p", true, MSRP_DIGEST_MD5, MSRP_NO_RATE_LIMIT },
	{ "{\"password\":\"p\",\"rate\":8192}", "p", true, MSRP_DIGEST_MD5, 8192 },
	{ "{\"ha1\":\"" MD5 "\",\"rate\":9223372036854}", MD5, false, MSRP_DIGEST_MD5,
	  MSRP_RATE_MAX },
};

START_TEST(a_hash_or_password_is_taken)
{
	struct remote_answer answer;

	ck_assert_int_eq(read_answer(200, found[_i].body, found[_i].algorithm, &answer), 0);
	ck_assert_str_eq(answer.value, found[_i].value);
	ck_assert_int_eq(answer.is_password, found[_i].is_password);
	ck_assert_uint_eq(answer.rate, found[_i].rate);
}
END_TEST

static const struct {
	unsigned status;
	const char *body;
	enum msrp_digest_algorithm algorithm;
} unknown[] = {
	{ 200, "{}", MSRP_DIGEST_MD5 },
	{ 200, "{\"ha1\":null}", MSRP_DIGEST_MD5 },
	{ 200, "{\"password\":\"\"}", MSRP_DIGEST_MD5 },
	{ 200, "{\"ha1\":\"" MD5 "\"}", MSRP_DIGEST_SHA256 },
	{ 200, "{\"ha1_sha256\":\"" SHA256 "\"}", MSRP_DIGEST_MD5 },
	{ 404, "{}", MSRP_DIGEST_MD5 },
	{ 404, "{\"error\":\"no such user\"}", MSRP_DIGEST_MD5 },
	{ 404, "{\"ha1\":\"" MD5 "\"}", MSRP_DIGEST_MD5 },
};

START_TEST(who_has_nothing_to_be_checked_with_is_unknown)
{
	struct remote_answer answer;

	ck_assert_int_eq(
	    read_answer(unknown[_i].status, unknown[_i].body, unknown[_i].algorithm, &answer),
	    REMOTE_NONE);
	ck_assert_str_eq(answer.value, "");
}
END_TEST

static const struct {
	unsigned status;
	const char *body;
	const char *why;
} lies[] = {
	{ 200, "", "not an object" },
	{ 200, "null", "not an object" },
	{ 200, "[]", "not an object" },
	{ 200, "\"" MD5 "\"", "not an object" },
	{ 200, "<html>", "not an object" },
	{ 200, "{\"password\":\"p\"", "not an object" },
	{ 200, "{\"password\":\"p\"}{}", "not an object" },
	{ 200, "{\"password\":\"p\",\"password\":\"q\"}", "not an object" },
	{ 200, "{\"password\":\"p\\u0000q\"}", "not an object" },
	{ 200, "{\"password\":\"\xff\"}", "not an object" },
	{ 200, "{\"password\":\"p\nq\"}", "not an object" },
	{ 200, "{\"password\":\"p\\u000aq\"}", "password" },
	{ 200, "{\"password\":\"\\u007f\"}", "password" },
	{ 200, "{\"password\":1}", "password" },
	{ 200, "{\"password\":[\"p\"]}", "password" },
	{ 200, "{\"ha1\":\"" MD5 "\",\"password\":false}", "password" },
	{ 200, "{\"ha1\":\"\"}", "ha1 " },
	{ 200, "{\"ha1\":true}", "ha1 " },
	{ 200, "{\"ha1\":{}}", "ha1 " },
	{ 200, "{\"ha1\":12345678901234567890123456789012}", "not an object" },
	{ 200, "{\"ha1\":\"" MD5 "0\"}", "ha1 " },
	{ 200, "{\"ha1\":\"0123456789abcdef0123456789abcde\\n\"}", "ha1 " },
	{ 200, "{\"ha1\":\"" MD5 "\",\"ha1_sha256\":\"" MD5 "\"}", "ha1_sha256" },
	{ 200, "{\"user\":\"bob\",\"ha1\":\"" MD5 "\"}", "another" },
	{ 200, "{\"user\":\"Alice\",\"ha1\":\"" MD5 "\"}", "another" },
	{ 200, "{\"user\":[\"alice\"],\"ha1\":\"" MD5 "\"}", "another" },
	{ 200, "{\"realm\":\"example.net\",\"ha1\":\"" MD5 "\"}", "another" },
	{ 200, "{\"realm\":\"\",\"ha1\":\"" MD5 "\"}", "another" },
	{ 200, "{\"password\":\"p\",\"rate\":8191}", "rate" },
	{ 200, "{\"password\":\"p\",\"rate\":-8192}", "rate" },
	{ 200, "{\"password\":\"p\",\"rate\":9223372036855}", "rate" },
	{ 200, "{\"password\":\"p\",\"rate\":9223372036854775808}", "not an object" },
	{ 200, "{\"password\":\"p\",\"rate\":1e6}", "rate" },
	{ 200, "{\"password\":\"p\",\"rate\":\"8192\"}", "rate" },
	{ 404, "<html>", "404" },
	{ 404, "", "404" },
	{ 404, "[]", "404" },
	{ 0, "{}", "status 0" },
	{ 201, "{\"ha1\":\"" MD5 "\"}", "201" },
	{ 204, "", "204" },
	{ 301, "{\"ha1\":\"" MD5 "\"}", "301, a redirect" },
	{ 401, "{}", "401" },
	{ 429, "{}", "429" },
	{ 500, "{\"ha1\":\"" MD5 "\"}", "500" },
	{ 503, "{}", "503" },
};

START_TEST(what_is_no_answer_is_an_error_and_not_an_unknown_user)
{
	struct remote_answer answer;

	ck_assert_int_eq(read_answer(lies[_i].status, lies[_i].body, MSRP_DIGEST_MD5, &answer),
			 REMOTE_REFUSED);
	ck_assert_str_eq(answer.value, "");
	ck_assert_msg(strstr(answer.error, lies[_i].why), "%s: %s", lies[_i].body, answer.error);
}
END_TEST

START_TEST(a_password_may_have_as_many_bytes_as_anywhere)
{
	char body[512] = "{\"password\":\"";
	size_t len = strlen(body);
	struct remote_answer answer;

	memset(body + len, 'x', REMOTE_VALUE_MAX);
	strcpy(body + len + REMOTE_VALUE_MAX, "\"}");
	ck_assert_int_eq(read_answer(200, body, MSRP_DIGEST_MD5, &answer), 0);
	ck_assert_uint_eq(strlen(answer.value), REMOTE_VALUE_MAX);
	strcpy(body + len + REMOTE_VALUE_MAX, "x\"}");
	ck_assert_int_eq(read_answer(200, body, MSRP_DIGEST_MD5, &answer), REMOTE_REFUSED);
}
END_TEST

START_TEST(arrays_in_arrays_have_an_end)
{
	char body[HTTP_ANSWER_MAX + 1] = "";
	struct remote_answer answer;

	memset(body, '[', HTTP_ANSWER_MAX);
	ck_assert_int_eq(read_answer(200, body, MSRP_DIGEST_MD5, &answer), REMOTE_REFUSED);
}
END_TEST

static void check_question(const char *user, enum msrp_digest_algorithm algorithm, const char *want)
{
	struct remote_question question = ask_for(algorithm);
	char *body;

	strcpy(question.user, user);
	body = http_question_write(&question);
	ck_assert_str_eq(body, want);
	free(body);
}

START_TEST(the_question_is_json_whatever_the_name)
{
	check_question("alice", MSRP_DIGEST_MD5,
		       "{\"user\":\"alice\",\"realm\":\"example.com\",\"algorithm\":\"MD5\"}");
	check_question("a\"\\\r\n\x01\x7f\xc3\xa4", MSRP_DIGEST_SHA256,
		       "{\"user\":\"a\\\"\\\\\\r\\n\\u0001\x7f\\u00E4\",\"realm\":\"example.com\","
		       "\"algorithm\":\"SHA-256\"}");
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("http_answer");
	TCase *tcase = tcase_create("http_answer");

	tcase_add_loop_test(tcase, a_hash_or_password_is_taken, 0, N_OF(found));
	tcase_add_loop_test(tcase, who_has_nothing_to_be_checked_with_is_unknown, 0, N_OF(unknown));
	tcase_add_loop_test(tcase, what_is_no_answer_is_an_error_and_not_an_unknown_user, 0,
			    N_OF(lies));
	tcase_add_test(tcase, a_password_may_have_as_many_bytes_as_anywhere);
	tcase_add_test(tcase, arrays_in_arrays_have_an_end);
	tcase_add_test(tcase, the_question_is_json_whatever_the_name);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
