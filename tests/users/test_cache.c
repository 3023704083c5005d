/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered of a place elsewhere, which here is in memory and counts what it is asked.
 */
#include "users/cache.h"

#include <stdlib.h>
#include <string.h>

#include "support/run.h"
#include "users/asker.h"

enum { LONG_S = 3600, RATE = 100000 };

/* Answers what it is told to, and keeps nothing. */
struct place {
	struct users base;
	enum msrp_ha1_result result;
	char ha1[33];
	unsigned asked;
	unsigned *freed;
};

static void place_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		       users_fn callback, void *arg)
{
	struct place *place = (struct place *)users;
	const struct slice ha1 = slice_from(place->ha1);

	place->asked++;
	callback(arg,
		 &(struct msrp_ha1_answer){ .result = place->result,
					    .ha1 = &ha1,
					    .n_ha1 = place->result == MSRP_HA1_FOUND,
					    .valid_s = UINT64_MAX,
					    .rate = place->result == MSRP_HA1_FOUND ? RATE : 0 });
}

static void place_free(struct users *users)
{
	struct place *place = (struct place *)users;

	++*place->freed;
	free(place);
}

static const struct users_backend backend = { .find = place_find, .free = place_free };

static unsigned freed;

static struct users *make_cache(unsigned seconds, struct place **ret_place)
{
	static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";
	struct place *place = calloc(1, sizeof(*place));
	struct users *users;

	users_init(&place->base, &backend);
	place->freed = &freed;
	freed = 0;
	strcpy(place->ha1, "00000000000000000000000000000001");
	ck_assert_int_eq(users_cache_new(&place->base, seconds, seed, &users), 0);
	*ret_place = place;
	return users;
}

static void free_cache(struct users *users)
{
	users_unref(users);
	ck_assert_uint_eq(freed, 1);
}

static void on_answer(void *arg, const struct msrp_ha1_answer *answer)
{
	struct msrp_ha1_answer *copy = arg;

	*copy = *answer;
	copy->ha1 = NULL;
	ck_assert_uint_eq(answer->rate, answer->result == MSRP_HA1_FOUND ? RATE : 0);
}

/* ANEW, or perhaps from memory, which is the result. */
static bool ask(struct users *users, struct slice user, bool anew, enum msrp_ha1_result want)
{
	const struct users_question question = { user, SLICE("example.com"), MSRP_DIGEST_MD5,
						 .anew = anew };
	struct msrp_ha1_answer answer = { .result = MSRP_HA1_RESULTS };

	users_find(users, NULL, &question, on_answer, &answer);
	ck_assert_int_eq(answer.result, want);
	return answer.from_memory;
}

START_TEST(who_was_found_is_remembered)
{
	struct place *place;
	struct users *users = make_cache(LONG_S, &place);
	struct asker_answer answer;

	ck_assert(!ask(users, SLICE("alice"), false, MSRP_HA1_FOUND));
	strcpy(place->ha1, "00000000000000000000000000000002");
	ck_assert(ask(users, SLICE("alice"), false, MSRP_HA1_FOUND));
	answer = asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_MD5);
	ck_assert_str_eq(answer.ha1[0], "00000000000000000000000000000001");
	ck_assert_uint_eq(place->asked, 1);
	/* Another name, realm or algorithm is another user. */
	asker_ask(users, SLICE("alice"), SLICE("example.net"), MSRP_DIGEST_MD5);
	asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_SHA256);
	ask(users, SLICE("bob"), false, MSRP_HA1_FOUND);
	ck_assert_uint_eq(place->asked, 4);
	free_cache(users);
}
END_TEST

START_TEST(who_is_asked_for_anew_is_remembered_as_it_is_now)
{
	struct place *place;
	struct users *users = make_cache(LONG_S, &place);
	struct asker_answer answer;

	ask(users, SLICE("alice"), false, MSRP_HA1_FOUND);
	strcpy(place->ha1, "00000000000000000000000000000002");
	ck_assert(!ask(users, SLICE("alice"), true, MSRP_HA1_FOUND));
	answer = asker_ask(users, SLICE("alice"), SLICE("example.com"), MSRP_DIGEST_MD5);
	ck_assert_str_eq(answer.ha1[0], "00000000000000000000000000000002");
	place->result = MSRP_HA1_UNKNOWN;
	ask(users, SLICE("alice"), true, MSRP_HA1_UNKNOWN);
	ask(users, SLICE("alice"), false, MSRP_HA1_UNKNOWN);
	ck_assert_uint_eq(place->asked, 4);
	free_cache(users);
}
END_TEST

static const enum msrp_ha1_result forgettable[] = { MSRP_HA1_UNKNOWN, MSRP_HA1_FAILED,
						    MSRP_HA1_BUSY };

START_TEST(nothing_but_what_was_found_is_remembered)
{
	struct place *place;
	struct users *users = make_cache(LONG_S, &place);

	place->result = forgettable[_i];
	ask(users, SLICE("alice"), false, forgettable[_i]);
	place->result = MSRP_HA1_FOUND;
	ck_assert(!ask(users, SLICE("alice"), false, MSRP_HA1_FOUND));
	/* What was found before stays when the place cannot be asked. */
	if (forgettable[_i] != MSRP_HA1_UNKNOWN) {
		place->result = forgettable[_i];
		ask(users, SLICE("alice"), true, forgettable[_i]);
		ck_assert(ask(users, SLICE("alice"), false, MSRP_HA1_FOUND));
	}
	free_cache(users);
}
END_TEST

START_TEST(the_time_of_a_memory_ends)
{
	struct place *place;
	struct users *users = make_cache(0, &place);

	for (unsigned i = 1; i < 4; i++) {
		ck_assert(!ask(users, SLICE("alice"), false, MSRP_HA1_FOUND));
		ck_assert_uint_eq(place->asked, i);
	}
	free_cache(users);
}
END_TEST

START_TEST(the_oldest_goes_when_there_are_too_many)
{
	struct place *place;
	struct users *users = make_cache(LONG_S, &place);
	char name[16];

	for (unsigned i = 0; i <= USERS_CACHE_MAX; i++) {
		snprintf(name, sizeof(name), "%u", i);
		ask(users, slice_from(name), false, MSRP_HA1_FOUND);
	}
	ck_assert(ask(users, SLICE("1"), false, MSRP_HA1_FOUND));
	ck_assert(!ask(users, SLICE("0"), false, MSRP_HA1_FOUND));
	ck_assert(!ask(users, SLICE("1"), false, MSRP_HA1_FOUND));
	free_cache(users);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cache");
	TCase *tcase = tcase_create("cache");

	tcase_add_test(tcase, who_was_found_is_remembered);
	tcase_add_test(tcase, who_is_asked_for_anew_is_remembered_as_it_is_now);
	tcase_add_loop_test(tcase, nothing_but_what_was_found_is_remembered, 0,
			    (int)(sizeof(forgettable) / sizeof(forgettable[0])));
	tcase_add_test(tcase, the_time_of_a_memory_ends);
	tcase_add_test(tcase, the_oldest_goes_when_there_are_too_many);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
