/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/secret.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/run.h"
#include "users/asker.h"

/*
 * Beyond the year 3000. The password of "32503680000:alice" under "north" is the output of "openssl
 * dgst -sha1 -hmac north -binary | base64", and the hashes are those of name, example.com and that.
 */
#define ALICE	     "32503680000:alice"
#define NORTH_MD5    "2d04ab530074574cb796d92a2dc74cc6"
#define NORTH_SHA256 "dfeac76f05280abb86e4f45aced7cd08ade7fa0618025f2a8149c53e46e41260"
#define SOUTH_MD5    "710a929be91cd23a9c44c567fb094130"

static const char *const secrets[] = { "north", "south" };

static struct asker_answer ask(struct slice name, bool user_first, size_t n_secrets,
			       enum msrp_digest_algorithm algorithm)
{
	struct users_secret_options options = { secrets, n_secrets, user_first };
	struct asker_answer answer;
	struct users *users;

	ck_assert_int_eq(users_secret_new(&options, &users), 0);
	answer = asker_ask(users, name, SLICE("example.com"), algorithm);
	users_unref(users);
	return answer;
}

START_TEST(the_password_is_made_of_the_name)
{
	struct asker_answer answer = ask(SLICE(ALICE), false, 1, MSRP_DIGEST_MD5);

	ck_assert_int_eq(answer.result, MSRP_HA1_FOUND);
	ck_assert_uint_eq(answer.n_ha1, 1);
	ck_assert_str_eq(answer.ha1[0], NORTH_MD5);
	ck_assert_str_eq(answer.account, "alice");
	answer = ask(SLICE(ALICE), false, 1, MSRP_DIGEST_SHA256);
	ck_assert_str_eq(answer.ha1[0], NORTH_SHA256);
}
END_TEST

START_TEST(each_secret_makes_a_password)
{
	struct asker_answer answer = ask(SLICE(ALICE), false, 2, MSRP_DIGEST_MD5);

	ck_assert_uint_eq(answer.n_ha1, 2);
	ck_assert_str_eq(answer.ha1[0], NORTH_MD5);
	ck_assert_str_eq(answer.ha1[1], SOUTH_MD5);
}
END_TEST

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const struct {
	struct slice name;
	bool user_first;
	enum msrp_ha1_result want;
	const char *account;
} names[] = {
	{ S(ALICE), false, MSRP_HA1_FOUND, "alice" },
	{ S("32503680000:a:b"), false, MSRP_HA1_FOUND, "a:b" },
	{ S("32503680000"), false, MSRP_HA1_FOUND, "" },
	{ S("32503680000:"), false, MSRP_HA1_FOUND, "" },
	{ S("1:alice"), false, MSRP_HA1_EXPIRED, "alice" },
	{ S("0"), false, MSRP_HA1_EXPIRED, "" },
	{ S("alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S(""), false, MSRP_HA1_UNKNOWN, "" },
	{ S(":alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("-1:alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("+32503680000:alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S(" 32503680000:alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("32503680000 :alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("0x7fffffff0:alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("99999999999999999999:alice"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("alice:32503680000"), false, MSRP_HA1_UNKNOWN, "" },
	{ S("alice:32503680000"), true, MSRP_HA1_FOUND, "alice" },
	{ S("a:b:32503680000"), true, MSRP_HA1_FOUND, "a:b" },
	{ S("alice:1"), true, MSRP_HA1_EXPIRED, "alice" },
	{ S(ALICE), true, MSRP_HA1_UNKNOWN, "" },
};

START_TEST(the_name_tells_time_and_user)
{
	struct asker_answer answer = ask(names[_i].name, names[_i].user_first, 1, MSRP_DIGEST_MD5);

	ck_assert_int_eq(answer.result, names[_i].want);
	if (names[_i].want != MSRP_HA1_UNKNOWN)
		ck_assert_str_eq(answer.account, names[_i].account);
	ck_assert_uint_eq(answer.n_ha1, names[_i].want == MSRP_HA1_FOUND ? 1 : 0);
}
END_TEST

START_TEST(what_is_left_of_the_time_is_told)
{
	uint64_t now_s = (uint64_t)time(NULL), later_s;
	struct asker_answer answer;
	char name[64];

	snprintf(name, sizeof(name), "%llu:alice", (unsigned long long)now_s + 1000);
	answer = ask(slice_from(name), false, 1, MSRP_DIGEST_MD5);
	later_s = (uint64_t)time(NULL);
	ck_assert_uint_le(answer.valid_s, 1000);
	ck_assert_uint_ge(answer.valid_s, 1000 - (later_s - now_s));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("secret");
	TCase *tcase = tcase_create("secret");

	tcase_add_test(tcase, the_password_is_made_of_the_name);
	tcase_add_test(tcase, each_secret_makes_a_password);
	tcase_add_loop_test(tcase, the_name_tells_time_and_user, 0, N_OF(names));
	tcase_add_test(tcase, what_is_left_of_the_time_is_told);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
