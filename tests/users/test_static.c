/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/run.h"
#include "users/asker.h"

static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";

/* H(alice:example.com:secret) and H(bob:example.com:hidden) */
#define ALICE_MD5    "b1726872c344b6dc8365b774f8fd6412"
#define ALICE_SHA256 "ed8925b20f9a77b8f8f8d5f8e4467fe32b866f7208ab9e4b20595e9821a0fdee"
#define BOB_MD5	     "d27ff239a4fc5bca6b36a4a4b55f1ccd"

static const struct users_static_entry entries[] = {
	{ .name = "alice", .realm = "example.com", .password = "secret" },
	{ .name = "alice", .realm = "example.net", .password = "other" },
	{ .name = "bob", .realm = "example.com", .ha1 = BOB_MD5 },
	{ .name = "carol", .realm = "example.com", .ha1 = BOB_MD5, .ha1_sha256 = ALICE_SHA256 },
	{ .name = "dave", .realm = "example.com", .ha1 = "D27FF239A4FC5BCA6B36A4A4B55F1CCD" },
};

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const struct {
	struct slice user;
	struct slice realm;
	enum msrp_digest_algorithm algorithm;
	const char *want; /* NULL: unknown */
} lookups[] = {
	{ S("alice"), S("example.com"), MSRP_DIGEST_MD5, ALICE_MD5 },
	{ S("alice"), S("example.com"), MSRP_DIGEST_SHA256, ALICE_SHA256 },
	{ S("alice"), S("example.net"), MSRP_DIGEST_MD5, "dabca256723372ed517c329d7dfe7a82" },
	{ S("bob"), S("example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S("bob"), S("example.com"), MSRP_DIGEST_SHA256, NULL },
	{ S("carol"), S("example.com"), MSRP_DIGEST_SHA256, ALICE_SHA256 },
	{ S("dave"), S("example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S("Alice"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("alice"), S("Example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("alice"), S(""), MSRP_DIGEST_MD5, NULL },
	{ S(""), S(""), MSRP_DIGEST_MD5, NULL },
	{ S("alic"), S("eexample.com"), MSRP_DIGEST_MD5, NULL },
	{ S("alice\0example.com"), S(""), MSRP_DIGEST_MD5, NULL },
	{ S("alice\0"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("alice"), S("example.com\0"), MSRP_DIGEST_MD5, NULL },
};

START_TEST(a_user_is_found_by_exact_name_and_realm)
{
	struct asker_answer answer;
	struct users *users;

	ck_assert_int_eq(
	    users_static_new(entries, sizeof(entries) / sizeof(entries[0]), seed, &users), 0);
	answer = asker_ask(users, lookups[_i].user, lookups[_i].realm, lookups[_i].algorithm);
	ck_assert_int_eq(answer.result, lookups[_i].want ? MSRP_HA1_FOUND : MSRP_HA1_UNKNOWN);
	ck_assert_str_eq(answer.ha1[0], lookups[_i].want ? lookups[_i].want : "");
	users_unref(users);
}
END_TEST

static const struct {
	struct users_static_entry entry[2];
	int want;
} refusals[] = {
	{ { { .name = "a", .realm = "r", .password = "x" },
	    { .name = "a", .realm = "r", .ha1 = BOB_MD5 } },
	  -EEXIST },
	{ { { .name = "a", .realm = "r", .ha1 = "" }, { .name = "b", .realm = "r" } }, -EINVAL },
	{ { { .name = "a", .realm = "r", .ha1 = BOB_MD5 "0" }, { .name = "b", .realm = "r" } },
	  -EINVAL },
	{ { { .name = "a", .realm = "r", .ha1_sha256 = BOB_MD5 }, { .name = "b", .realm = "r" } },
	  -EINVAL },
	{ { { .name = "a", .realm = "r", .ha1 = "g9e6a2d2c4a1b0f9e8d7c6b5a4938271" },
	    { .name = "b", .realm = "r" } },
	  -EINVAL },
};

START_TEST(a_wrong_entry_is_refused)
{
	struct users *users = NULL;

	ck_assert_int_eq(users_static_new(refusals[_i].entry, 2, seed, &users), refusals[_i].want);
	ck_assert_ptr_null(users);
}
END_TEST

START_TEST(many_users_are_found)
{
	enum { N = 5000 };
	struct users_static_entry *entry = calloc(N, sizeof(*entry));
	char(*names)[16] = calloc(N, sizeof(*names));
	struct asker_answer answer;
	struct users *users;

	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "user%zu", i);
		entry[i] = (struct users_static_entry){ .name = names[i],
							.realm = "example.com",
							.ha1 = BOB_MD5 };
	}
	ck_assert_int_eq(users_static_new(entry, N, seed, &users), 0);
	for (size_t i = 0; i < N; i++) {
		answer =
		    asker_ask(users, slice_from(names[i]), SLICE("example.com"), MSRP_DIGEST_MD5);
		ck_assert_int_eq(answer.result, MSRP_HA1_FOUND);
	}
	users_unref(users);
	free(names);
	free(entry);
}
END_TEST

START_TEST(no_users_is_fine)
{
	struct asker_answer answer;
	struct users *users;

	ck_assert_int_eq(users_static_new(NULL, 0, seed, &users), 0);
	answer = asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_MD5);
	ck_assert_int_eq(answer.result, MSRP_HA1_UNKNOWN);
	ck_assert_ptr_null(users_unref(users));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("static");
	TCase *tcase = tcase_create("static");

	tcase_add_loop_test(tcase, a_user_is_found_by_exact_name_and_realm, 0, N_OF(lookups));
	tcase_add_loop_test(tcase, a_wrong_entry_is_refused, 0, N_OF(refusals));
	tcase_add_test(tcase, many_users_are_found);
	tcase_add_test(tcase, no_users_is_fine);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
