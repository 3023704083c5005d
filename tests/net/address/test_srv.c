/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/address/srv.h"

#include <string.h>

#include "support/run.h"

/* Numbers that are drawn, one after the other; the last one is repeated. */
struct script {
	uint32_t number[4];
	size_t next;
	uint32_t max[4]; /* what was asked for */
};

static uint32_t draw(void *arg, uint32_t max)
{
	struct script *script = arg;
	size_t i = script->next < 3 ? script->next++ : 3;

	script->max[i] = max;
	return script->number[i] < max ? script->number[i] : max;
}

static const struct {
	const char *what;
	struct net_srv record[4]; /* the first letter of the host tells them apart */
	uint32_t number[4];
	const char *order;
} orders[] = {
	{ "one record", { { "a", 1, 0, 0 } }, { 0 }, "a" },
	{ "priorities", { { "a", 1, 30, 0 }, { "b", 1, 10, 9 }, { "c", 1, 20, 0 } }, { 0 }, "bca" },
	{ "a low draw", { { "a", 1, 1, 10 }, { "b", 1, 1, 20 } }, { 10 }, "ab" },
	{ "a high draw", { { "a", 1, 1, 10 }, { "b", 1, 1, 20 } }, { 11 }, "ba" },
	{ "the highest draw", { { "a", 1, 1, 10 }, { "b", 1, 1, 20 } }, { 99 }, "ba" },
	{ "weight 0 when nothing is drawn", { { "a", 1, 1, 10 }, { "b", 1, 1, 0 } }, { 0 }, "ba" },
	{ "weight 0 when anything is drawn", { { "a", 1, 1, 10 }, { "b", 1, 1, 0 } }, { 1 }, "ab" },
	{ "a draw for each place",
	  { { "a", 1, 1, 1 }, { "b", 1, 1, 1 }, { "c", 1, 1, 1 }, { "d", 1, 0, 1 } },
	  { 0, 3, 2 },
	  "dcba" },
};

START_TEST(records_are_ordered_by_priority_and_drawn_by_weight)
{
	struct net_srv record[4];
	struct script script = { .next = 0 };
	char order[5] = "";
	size_t n = 0;

	memcpy(script.number, orders[_i].number, sizeof(script.number));
	for (; n < 4 && orders[_i].record[n].host[0]; n++)
		record[n] = orders[_i].record[n];
	net_srv_sort(record, n, draw, &script);
	for (size_t i = 0; i < n; i++)
		order[i] = record[i].host[0];
	ck_assert_msg(strcmp(order, orders[_i].order) == 0, "%s: %s", orders[_i].what, order);
}
END_TEST

START_TEST(the_draw_is_among_the_weights_that_are_left)
{
	struct net_srv record[3] = { { "a", 1, 1, 5 }, { "b", 1, 1, 7 }, { "c", 1, 2, 9 } };
	struct script script = { .number = { 5, 0, 0 } };

	net_srv_sort(record, 3, draw, &script);
	ck_assert_uint_eq(script.max[0], 12);
	ck_assert_uint_eq(script.max[1], 7);
	ck_assert_uint_eq(script.max[2], 9);
}
END_TEST

START_TEST(no_records_are_no_trouble)
{
	struct script script = { .next = 0 };
	struct net_srv record[1];

	net_srv_sort(record, 0, draw, &script);
	ck_assert_uint_eq(script.next, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/srv");
	TCase *tcase = tcase_create("srv");

	tcase_add_loop_test(tcase, records_are_ordered_by_priority_and_drawn_by_weight, 0,
			    sizeof(orders) / sizeof(orders[0]));
	tcase_add_test(tcase, the_draw_is_among_the_weights_that_are_left);
	tcase_add_test(tcase, no_records_are_no_trouble);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
