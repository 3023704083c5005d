/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "users/remote_queue.h"

#include <stdio.h>

#include "support/run.h"

static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";

/* ORIGIN's N questions, which are numbered as they are put into the queue. */
static size_t add(struct remote_queue *queue, const char *origin, uint32_t kind,
		  struct remote_queue_item *item, size_t n,
		  struct remote_queue_item **ret_displaced)
{
	struct remote_queue_key key = { .kind = kind };
	size_t added = 0;

	snprintf(key.origin, sizeof(key.origin), "%s", origin);
	for (size_t i = 0; i < n; i++)
		added += remote_queue_add(queue, &item[i], &key, ret_displaced);
	return added;
}

static void expect(struct remote_queue *queue, const struct remote_queue_item *want)
{
	ck_assert_ptr_eq(remote_queue_take(queue), want);
}

START_TEST(each_origin_gets_its_turn)
{
	struct remote_queue queue;
	struct remote_queue_item many[3] = { 0 }, one[1] = { 0 }, other[1] = { 0 };
	struct remote_queue_item *displaced;

	remote_queue_init(&queue, seed);
	ck_assert_uint_eq(add(&queue, "192.0.2.1", REMOTE_QUEUE_NEWCOMERS, many, 3, &displaced), 3);
	add(&queue, "192.0.2.2", REMOTE_QUEUE_NEWCOMERS, one, 1, &displaced);
	add(&queue, "192.0.2.3", REMOTE_QUEUE_NEWCOMERS, other, 1, &displaced);
	expect(&queue, &many[0]);
	expect(&queue, &one[0]);
	expect(&queue, &other[0]);
	expect(&queue, &many[1]);
	expect(&queue, &many[2]);
	expect(&queue, NULL);
}
END_TEST

START_TEST(who_is_in_goes_first)
{
	struct remote_queue queue;
	struct remote_queue_item newcomer[2] = { 0 }, renewal[2] = { 0 };
	struct remote_queue_item *displaced;

	remote_queue_init(&queue, seed);
	add(&queue, "192.0.2.1", REMOTE_QUEUE_NEWCOMERS, newcomer, 2, &displaced);
	add(&queue, "192.0.2.1", REMOTE_QUEUE_RENEWALS, renewal, 2, &displaced);
	expect(&queue, &renewal[0]);
	expect(&queue, &renewal[1]);
	expect(&queue, &newcomer[0]);
	expect(&queue, &newcomer[1]);
}
END_TEST

START_TEST(an_origin_has_so_many_places)
{
	static struct remote_queue_item item[REMOTE_QUEUE_ORIGIN_MAX + 3], other[1];
	struct remote_queue queue;
	struct remote_queue_item *displaced;

	remote_queue_init(&queue, seed);
	ck_assert_uint_eq(add(&queue, "192.0.2.1", REMOTE_QUEUE_NEWCOMERS, item,
			      REMOTE_QUEUE_ORIGIN_MAX + 3, &displaced),
			  REMOTE_QUEUE_ORIGIN_MAX);
	ck_assert_uint_eq(add(&queue, "192.0.2.2", REMOTE_QUEUE_NEWCOMERS, other, 1, &displaced),
			  1);
	ck_assert_ptr_null(displaced);
	expect(&queue, &item[0]);
	expect(&queue, &other[0]);
	while (remote_queue_take(&queue))
		;
	ck_assert_uint_eq(queue.n, 0);
}
END_TEST

START_TEST(a_place_is_made_by_who_has_most)
{
	enum { ORIGINS = REMOTE_QUEUE_MAX / REMOTE_QUEUE_ORIGIN_MAX };
	static struct remote_queue_item renewal[REMOTE_QUEUE_ORIGIN_MAX], item[REMOTE_QUEUE_MAX],
	    last[1];
	struct remote_queue queue;
	struct remote_queue_item *displaced;
	char origin[16];

	remote_queue_init(&queue, seed);
	add(&queue, "192.0.2.100", REMOTE_QUEUE_RENEWALS, renewal, REMOTE_QUEUE_ORIGIN_MAX,
	    &displaced);
	for (int i = 1; i < ORIGINS; i++) {
		snprintf(origin, sizeof(origin), "192.0.2.%d", i);
		add(&queue, origin, REMOTE_QUEUE_NEWCOMERS, &item[i * REMOTE_QUEUE_ORIGIN_MAX],
		    REMOTE_QUEUE_ORIGIN_MAX, &displaced);
		ck_assert_ptr_null(displaced);
	}
	ck_assert_uint_eq(queue.n, REMOTE_QUEUE_MAX);
	ck_assert_uint_eq(add(&queue, "198.51.100.1", REMOTE_QUEUE_NEWCOMERS, last, 1, &displaced),
			  1);
	ck_assert_ptr_eq(displaced, &item[2 * REMOTE_QUEUE_ORIGIN_MAX - 1]);
	ck_assert_ptr_null(displaced->source);
	ck_assert_uint_eq(queue.n, REMOTE_QUEUE_MAX);
	while (remote_queue_take(&queue))
		;
}
END_TEST

START_TEST(who_has_waited_too_long_leaves)
{
	struct remote_queue queue;
	struct remote_queue_item item[3] = { 0 };
	struct remote_queue_item *displaced;

	remote_queue_init(&queue, seed);
	add(&queue, "192.0.2.1", REMOTE_QUEUE_NEWCOMERS, item, 3, &displaced);
	remote_queue_remove(&queue, &item[1]);
	expect(&queue, &item[0]);
	expect(&queue, &item[2]);
	expect(&queue, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("remote_queue");
	TCase *tcase = tcase_create("remote_queue");

	tcase_add_test(tcase, each_origin_gets_its_turn);
	tcase_add_test(tcase, who_is_in_goes_first);
	tcase_add_test(tcase, an_origin_has_so_many_places);
	tcase_add_test(tcase, a_place_is_made_by_who_has_most);
	tcase_add_test(tcase, who_has_waited_too_long_leaves);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
