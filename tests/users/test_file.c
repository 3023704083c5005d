/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/file.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/run.h"
#include "users/asker.h"

static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";

/* H(alice:example.com:secret) and H(bob:example.com:hidden) */
#define ALICE_MD5    "b1726872c344b6dc8365b774f8fd6412"
#define ALICE_SHA256 "ed8925b20f9a77b8f8f8d5f8e4467fe32b866f7208ab9e4b20595e9821a0fdee"
#define BOB_MD5	     "d27ff239a4fc5bca6b36a4a4b55f1ccd"
#define ALICE	     "alice:example.com:" ALICE_MD5 ":" ALICE_SHA256
#define LONG_NAME                                                                                  \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"   \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"   \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

static char directory[32];
static const char file[] = "users";

static void setup(void)
{
	strcpy(directory, "/tmp/msrpd-test-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
}

static void teardown(void)
{
	unlink(file);
	ck_assert_int_eq(chdir("/"), 0);
	rmdir(directory);
}

/* As editors do: the name changes atomically. */
static void write_file(const char *content)
{
	FILE *stream = fopen("new", "w");

	ck_assert_ptr_nonnull(stream);
	fputs(content, stream);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_int_eq(rename("new", file), 0);
}

static struct users *load(const char *content)
{
	struct asker_said said = { 0 };
	struct users *users;

	write_file(content);
	ck_assert_int_eq(users_file_new(file, seed, asker_hear, &said, &users), 0);
	ck_assert_str_eq(said.text, "");
	return users;
}

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const char content[] =
    "# our users\n"
    "\n" ALICE "\n"
    "bob:example.com:D27FF239A4FC5BCA6B36A4A4B55F1CCD\r\n"
    "# carol:example.com:" BOB_MD5 "\n"
    "dave:example.com::" ALICE_SHA256 "\n"
    "erin:sip:example.com:" BOB_MD5 "\n"
    "j\xc3\xb6rg \"x\" o'neil;--:example.com:" BOB_MD5 "\n" LONG_NAME ":example.com:" BOB_MD5 "\n"
    "alice:example.net:" BOB_MD5;

static const struct {
	struct slice user;
	struct slice realm;
	enum msrp_digest_algorithm algorithm;
	const char *want; /* NULL: unknown */
} lookups[] = {
	{ S("alice"), S("example.com"), MSRP_DIGEST_MD5, ALICE_MD5 },
	{ S("alice"), S("example.com"), MSRP_DIGEST_SHA256, ALICE_SHA256 },
	{ S("alice"), S("example.net"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S("alice"), S("example.net"), MSRP_DIGEST_SHA256, NULL },
	{ S("bob"), S("example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S("bob"), S("example.com"), MSRP_DIGEST_SHA256, NULL },
	{ S("# carol"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("carol"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("dave"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("dave"), S("example.com"), MSRP_DIGEST_SHA256, ALICE_SHA256 },
	{ S("erin"), S("sip:example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S("erin:sip"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("j\xc3\xb6rg \"x\" o'neil;--"), S("example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S(LONG_NAME), S("example.com"), MSRP_DIGEST_MD5, BOB_MD5 },
	{ S(LONG_NAME "n"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("Alice"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S("alice"), S("example.com\0"), MSRP_DIGEST_MD5, NULL },
	{ S("alice\0"), S("example.com"), MSRP_DIGEST_MD5, NULL },
	{ S(""), S(""), MSRP_DIGEST_MD5, NULL },
};

START_TEST(a_user_is_found_by_exact_name_and_realm)
{
	struct users *users = load(content);
	struct asker_answer answer =
	    asker_ask(users, lookups[_i].user, lookups[_i].realm, lookups[_i].algorithm);

	ck_assert_uint_eq(users_file_count(users), 7);
	ck_assert_int_eq(answer.result, lookups[_i].want ? MSRP_HA1_FOUND : MSRP_HA1_UNKNOWN);
	ck_assert_str_eq(answer.ha1[0], lookups[_i].want ? lookups[_i].want : "");
	users_unref(users);
}
END_TEST

#define FORM "is not of the form user:realm:HA1"

static const struct {
	const char *content;
	const char *want;
} mistakes[] = {
	{ "alice\n", "users:1: " FORM "\n" },
	{ "\n# x\nalice:" ALICE_MD5 "\n", "users:3: " FORM "\n" },
	{ "alice:" ALICE_SHA256 "\n", "users:1: " FORM ":HA1-SHA-256\n" },
	{ "alice:x:secret\n", "users:1: HA1 is not 32 hexadecimal digits\n" },
	{ "alice:x:secret:" ALICE_SHA256, "users:1: HA1 is not 32 hexadecimal digits\n" },
	{ "alice:x:" ALICE_MD5 ":" ALICE_MD5 "0", "users:1: HA1 is not 32 hexadecimal digits\n" },
	{ "alice:x:g1726872c344b6dc8365b774f8fd6412\n",
	  "users:1: HA1 is not 32 hexadecimal digits\n" },
	{ "alice:x:" ALICE_MD5 ":" ALICE_MD5 "g1726872c344b6dc8365b774f8fd6412",
	  "users:1: HA1 for SHA-256 is not 64 hexadecimal digits\n" },
	{ ":x:" ALICE_MD5 "\n", "users:1: user and realm must not be empty\n" },
	{ "alice::" ALICE_MD5 "\n", "users:1: user and realm must not be empty\n" },
	{ "n" LONG_NAME ":x:" ALICE_MD5, "users:1: user or realm is longer than 255 bytes\n" },
	{ "al\tice:x:" ALICE_MD5 "\n", "users:1: contains a control character\n" },
	{ ALICE "\n" ALICE "\n", "users:2: duplicate user and realm\n" },
	{ "\n" ALICE "\n\nb:x:" ALICE_MD5 "\n" ALICE "\nb:x:" ALICE_MD5,
	  "users:5: duplicate user and realm\nusers:6: duplicate user and realm\n" },
	{ "a\nb\n", "users:1: " FORM "\nusers:2: " FORM "\n" },
};

START_TEST(a_mistake_is_told_by_file_and_line)
{
	struct asker_said said = { 0 };
	struct users *users = NULL;

	write_file(mistakes[_i].content);
	ck_assert_int_eq(users_file_new(file, seed, asker_hear, &said, &users), USERS_BAD);
	ck_assert_str_eq(said.text, mistakes[_i].want);
	ck_assert_ptr_null(users);
}
END_TEST

START_TEST(of_many_mistakes_ten_are_told)
{
	struct asker_said said = { 0 };
	struct users *users = NULL;
	char many[1000];

	for (size_t i = 0; i + 1 < sizeof(many); i++)
		many[i] = i % 2 ? '\n' : 'x';
	many[sizeof(many) - 1] = '\0';
	write_file(many);
	ck_assert_int_eq(users_file_new(file, seed, asker_hear, &said, &users), USERS_BAD);
	ck_assert_uint_eq(said.n, 11);
	ck_assert_ptr_nonnull(strstr(said.text, "users:11: and more errors\n"));
}
END_TEST

static void check_unreadable(const char *why)
{
	struct asker_said said = { 0 };
	struct users *users = NULL;
	char want[128];

	snprintf(want, sizeof(want), "users: %s\n", why);
	ck_assert_int_eq(users_file_new(file, seed, asker_hear, &said, &users), USERS_BAD);
	ck_assert_str_eq(said.text, want);
}

START_TEST(what_is_no_readable_file_is_told)
{
	check_unreadable(strerror(ENOENT));
	ck_assert_int_eq(mkdir(file, 0700), 0);
	check_unreadable(strerror(EISDIR));
	ck_assert_int_eq(rmdir(file), 0);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	check_unreadable("is no regular file");
}
END_TEST

START_TEST(an_empty_file_has_no_users)
{
	struct users *users = load("");

	ck_assert_uint_eq(users_file_count(users), 0);
	ck_assert_int_eq(
	    asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_MD5).result,
	    MSRP_HA1_UNKNOWN);
	users_unref(users);
}
END_TEST

static bool knows_alice(struct users *users)
{
	return asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_MD5).result ==
	       MSRP_HA1_FOUND;
}

START_TEST(a_changed_file_is_read_again)
{
	struct users *users = load("bob:example.com:" BOB_MD5 "\n");
	struct asker_said said = { 0 };

	ck_assert(!users_has_changed(users));
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_SAME);
	ck_assert(!knows_alice(users));
	write_file(ALICE);
	ck_assert(users_has_changed(users));
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), 0);
	ck_assert(!users_has_changed(users));
	ck_assert(knows_alice(users));
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_SAME);
	ck_assert_str_eq(said.text, "");
	users_unref(users);
}
END_TEST

START_TEST(a_bad_file_leaves_the_users_as_they_were)
{
	struct users *users = load(ALICE);
	struct asker_said said = { 0 };

	write_file(ALICE "\nbob\n");
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_BAD);
	ck_assert_str_eq(said.text, "users:2: " FORM "\n");
	ck_assert(knows_alice(users));
	/* It is told once. */
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_SAME);
	ck_assert(!users_has_changed(users));
	ck_assert_int_eq(unlink(file), 0);
	ck_assert(users_has_changed(users));
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_BAD);
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), USERS_SAME);
	ck_assert_uint_eq(said.n, 2);
	ck_assert(knows_alice(users));
	write_file("bob:example.com:" BOB_MD5 "\n");
	ck_assert_int_eq(users_refresh(users, asker_hear, &said), 0);
	ck_assert(!knows_alice(users));
	users_unref(users);
}
END_TEST

static void *keep_asking(void *arg)
{
	struct users *users = arg;

	/* Alice is in both files. */
	for (unsigned i = 0; i < 2000; i++)
		ck_assert(knows_alice(users));
	users_unref(users);
	return NULL;
}

enum { SWAPS = 200, FILLERS = 2000 };

/* Begins and ends with a user of its own, called FIRST and LAST. */
static void write_version(const char *path, const char *first, const char *last)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s:example.com:" BOB_MD5 "\n", first);
	for (unsigned i = 0; i < FILLERS; i++)
		fprintf(f, "filler%u:example.com:" BOB_MD5 "\n", i);
	fprintf(f, "%s:example.com:" BOB_MD5 "\n", last);
	ck_assert_int_eq(fclose(f), 0);
}

static void *keep_swapping(void *arg)
{
	char next[sizeof(file) + 8];

	snprintf(next, sizeof(next), "%s.next", file);
	for (unsigned i = 0; i < SWAPS; i++) {
		write_version(next, i % 2 ? "one" : "two", i % 2 ? "one-end" : "two-end");
		ck_assert_int_eq(rename(next, file), 0);
	}
	return NULL;
}

static bool knows(struct users *users, struct slice name)
{
	return asker_ask(users, name, SLICE("example.com"), MSRP_DIGEST_MD5).result ==
	       MSRP_HA1_FOUND;
}

/*
 * By a rename, as it should be done: every read sees one of the files, and the last read the last
 * one.
 */
START_TEST(a_file_that_is_swapped_while_it_is_read_is_never_half_of_one)
{
	struct users *users =
	    load("one:example.com:" BOB_MD5 "\none-end:example.com:" BOB_MD5 "\n");
	struct asker_said said = { 0 };
	pthread_t thread;
	unsigned n = 0;

	ck_assert_int_eq(pthread_create(&thread, NULL, keep_swapping, NULL), 0);
	while (n < SWAPS / 10) {
		int result = users_refresh(users, asker_hear, &said);

		ck_assert(result == 0 || result == USERS_SAME);
		ck_assert(knows(users, SLICE("one")) == knows(users, SLICE("one-end")));
		ck_assert(knows(users, SLICE("two")) == knows(users, SLICE("two-end")));
		ck_assert(knows(users, SLICE("one")) != knows(users, SLICE("two")));
		n++;
	}
	pthread_join(thread, NULL);
	users_refresh(users, asker_hear, &said);
	ck_assert(knows(users, SLICE("one")));
	ck_assert_str_eq(said.text, "");
	users_unref(users);
}
END_TEST

START_TEST(other_threads_ask_meanwhile)
{
	struct users *users = load(ALICE);
	struct asker_said said = { 0 };
	pthread_t thread[2];

	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, keep_asking, users_ref(users)),
				 0);
	for (unsigned i = 0; i < 200; i++) {
		write_file(i % 2 ? ALICE : ALICE "\nbob:example.com:" BOB_MD5);
		ck_assert_int_eq(users_refresh(users, asker_hear, &said), 0);
	}
	users_unref(users);
	for (size_t i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}
END_TEST

/* As many as a provider has. */
START_TEST(a_hundred_thousand_users_are_found)
{
	enum { N = 100000, LINE = 160 };
	char *text = malloc((size_t)N * LINE);
	struct users *users;
	char name[32];
	size_t len = 0;

	for (size_t i = 0; i < N; i++)
		len += (size_t)snprintf(text + len, LINE, "user%zu:example.com:%s:%s\n", i,
					ALICE_MD5, ALICE_SHA256);
	users = load(text);
	ck_assert_uint_eq(users_file_count(users), N);
	for (size_t i = 0; i < N; i += 997) {
		snprintf(name, sizeof(name), "user%zu", i);
		ck_assert_int_eq(
		    asker_ask(users, slice_from(name), SLICE("example.com"), MSRP_DIGEST_SHA256)
			.result,
		    MSRP_HA1_FOUND);
	}
	users_unref(users);
	free(text);
}
END_TEST

enum {
	ROUNDS = 13, /* 8,192 names */
	BLOCK_LEN = 8,
	N_BLOCKS = 1 << 18,
	LINE_LEN = ROUNDS * BLOCK_LEN + sizeof(":r:" ALICE_MD5), /* its newline counts as the end */
};

struct block {
	uint32_t state; /* of FNV-1a after it */
	char text[BLOCK_LEN];
};

static int by_state(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

	return x->state < y->state ? -1 : x->state > y->state;
}

/* Two texts that lead from STATE to the same one. */
static uint32_t find_pair(uint32_t state, struct block *all, struct block ret_pair[2])
{
	for (uint64_t n = 0; n < N_BLOCKS; n++) {
		all[n].state = state;
		for (int i = 0; i < BLOCK_LEN; i++) {
			all[n].text[i] =
			    (char)('a' + (n * 0x9e3779b97f4a7c15 >> (32 + 4 * i) & 15));
			all[n].state = (all[n].state ^ (uint8_t)all[n].text[i]) * 16777619u;
		}
	}
	qsort(all, N_BLOCKS, sizeof(*all), by_state);
	for (size_t n = 1; n < N_BLOCKS; n++) {
		if (all[n].state == all[n - 1].state) {
			memcpy(ret_pair, &all[n - 1], 2 * sizeof(*all));
			return all[n].state;
		}
	}
	ck_abort_msg("no pair");
	return 0;
}

/* All choices of one block of each pair: a file, NUL-terminated. */
static char *write_lines(struct block pair[ROUNDS][2])
{
	char *text = calloc((1 << ROUNDS) * LINE_LEN + 1, 1);
	char *at = text;

	for (unsigned name = 0; name < 1 << ROUNDS; name++) {
		for (int i = 0; i < ROUNDS; i++, at += BLOCK_LEN)
			memcpy(at, pair[i][name >> i & 1].text, BLOCK_LEN);
		at += sprintf(at, ":r:%s\n", ALICE_MD5);
	}
	ck_assert_uint_eq((size_t)(at - text), (1 << ROUNDS) * LINE_LEN);
	return text;
}

static clock_t time_to_load(struct block pair[ROUNDS][2])
{
	char *text = write_lines(pair);
	clock_t began = clock();
	struct users *users = load(text);
	clock_t took = clock() - began;

	ck_assert_uint_eq(users_file_count(users), 1 << ROUNDS);
	users_unref(users);
	free(text);
	return took;
}

/* 8,192 names with the same FNV-1a, which the table once used, against as many without. */
START_TEST(names_that_collide_in_a_hash_without_a_key_cost_no_more)
{
	struct block *all = calloc(N_BLOCKS, sizeof(*all));
	struct block pair[ROUNDS][2];
	uint32_t state = 2166136261u;
	clock_t colliding, others;

	for (int i = 0; i < ROUNDS; i++)
		state = find_pair(state, all, pair[i]);
	free(all);
	colliding = time_to_load(pair);
	for (int i = 0; i < ROUNDS; i++)
		pair[i][1].text[0] ^= 0x20;
	others = time_to_load(pair);
	ck_assert_msg(colliding < 10 * others + CLOCKS_PER_SEC / 20, "%ld us and %ld us",
		      (long)colliding, (long)others);
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_user_is_found_by_exact_name_and_realm, 0, N_OF(lookups));
	tcase_add_loop_test(tcase, a_mistake_is_told_by_file_and_line, 0, N_OF(mistakes));
	tcase_add_test(tcase, of_many_mistakes_ten_are_told);
	tcase_add_test(tcase, what_is_no_readable_file_is_told);
	tcase_add_test(tcase, an_empty_file_has_no_users);
	tcase_add_test(tcase, a_changed_file_is_read_again);
	tcase_add_test(tcase, a_bad_file_leaves_the_users_as_they_were);
	tcase_add_test(tcase, a_file_that_is_swapped_while_it_is_read_is_never_half_of_one);
	tcase_add_test(tcase, other_threads_ask_meanwhile);
	tcase_add_test(tcase, a_hundred_thousand_users_are_found);
	tcase_add_test(tcase, names_that_collide_in_a_hash_without_a_key_cost_no_more);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
